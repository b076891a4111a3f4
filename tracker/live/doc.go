// Package live serves the tracker of package tracker on the Internet: announces and scrapes over
// HTTP (BEP 3, 7, 23, 24, 31, 48) and UDP (BEP 15, 41), for IPv4 and IPv6. The command swarmsim
// tracker runs it, and tests of clients start one in their own process:
//
//	s, err := live.New(live.Config{Listen: []string{"127.0.0.1:0"}})
//	defer s.Close()
//	url := s.AnnounceURLs()[0] // http://127.0.0.1:43210/announce
//
// # How it works
//
// Swarms are divided by info hash among shards, each of which is one tracker.Tracker behind a lock.
// The state machine decides; this package reads the clock, the sockets and the files. New binds the
// sockets and returns; Close answers the requests in progress, ends all goroutines and writes the
// snapshot, which the next New reads.
//
// # Trust
//
// A peer's address is that of its connection. Parameters that name another (ip, ipv4, ipv6) count
// only with Config.TrustIP, and X-Forwarded-For only from Config.Proxies: a peer could otherwise
// make a swarm connect to a third party. UDP sources are verified by a connection ID, a keyed hash
// of the address and the time; before that, no response is longer than its request.
//
// # Limits
//
// There is no TLS; a reverse proxy adds it. A peer ID identifies a peer: the tracker does not
// prevent one address from registering many. There is no scrape of all torrents.
package live

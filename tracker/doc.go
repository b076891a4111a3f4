// Package tracker is a BitTorrent tracker (BEP 3) as a state machine: it keeps the members of
// swarms, answers announces with a random sample of peers, and answers scrapes (BEP 48).
//
// # Usage
//
//	t := tracker.New(tracker.Config{Interval: 30 * time.Minute, Expire: 45 * time.Minute, MaxPeers: 50})
//	response := t.Announce(now, request, rng)
//
// The tracker never reads the clock and opens no socket. Time is an argument, the time since the
// run began; requests and responses are values. ParseQuery, ParseScrapeQuery, AppendBody and
// AppendScrapeBody convert them from and to what HTTP trackers exchange. Package sim puts the tracker
// on a host whose responses travel over links; package tracker/live serves it on the Internet.
//
// # Peers
//
// A peer is known by its peer ID. It may have an address of each family (BEP 7), and keeps its entry
// when its address changes if it proves its identity with its key. Responses are compact (BEP 23) or
// dictionaries with peer IDs. A response never has the address that asks, unless Config says so.
//
// # Memory and time
//
// A peer takes some 55 bytes in a large swarm: 40 for its entry, 7 for finding it by its ID, and the
// room to grow; an IPv6 address in a swarm costs each of its members 18 more. Announces take constant
// time with Config.ExpireWork, and allocate nothing.
//
// # Limits
//
// A Tracker is not safe for concurrent use. The address in a request is trusted; a server takes it
// from the connection. The event paused of partial seeds (BEP 21) is a regular announce.
package tracker

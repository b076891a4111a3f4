// Package announce has the clients of trackers: HTTP and HTTPS (BEP 3, 7, 23, 24, 31, 48) and UDP
// (BEP 15, 41). A session makes one Tracker for each URL of a torrent's announce-list (BEP 12) and
// asks it when the client's state machine says so:
//
//	t, err := announce.New("udp://tracker.example:6969/announce", announce.Options{Local: addr})
//	r, err := t.Announce(ctx, announce.Request{InfoHash: h, PeerID: id, Port: 6881, Left: n, Event: announce.Started})
//
// # Contract
//
// A Tracker may be used by several goroutines. Every call ends at the context's deadline, or after
// Options.Timeout. An answer that refuses is a *Failure, which says when to ask again (BEP 31); all
// other errors mean that there was no usable answer. Errors name the tracker by scheme and host only,
// because the paths of private trackers are secrets. Trackers of one session share Options.Socket and
// Options.Client: one UDP socket serves any number of trackers and torrents.
//
// # What a tracker may not do
//
// Trackers are not trusted. A response has at most Options.MaxResponse bytes (after decompression) and
// gives at most Options.MaxPeers peers. Peers with port 0, and unspecified, multicast and broadcast
// addresses, are dropped, and so are loopback addresses unless the tracker is on this machine. Host
// names in place of addresses, which BEP 3 allows, are dropped too: they would let a tracker have any
// name resolved by all its peers. Intervals are clamped. Package httpclient guards redirects. A UDP
// datagram counts only from the tracker's address with the id of a pending transaction.
//
// A tracker's answer usually has the asker itself among the peers: the caller drops its own address.
//
// # Limits
//
// WebTorrent trackers (wss://) are not supported. BEP 7's parameters ipv4 and ipv6 are sent if the
// request has them. To be listed under both families, announce from an address of each.
//
// # Why not a library
//
// The clients in anacrolix/torrent v1.62.0 (tracker/http, tracker/udp) leave out min interval, tracker
// id, external ip, warnings and BEP 31, do not verify certificates, report a failure as text only and
// ignore that of a scrape. Their UDP client binds to a wildcard address, resolves the tracker's name
// for each datagram, accepts answers from any address, has one socket for each tracker, and retries
// without an end. Their bencode decoder is used here; their servers are among the tests.
package announce

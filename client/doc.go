// Package client is a BitTorrent client (BEP 3) as a pure state machine:
// events in, actions out.
//
// A Peer never reads the clock, opens a socket or starts a goroutine. Package
// sim plays it in virtual time; a live edge would play it on real sockets; it is
// the same code. Strategies come in from client/choke and client/pick: they
// compute, the peer acts. Content is behind a Store.
//
// A request's journey, which is how to read the package: unchoked -> the picker
// names a piece (request.go) -> request -> the other side's asks (upload.go) ->
// piece -> stored and verified (block.go) -> have to all (have.go).
//
// Ideas: events in, actions out from etcd's raft and quinn-proto; the rules from
// BEP 3, its community specification and Cohen's mainline 4.x.
package client

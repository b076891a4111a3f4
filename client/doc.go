// Package client is a BitTorrent client (BEP 3, 6, 9, 10, 11, 16, 21, 27, 54, 55) as a pure state
// machine: events in, actions out.
//
// A Peer is one client in one swarm. It reads no clock, opens no socket and starts no goroutine:
// time is an argument, random numbers come from Config.Rand. Package sim plays it in virtual time,
// and nothing in it depends on that: a driver of real sockets can play the same code.
//
//	p := client.New(config)
//	var actions []client.Action
//	step := func(e client.Event) {
//		actions = p.Step(now, &e, actions[:0])
//		for _, a := range actions {
//			// Send a.Message on a.Conn, HangUp a.Conn, Dial a.Addr, or Announce
//		}
//	}
//	step(client.Event{Kind: client.Tick}) // the first tick starts the peer
//	// then: events as they happen, and a Tick at p.NextTick()
//
// The caller's duties: one Step at a time, with a time that does not decrease; a Tick no later than
// NextTick, which any Step may change; a Sent event for each block that the network has taken, in
// order; no event for a connection after its Closed event or HangUp action. Connections are
// numbered by the caller, from 0 and reused, so that they can index slices.
//
// What the client does is decided by strategies of the Config, each an interface with a registry:
// which neighbours are unchoked (package choke), which piece to start (pick), how many requests are
// outstanding (backlog), which blocks are requested from a neighbour, also when they are already
// requested from others (assign.Rule, assign.EndGame), what a seed announces (reveal), and when the
// client acts (Loop). A strategy computes, the peer acts. Settings hold the numbers. Content is behind a Store.
//
// # From an unchoke to a request
//
//  1. Peer.onMessage (receive.go) passes UNCHOKE to onUnchoke (request.go).
//  2. Loop.request (loop.go, and the file of the loop) decides whether to act now.
//  3. Peer.sendRequests (request.go) asks the backlog rule how many requests to add.
//  4. Peer.reserveBlocks (client/assign.go) asks the assignment rule, or the end game, for blocks, and
//     reserves them in the piece table (package pieces).
//  5. Peer.sendRequest (request.go) moves a reserved block to the outstanding ones and sends it.
//
// # From a block to the HAVEs
//
//  1. Peer.onMessage (receive.go) passes PIECE to onBlock (block.go), which finds the request.
//  2. Peer.storeBlock (block.go) marks the block received in the piece table, writes it to the
//     store, and cancels other requests for it, unless the loop defers that.
//  3. Peer.verify (block.go) has the store check the piece when its last block is there.
//  4. Peer.broadcastHave (have.go) sends HAVE to all neighbours, unless the loop defers that.
//  5. Loop.onBlockHandled (loop.go) has the sender sent further requests.
//
// # The extension protocol
//
// Settings.Extensions enables it (BEP 10). extension.go agrees on it with each neighbour and passes its
// messages on: to pex.go (BEP 11), provide.go (BEP 9), donthave.go (BEP 54), uploadonly.go (BEP 21) and
// holepunch.go (BEP 55). externaladdr.go collects what neighbours see as our address. Package extension
// has the bytes. Addresses from elsewhere, such as a hash table, come by the event PeersFound
// (found.go). A private torrent takes them from its tracker alone (BEP 27).
//
// Ideas: events in, actions out from etcd's raft and quinn-proto; the rules from BEP 3, its
// community specification, and Cohen's mainline 4.x. Each strategy names its own source.
package client

// Package metadata fetches the info dictionary of a torrent of which only the info hash is known, from
// a magnet link (BEP 9), as a pure state machine: events in, actions out.
//
// A Fetcher has the events and actions of a client.Peer, so that whatever plays a Peer plays a Fetcher,
// too. When it is done, a Peer takes its place:
//
//	f := metadata.New(metadata.Config{InfoHash: hash, ID: id, Trackers: 2, Rand: r})
//	step(client.Event{Kind: client.Tick}) // the first tick starts it
//	// then: events as they happen, and a Tick at f.NextTick(), until f.Done()
//	peer := client.New(configFrom(f.Info()))
//	peer.Step(now, &client.Event{Kind: client.PeersFound, Source: client.FromUser,
//		Reply: &client.AnnounceReply{Peers: f.Peers()}}, nil)
//
// # What it does
//
// It announces itself, dials peers, and agrees with each on the extension protocol (BEP 10). It requests
// pieces of 16 KiB from several neighbours at once and compares the hash of all of them with the info
// hash. It takes addresses from neighbours (BEP 11). The other side, which serves the dictionary, is in
// package client (provide.go).
//
// The pieces of a torrent of version 2 cannot be verified without its piece layers, which are not in the
// dictionary (BEP 52): with Config.Layers they are fetched from the same neighbours, see package
// client/layers.
//
// # Lies
//
// Neighbours say how long the dictionary is. The length that most of them name is tried first, and never
// more than Config.MaxSize; memory is used only for what has arrived. If the hash does not match, and one
// neighbour has sent everything, it is banned. If there were several senders, the dictionary is fetched
// from one neighbour after the other until it matches, which attributes each failure. A neighbour that
// does not answer is given up after a few requests.
//
// A Fetcher reads no clock, opens no socket and starts no goroutine; it is used by one goroutine at a
// time. The order of events decides everything but the order in which addresses are dialed, which is
// random.
package metadata

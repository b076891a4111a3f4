// Package metadata fetches the info dictionary of a torrent of which only the info hash is known, from
// a magnet link (BEP 9), as a pure state machine: events in, actions out.
//
// A Fetcher has the events and actions of a client.Peer, so that the code which drives a Peer can drive
// a Fetcher. When it is done, a Peer takes its place:
//
//	f := metadata.New(metadata.Config{InfoHash: hash, ID: id, Trackers: 2, Rand: r}) // 2: their number
//	actions := f.Step(now, &client.Event{Kind: client.Tick}, nil)                    // starts it
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
// Files of more than one piece of a version 2 torrent cannot be verified without their piece layers,
// which are not in the dictionary (BEP 52): with Config.Layers these are fetched from the same
// neighbours, see package client/layers.
//
// # Lies
//
// Neighbours say how long the dictionary is. The length that most of them name is tried first, and never
// more than Config.MaxSize; memory is used only for what has arrived. If the hash does not match, and one
// neighbour has sent everything, it is banned. If there were several senders, the dictionary is fetched
// from a single neighbour at a time until it matches, first from one that names the shortest length:
// so each failure has one cause. A neighbour that does not answer is given up after three timeouts in a
// row.
//
// A Fetcher reads no clock, opens no socket and starts no goroutine; it is used by one goroutine at a
// time. Its actions follow from the events, their times and Config.Rand, which is used only for the
// order in which addresses are dialed.
package metadata

// Package choke decides which neighbours may download from us: one choking strategy a file.
//
// # Usage
//
// Package client calls a Choker in regular rounds (every 10 seconds by default, as BEP 3 proposes) and,
// as client.UnchokeMode says, in between: when a slot may have become free or been asked for, or
// after every block. It describes its connected neighbours as values
// (Candidate) and the occasion as a Round, and unchokes exactly those that the choker returns:
//
//	choker := choke.Strategies().NewDefault("tit-for-tat")
//	chosen := choker.Unchoke(choke.Round{Now: now, Periodic: true, Rand: rng}, candidates, nil)
//
// A choker computes and never acts. It may remember things from round to round, so each peer has
// its own. One that implements RateAllocator also says how fast each neighbour is served; one
// that implements OptimisticUnchoker says which of its slots are optimistic.
//
// # Adding a strategy
//
// Write one file that declares a Strategy, and add one line to registry.go. The conformance suite
// then tests it; docs/strategies.md shows an example from the empty file to a comparison.
// topInterested and perPeer do what most strategies need.
//
// # Sources
//
// The rules come from BEP 3, Cohen's mainline client 4.x, libtorrent 2.0, Transmission 3.00,
// aria2, anacrolix/torrent, eMule, and the papers that each file names.
package choke

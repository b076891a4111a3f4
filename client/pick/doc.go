// Package pick decides which piece is started next: one piece selection strategy a file.
//
// # Usage
//
// Package client calls a Picker when it wants to request a block from a neighbour and, by its
// block assignment, none of the started pieces comes first. With strict priority, for example, a
// picker is called only if no started piece has a block left that the neighbour could send. The
// client describes the neighbour and its own pieces as a View and starts the piece that the picker
// returns:
//
//	picker := pick.Strategies().NewDefault("rarest-first")
//	piece, ok := picker.Pick(view, rng)
//
// A picker computes and never acts. It may keep state of its own, so each peer has its own.
//
// # Many pieces
//
// Torrents with more than IndexThreshold pieces have an Index, which keeps pieces by their number
// of copies, so that a rarest piece is found without looking at every piece. The helpers of View
// use it where there is one. It changes no choice and no random number.
//
// # Adding a strategy
//
// Write one file that declares a Strategy, and add one line to registry.go. The conformance suite
// then tests it; docs/strategies.md shows an example from the empty file to a comparison.
//
// # Sources
//
// The rules come from BEP 3, Cohen's "Incentives Build Robustness in BitTorrent" (2003), mainline
// 4.x, and the papers on streaming that the files name.
package pick

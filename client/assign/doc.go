// Package assign decides which blocks a peer requests from which neighbour: assignment rules,
// which choose among the blocks that are not requested yet, and end games, which choose blocks
// that are already requested from others.
//
// Package client asks the assignment rule when a neighbour may be sent another request, and the
// end game when the rule has nothing for it. A strategy is shown a View of the peer and the
// Neighbour, and returns its Choice; the client updates the tables and sends the request. A
// strategy changes nothing but its own state, except that View.Start makes a piece active.
//
// To add a rule, write one file with a type that implements Rule, or EndGame, and an entry, and
// add the entry to the list in registry.go. The conformance suite tests every entry of the lists.
// See docs/strategies.md for an example.
//
// The rules and their sources: mainline 4.x (Cohen, "Incentives build robustness in BitTorrent",
// 2003: strict priority), libtorrent 2.0 (request_blocks.cpp, piece_picker.cpp), Transmission 3
// (peer-mgr.c), aria2 (DefaultPieceStorage.cc, DefaultBtRequestFactory.cc) and
// anacrolix/torrent (requesting.go).
package assign

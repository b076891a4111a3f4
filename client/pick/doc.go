// Package pick decides which piece comes next: one strategy a file.
//
// A Picker is handed a View of one neighbour and returns a piece; the peer
// (package client) has already seen to strict priority (a started piece is
// finished first) and asks only when a new one is to be started. Strategies
// are listed by name in registry.go. The rules come from BEP 3's community
// specification and Cohen's "Incentives Build Robustness in BitTorrent" (2003).
package pick

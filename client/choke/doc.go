// Package choke decides who gets upload slots: one strategy a file.
//
// A Choker is handed candidates as values and returns who is unchoked; the
// peer (package client) acts on it. Strategies are listed by name in
// registry.go, which is the only file beside its own that a new one touches.
// A Sharer also says how fast each is served. A conformance suite plays every
// strategy there is. The rules come from BEP 3, its community specification, Cohen's
// mainline client 4.x, and the papers and clients that each file names.
package choke

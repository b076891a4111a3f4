// Package reveal decides which pieces a seed announces to which neighbour, and when: all of them at
// once, or one at a time to each neighbour until every piece has been uploaded once, as in
// super-seeding.
//
// Package client hands an event to the strategy: a neighbour connects, has a piece, was sent a
// block. The strategy is shown a View of the peer and returns the pieces to announce. The client
// sends the HAVE messages and refuses requests for pieces that it has not announced. Once the
// strategy returns that all pieces are to be announced, the client announces them, drops the
// strategy and is a seed like any other. A strategy changes nothing but its own state.
//
// Limits: strategies apply to a peer that is complete when it starts, and a view of up to
// pick.IndexThreshold pieces is searched piece by piece.
//
// To add a strategy, write one file with a type that implements Strategy, and an entry, and add the
// entry to the list in registry.go. The conformance suite tests every entry of the list.
//
// Sources: BEP 16 (https://www.bittorrent.org/beps/bep_0016.html) by John Hoffman, and BitTornado,
// his client, in which super-seeding was introduced; the smart seed of Bharambe, Herley and
// Padmanabhan, "Analyzing and Improving a BitTorrent Network's Performance Mechanisms", INFOCOM
// 2006.
package reveal

// Package pieces records the state of a torrent's pieces at one peer: which pieces it has, which
// it downloads block by block, which it still wants, and how many neighbours have each.
//
// A Table is the one owner of that state. Package client updates it as messages arrive; the
// strategies of package assign read it to choose the next block to request.
//
//	t := pieces.New(layout, pieces.Options{})
//	t.Slots(1)
//	has, missing, ok := t.ReadBitfield(0, bits) // the neighbour in slot 0 announces what it has
//	a := t.Start(7, serial)                     // piece 7 becomes active: its blocks are open
//	t.Request(a, 0)                             // block 0 is requested from a neighbour
//	t.Receive(a, 0, serial, true)               // and received
//	if a.Received() == a.Blocks() {             // the last block is there
//		t.Drop(a)
//		t.Verified(7) // the hash matches; otherwise t.Failed(7)
//	}
//
// A piece is in one of three states: the peer has it (verified), it is active (started and not
// verified), or it is wanted, which means that it is to be started. An active piece may be wanted as
// well: an assignment rule that reserves pieces for single neighbours puts back a piece that its
// neighbour will not finish.
// A block of an active piece is open (neither received nor requested), requested from one or
// more neighbours, or received.
//
// Neighbours are identified by two numbers: the slot, which the client reuses and which indexes
// the neighbours' bitfields, and the serial number of the connection, which is never reused.
//
// Limits: 2^32 blocks a torrent, 254 neighbours that are asked for the same block.
package pieces

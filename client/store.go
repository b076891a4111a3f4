package client

// Store keeps content. Only verified pieces are ever read.
type Store interface {
	// Read returns a block to send, or nil where content is virtual. The
	// receiver must not change it.
	Read(piece, begin, length uint32) []byte
	// Write keeps a block that came in; tainted says that it is corrupt where
	// content is virtual.
	Write(piece, begin uint32, data []byte, tainted bool)
	// Verify reports whether a piece, all of whose blocks were written, is what
	// the torrent says.
	Verify(piece uint32) bool
}

// Virtual is a store without bytes. It remembers which pieces are corrupt. The
// zero value is ready.
type Virtual struct {
	tainted []uint32
}

// Read returns nil: there are no bytes.
func (*Virtual) Read(_, _, _ uint32) []byte { return nil }

// Write notes a corrupt block.
func (v *Virtual) Write(piece, _ uint32, _ []byte, tainted bool) {
	if tainted {
		v.tainted = append(v.tainted, piece)
	}
}

// Verify fails for a piece that had a corrupt block, and forgets it.
func (v *Virtual) Verify(piece uint32) bool {
	ok := true
	kept := v.tainted[:0]
	for _, p := range v.tainted {
		if p == piece {
			ok = false
		} else {
			kept = append(kept, p)
		}
	}
	v.tainted = kept
	return ok
}

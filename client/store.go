package client

// Store keeps the content. Only verified pieces are read.
type Store interface {
	// Read returns a block to send, or nil where the content is virtual: it has sizes and no
	// bytes. The receiver must not change the block.
	Read(piece, begin, length uint32) []byte
	// Write stores a block that was received. data is nil where the content is virtual.
	Write(piece, begin uint32, data []byte)
	// Verify reports whether the hash of a piece, all of whose blocks have been written, is
	// the one in the torrent.
	Verify(piece uint32) bool
}

package client

// Store keeps the content. It answers at once or, where that takes time, later by an event:
// BlockRead, PieceVerified or StorageFailed. Only verified pieces are read.
type Store interface {
	// Read asks for a block to send on a connection. Where files begin with a new piece (version 2), the
	// block may reach into the gap before the next file, which reads as zeros. If ready is true, data is the block, or nil
	// where the content is virtual: it has sizes and no bytes. The receiver must not change the
	// block. Otherwise BlockRead or StorageFailed follows.
	Read(r BlockRef) (data []byte, ready bool)
	// Write stores a block that was received. data is nil where the content is virtual;
	// otherwise it belongs to the store from now on. StorageFailed may follow.
	Write(piece, begin uint32, data []byte)
	// Verify checks a piece, all of whose blocks have been written, against its hash in the
	// torrent. After Pending, PieceVerified or StorageFailed follows.
	Verify(piece uint32) Verdict
}

// BlockRef names a block that is read to be sent on a connection.
type BlockRef struct {
	Conn                 ConnID
	Index, Begin, Length uint32
}

// Verdict is what a Store says of a piece.
type Verdict uint8

// The verdicts.
const (
	Bad     Verdict = iota // the hash of the piece is not the one in the torrent
	Good                   // it is
	Pending                // it is being computed
)

// VerdictOf returns Good if a hash matches, and Bad if not.
func VerdictOf(matches bool) Verdict {
	if matches {
		return Good
	}
	return Bad
}

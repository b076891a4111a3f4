package pieces

// BlockSize is the length of a request in every common client: 16 KiB.
const BlockSize = 16 << 10

// Layout says how the content of a torrent is divided into pieces and blocks.
type Layout struct {
	Length      int64 // bytes, at least 1
	PieceLength int64 // bytes, at least 1; the last piece may be shorter
	BlockLength int64 // bytes of a request; 0 for BlockSize

	// Sizes are the lengths of the pieces in bytes where more than the last one may be shorter than
	// PieceLength: in a torrent of version 2 every file begins with a new piece (BEP 52). Length then
	// includes the gaps. nil otherwise.
	Sizes []uint32
}

// Block is the number of a block: the piece's number times the blocks of a full piece, plus the
// block's place in the piece.
type Block uint32

// Pieces returns the number of pieces.
func (l *Layout) Pieces() int { return int((l.Length + l.PieceLength - 1) / l.PieceLength) }

// PieceSize returns the length of a piece in bytes.
func (l *Layout) PieceSize(piece int) int64 {
	if l.Sizes != nil {
		return int64(l.Sizes[piece])
	}
	return min(l.PieceLength, l.Length-int64(piece)*l.PieceLength)
}

// RequestEnd returns the offset in a piece beyond which a neighbour's request is invalid. Where files
// begin with new pieces it is the length of a full piece, and not PieceSize: libtorrent requests the
// last block of a file in full, and expects zeros after the file's end. Our own requests end at PieceSize.
func (l *Layout) RequestEnd(piece int) int64 {
	if l.Sizes != nil {
		return l.PieceLength
	}
	return l.PieceSize(piece)
}

// BlockBytes returns the length of a full block in bytes.
func (l *Layout) BlockBytes() int64 {
	if l.BlockLength == 0 {
		return BlockSize
	}
	return l.BlockLength
}

// BlocksPerPiece returns the number of blocks of a full piece.
func (l *Layout) BlocksPerPiece() Block {
	return Block((l.PieceLength + l.BlockBytes() - 1) / l.BlockBytes())
}

// Blocks returns the number of blocks of a piece.
func (l *Layout) Blocks(piece int) int {
	return int((l.PieceSize(piece) + l.BlockBytes() - 1) / l.BlockBytes())
}

// BlockSizeOf returns the length of a block of a piece in bytes.
func (l *Layout) BlockSizeOf(piece, block int) uint32 {
	return uint32(min(l.BlockBytes(), l.PieceSize(piece)-int64(block)*l.BlockBytes()))
}

// Find returns the block that a message names by its piece, its byte offset in the piece and its
// length. It returns false if there is no such block.
func (l *Layout) Find(piece, begin, length uint32) (index, block int, ok bool) {
	if int64(piece) >= int64(l.Pieces()) || int64(begin)%l.BlockBytes() != 0 ||
		int64(begin) >= l.PieceSize(int(piece)) {
		return 0, 0, false
	}
	index, block = int(piece), int(int64(begin)/l.BlockBytes())
	return index, block, length == l.BlockSizeOf(index, block)
}

// Ends returns the pieces that hold the first or the last byte of a file. files are the lengths
// of the files in their order, with the gaps between them as files of their own, so that they add up to
// Length; nil stands for a single file.
func (l *Layout) Ends(files []int64) Bitset {
	if files == nil {
		files = []int64{l.Length}
	}
	out, at := NewBitset(l.Pieces()), int64(0)
	for _, length := range files {
		if length > 0 {
			out.Set(int(at / l.PieceLength))
			out.Set(int((at + length - 1) / l.PieceLength))
		}
		at += length
	}
	return out
}

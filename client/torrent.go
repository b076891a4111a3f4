package client

// BlockSize is what every client asks for at a time: 16 KiB.
const BlockSize = 16 << 10

// Torrent is the content's name and how it is cut.
type Torrent struct {
	InfoHash    [20]byte
	Length      int64 // bytes, at least 1
	PieceLength int64 // bytes, at least 1; the last piece may be shorter
	BlockLength int64 // bytes asked for at a time; 0 for BlockSize, which is what real swarms have

	Files []int64 // bytes of each file, in their order; nil for a single one
}

// Pieces is how many pieces there are.
func (t *Torrent) Pieces() int { return int((t.Length + t.PieceLength - 1) / t.PieceLength) }

// PieceSize is the length of a piece in bytes.
func (t *Torrent) PieceSize(piece int) int64 {
	return min(t.PieceLength, t.Length-int64(piece)*t.PieceLength)
}

// Blocks is how many blocks a piece has.
func (t *Torrent) Blocks(piece int) int {
	return int((t.PieceSize(piece) + t.block() - 1) / t.block())
}

// BlockSizeOf is the length of a block of a piece in bytes.
func (t *Torrent) BlockSizeOf(piece, block int) uint32 {
	return uint32(min(t.block(), t.PieceSize(piece)-int64(block)*t.block()))
}

// ends are the pieces that files begin and end with.
func (t *Torrent) ends() bitset {
	files := t.Files
	if files == nil {
		files = []int64{t.Length}
	}
	out, at := newBitset(t.Pieces()), int64(0)
	for _, length := range files {
		if length > 0 {
			out.set(int(at / t.PieceLength))
			out.set(int((at + length - 1) / t.PieceLength))
		}
		at += length
	}
	return out
}

func (t *Torrent) block() int64 {
	if t.BlockLength == 0 {
		return BlockSize
	}
	return t.BlockLength
}

package webseed

import (
	"context"
	"fmt"

	"swarmsim/torrent"
)

// Block is a part of a piece, as in a REQUEST.
type Block struct {
	Piece, Begin, Length uint32 // Length in bytes, at least 1
}

// Fetch downloads blocks in their order and hands each over with its content as it arrives: its index
// in blocks, and data that the callee may keep. Neighbouring blocks are fetched together, so they
// should be in ascending order. It ends with the first error, of the server, of the context or of
// each. A server's failure is noted: see FileError, ReadyAt and Err.
func (s *Seed) Fetch(ctx context.Context, blocks []Block, each func(i int, data []byte) error) error {
	for _, b := range blocks {
		if err := s.check(b); err != nil {
			return fmt.Errorf("web seed %s: %w", s.Name(), err)
		}
	}
	for begin := 0; begin < len(blocks); {
		end := begin + 1
		for end < len(blocks) && s.offset(blocks[end]) == s.offset(blocks[end-1])+int64(blocks[end-1].Length) {
			end++
		}
		a := &assembler{blocks: blocks[begin:end], first: begin, each: each, buffer: s.options.Buffer}
		if err := s.fetchRun(ctx, a); err != nil {
			return fmt.Errorf("web seed %s: %w", s.Name(), err)
		}
		begin = end
	}
	return nil
}

// check reports why a block is not one of the torrent.
func (s *Seed) check(b Block) error {
	if int64(b.Piece) >= int64(s.meta.Pieces()) || b.Length == 0 ||
		int64(b.Begin)+int64(b.Length) > s.meta.PieceSize(int(b.Piece)) {
		return fmt.Errorf("piece %d has no block of %d bytes at %d", b.Piece, b.Length, b.Begin)
	}
	return nil
}

// offset returns the offset of a block from the start of the torrent.
func (s *Seed) offset(b Block) int64 { return int64(b.Piece)*s.meta.PieceLength + int64(b.Begin) }

// fetchRun fetches blocks without gaps between them: one request for each file that has a part.
func (s *Seed) fetchRun(ctx context.Context, a *assembler) error {
	var parts []torrent.Segment
	for _, b := range a.blocks {
		parts = s.meta.Segments(parts, int(b.Piece), int64(b.Begin), int64(b.Length))
	}
	for len(parts) > 0 {
		part := parts[0]
		for parts = parts[1:]; len(parts) > 0 && parts[0].File == part.File; parts = parts[1:] {
			part.Length += parts[0].Length
		}
		if s.meta.Files[part.File].Padding() {
			if err := a.zeros(part.Length); err != nil {
				return err
			}
			continue
		}
		if err := s.fetchPart(ctx, part, a); err != nil {
			return err
		}
	}
	return nil
}

// assembler cuts a stream of content into blocks.
type assembler struct {
	blocks []Block // still to come; the first may be in data partly
	first  int     // index of the first of blocks in Fetch's
	each   func(int, []byte) error
	buffer func(int) []byte
	data   []byte // of the first block, of its full length
	filled int    // bytes of data that have arrived
}

// space returns where the next bytes of content belong: at least 1 byte.
func (a *assembler) space() []byte {
	if a.data == nil {
		a.data, a.filled = a.buffer(int(a.blocks[0].Length)), 0
	}
	return a.data[a.filled:]
}

// advance notes that n bytes of the space have been filled.
func (a *assembler) advance(n int) error {
	a.filled += n
	if a.filled < len(a.data) {
		return nil
	}
	data, i := a.data, a.first
	a.data, a.blocks, a.first = nil, a.blocks[1:], a.first+1
	return a.each(i, data)
}

// zeros fills in padding.
func (a *assembler) zeros(length int64) error {
	for length > 0 {
		space := a.space()
		n := int(min(int64(len(space)), length))
		clear(space[:n])
		if err := a.advance(n); err != nil {
			return err
		}
		length -= int64(n)
	}
	return nil
}

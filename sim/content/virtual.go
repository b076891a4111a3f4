package content

import "swarmsim/client"

// VirtualStore is a client.Store of content that has sizes and no bytes. It remembers which
// pieces have a corrupt block. The zero value is ready.
type VirtualStore struct {
	corrupt     []uint32 // the piece of each corrupt block that was written
	corruptNext bool
}

// CorruptNext says whether a block that is written from now on is corrupt. Package sim knows, since
// its messages carry the mark that virtual content lacks.
func (s *VirtualStore) CorruptNext(corrupt bool) { s.corruptNext = corrupt }

// Read returns nil: there are no bytes.
func (*VirtualStore) Read(client.BlockRef) (data []byte, ready bool) { return nil, true }

// Write remembers a corrupt block.
func (s *VirtualStore) Write(piece, _ uint32, _ []byte) {
	if s.corruptNext {
		s.corrupt = append(s.corrupt, piece)
	}
}

// Verify finds a piece good if no block of it was corrupt, and forgets those that were.
func (s *VirtualStore) Verify(piece uint32) client.Verdict {
	intact := true
	kept := s.corrupt[:0]
	for _, p := range s.corrupt {
		if p == piece {
			intact = false
		} else {
			kept = append(kept, p)
		}
	}
	s.corrupt = kept
	return client.VerdictOf(intact)
}

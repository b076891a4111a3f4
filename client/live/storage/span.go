package storage

import (
	"io"
	"os"

	"swarmsim/client"
	"swarmsim/torrent"
)

// Span is a block where it is stored: a range of one open file. The file stays open until Release.
type Span struct {
	Length int64 // bytes

	file   *os.File
	offset int64
	handle *handle
	pool   *Pool
}

// Span returns a block of a verified piece as a range of a file, so that a socket can be sent it without
// a copy through the program. ok is false if the block is in several files or in none, or if its file is
// not open: then use Read, which opens the file. It never waits for a disk, but WriteTo does.
func (s *Store) Span(r client.BlockRef) (span Span, ok bool) {
	inGap := int64(r.Begin)+int64(r.Length) > s.meta.PieceSize(min(int(r.Index), s.meta.Pieces()-1))
	if inGap || s.readable(r) != nil || !s.mapping.TryRLock() {
		return Span{}, false
	}
	defer s.mapping.RUnlock()
	var room [4]torrent.Segment
	at := s.segments(room[:0], r.Index, int64(r.Begin), int64(r.Begin)+int64(r.Length))
	if len(at) != 1 || at[0].File == inPadding {
		return Span{}, false
	}
	h := s.pool.handles.cached(handleKey{s, at[0].File}, false)
	if h == nil {
		return Span{}, false
	}
	f, onDisk := h.diskFile.(osFile)
	if !onDisk {
		s.pool.handles.release(h)
		return Span{}, false
	}
	return Span{Length: at[0].Length, file: f.File, offset: at[0].Offset, handle: h, pool: s.pool}, true
}

// WriteTo sends the block to a connection: by sendfile(2) on Linux if the connection is a TCP one, and
// through memory otherwise. It returns io.ErrUnexpectedEOF if the file has become shorter; what the peer
// has received is then of no use, and the connection must be closed.
func (s *Span) WriteTo(w io.Writer) (n int64, err error) {
	if n, done, err := s.sendFile(w); done {
		return n, err
	}
	n, err = io.Copy(w, io.NewSectionReader(s.file, s.offset, s.Length))
	if err == nil && n < s.Length {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Release ends the use of the file.
func (s *Span) Release() { s.pool.handles.release(s.handle) }

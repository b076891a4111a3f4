package storage

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"

	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// Progress is called with the number of pieces that have been hashed and that will be. It is called by
// one goroutine at a time, and must not block.
type Progress func(done, total int)

// Resume finds the verified pieces on disk. It trusts the resume file for the files that have not
// changed since it was written, and hashes the others, on all workers. It must be
// called once, before the store is used. progress may be nil.
//
// An error is one of the context, ErrClosed, or that of a file which could not be read: without its
// pieces the result would be wrong. Resume may then be called again.
func (s *Store) Resume(ctx context.Context, progress Progress) (pieces.Bitset, error) {
	s.mapping.RLock()
	disk := s.survey()
	trusted := s.trusted(disk)
	var todo []uint32
	s.mu.Lock()
	for piece := range s.meta.Pieces() {
		switch present, known := s.onDisk(uint32(piece), disk, trusted); {
		case present && !known:
			todo = append(todo, uint32(piece))
		case present && s.loaded.pieces[piece/8]>>(7-piece%8)&1 != 0:
			s.verified.Set(piece)
		}
	}
	s.mu.Unlock()
	s.mapping.RUnlock()
	return s.check(ctx, todo, progress)
}

// Check hashes everything that is on disk, whatever the resume file says, except for pieces that are
// being written. Until a piece has been hashed again it counts as before. Errors are those of Resume.
func (s *Store) Check(ctx context.Context, progress Progress) (pieces.Bitset, error) {
	before := s.Verified() // a piece that is verified after the survey is not to be judged by it
	s.mapping.RLock()
	disk := s.survey()
	var todo []uint32
	s.mu.Lock()
	for piece := range s.meta.Pieces() {
		if present, _ := s.onDisk(uint32(piece), disk, nil); present {
			todo = append(todo, uint32(piece))
		} else if before.Has(piece) {
			s.verified.Unset(piece)
		}
	}
	s.mu.Unlock()
	s.mapping.RUnlock()
	return s.check(ctx, todo, progress)
}

// survey returns the stamps of all files on disk; behind them, that of the parts file.
func (s *Store) survey() []fileStamp {
	out := slices.Repeat([]fileStamp{absent}, len(s.files)+1)
	for i := range s.files {
		if isStored(&s.meta.Files[i]) {
			out[i] = s.stampOnDisk(i)
		}
	}
	out[len(s.files)] = s.stampOnDisk(inParts)
	return out
}

// stampOnDisk returns the stamp of a file. One that cannot be examined for another reason than its
// absence counts as present, so that reading it reports the reason.
func (s *Store) stampOnDisk(file int) fileStamp {
	info, err := s.folder.Stat(s.nameOf(file))
	switch {
	case err == nil:
		return stampOfInfo(info)
	case errors.Is(err, fs.ErrNotExist):
		return absent
	}
	return fileStamp{size: 1 << 62}
}

// trusted returns for each file, and for the parts file, whether it is as the resume file says.
func (s *Store) trusted(disk []fileStamp) []bool {
	out := make([]bool, len(disk))
	for i, d := range disk {
		was := s.loaded.parts
		if i < len(s.loaded.files) {
			was = s.loaded.files[i]
		}
		out[i] = d.size == was.size && (d.size < 0 || d.mtime == was.mtime && was.mtime != 0)
	}
	return out
}

// onDisk reports whether all of a piece is on disk, and whether the resume file says if it is verified:
// it has files, and all are trusted. The caller holds s.mapping.
func (s *Store) onDisk(piece uint32, disk []fileStamp, trusted []bool) (present, known bool) {
	var room [8]torrent.Segment
	size := s.meta.PieceSize(int(piece))
	present, known = true, true
	for _, seg := range s.segments(room[:0], piece, 0, size) {
		switch i := seg.File; i {
		case inPadding:
		case inParts:
			present = present && disk[len(s.files)].size >= seg.Offset+seg.Length
			known = known && trusted != nil && trusted[len(s.files)]
		default:
			present = present && disk[i].size >= seg.Offset+seg.Length
		}
	}
	files := 0
	for _, seg := range s.meta.Segments(room[:0], int(piece), 0, size) {
		if isStored(&s.meta.Files[seg.File]) {
			files++
			known = known && trusted != nil && trusted[seg.File]
		}
	}
	return present, known && files > 0
}

// checking is a check of several pieces.
type checking struct {
	store    *Store
	ctx      context.Context
	todo     []uint32
	progress Progress
	next     atomic.Int64 // index in todo
	stopped  atomic.Bool
	tasks    sync.WaitGroup

	mu   sync.Mutex
	done int
	err  error // the first
}

// checker is one of the tasks of a check. Between two pieces it lets other tasks run.
type checker struct {
	*checking
	hash *torrent.Hasher
}

// check hashes pieces, and updates the verified ones.
func (s *Store) check(ctx context.Context, todo []uint32, progress Progress) (pieces.Bitset, error) {
	c := &checking{store: s, ctx: ctx, todo: todo, progress: progress}
	s.mu.Lock()
	if s.phase != isOpen {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	tasks := min(s.pool.size, len(todo))
	s.running += tasks
	s.mu.Unlock()
	c.tasks.Add(tasks)
	for range tasks {
		s.pool.startIn(&s.pool.background, &checker{checking: c})
	}
	c.tasks.Wait()
	if c.err == nil && c.done < len(todo) {
		c.err = ctx.Err()
	}
	if c.err != nil {
		return nil, c.err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.checked = true
	return slices.Clone(s.verified), nil
}

// run hashes one piece.
func (c *checker) run(w *worker) {
	s := c.store
	i := int(c.next.Add(1)) - 1
	s.mu.Lock()
	closing := s.phase != isOpen
	s.mu.Unlock()
	switch {
	case closing:
		c.fail(ErrClosed)
	case c.ctx.Err() != nil:
		c.fail(c.ctx.Err())
	}
	if i >= len(c.todo) || c.stopped.Load() {
		c.end()
		return
	}
	if err := c.checkPiece(w, c.todo[i]); err != nil {
		c.fail(err)
		c.end()
		return
	}
	c.mu.Lock()
	c.done++
	if c.progress != nil {
		c.progress(c.done, len(c.todo))
	}
	c.mu.Unlock()
	s.pool.startIn(&s.pool.background, c)
}

func (c *checker) fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = err
	}
	c.stopped.Store(true)
}

func (c *checker) end() {
	s := c.store
	s.mu.Lock()
	if c.hash != nil {
		s.hashes = append(s.hashes, c.hash)
	}
	s.ended()
	s.mu.Unlock()
	c.tasks.Done()
}

func (c *checker) checkPiece(w *worker, piece uint32) error {
	s := c.store
	if c.hash == nil {
		c.hash = s.newHash()
	}
	s.mu.Lock()
	before := s.verified.Has(int(piece))
	s.mu.Unlock()
	good, err := s.hashFromDisk(w, c.hash, piece)
	// A file that has become shorter or has gone since the survey lacks the piece.
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.active[piece] != nil: // it is being written
	case good && err == nil:
		s.verified.Set(int(piece))
	case before: // otherwise it may have been written and verified meanwhile
		s.verified.Unset(int(piece))
	}
	return nil
}

// hashFromDisk hashes a piece, and reports whether its hash is right.
func (s *Store) hashFromDisk(w *worker, h *torrent.Hasher, piece uint32) (bool, error) {
	h.Reset(int(piece))
	size := s.meta.PieceSize(int(piece))
	for at := int64(0); at < size; {
		data := w.buffer()[:min(readBack, size-at)]
		s.mapping.RLock()
		err := s.readRange(w, piece, at, [][]byte{data})
		s.mapping.RUnlock()
		if err != nil {
			return false, err
		}
		_, _ = h.Write(data)
		at += int64(len(data))
	}
	err := h.Check()
	if errors.Is(err, torrent.ErrNoHash) {
		return false, err
	}
	return err == nil, nil
}

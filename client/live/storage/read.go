package storage

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"swarmsim/client"
	"swarmsim/torrent"
)

const (
	maxRead   = 128 << 10 // bytes that one request may ask for
	readBatch = 64        // requests that one worker takes at once
	// newReader is how many requests wait before a further worker reads.
	newReader  = 16
	maxReaders = 8 // workers that read one torrent at once, if the pool has that many
)

// reads is the queue of a store's reads. It is guarded by Store.mu.
type reads struct {
	queue   []client.BlockRef
	readers int  // tasks that take from the queue
	parked  bool // the reads wait for a free buffer
}

// reader is a task that reads blocks.
type reader struct{ store *Store }

// Read asks for a block of a verified piece. It is never ready at once; BlockRead or ReadFailed
// follows. The answers come in any order.
func (s *Store) Read(r client.BlockRef) (data []byte, ready bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.phase != isOpen {
		return nil, false
	}
	q := &s.reads
	q.queue = append(q.queue, r)
	if !q.parked && (q.readers == 0 || len(q.queue) >= newReader && q.readers < maxReaders) {
		s.startReader()
	}
	return nil, false
}

func (s *Store) startReader() {
	s.reads.readers++
	s.running++
	s.pool.start(&reader{s})
}

// resumeReads continues reads that waited for a buffer.
func (s *Store) resumeReads() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.reads.parked {
		s.reads.parked = false
		s.startReader()
	}
}

// dropReads forgets the reads that have not begun. The caller holds the lock.
func (s *Store) dropReads() {
	s.reads.queue, s.reads.parked = nil, false
}

func (r *reader) run(w *worker) {
	s := r.store
	for s.takeReads(w) {
		if rest := s.readBlocks(w); len(rest) > 0 {
			s.parkReads(rest)
		}
	}
}

// takeReads moves requests from the queue to w.refs. It returns false if the task has ended, because
// there are none or they wait for buffers.
func (s *Store) takeReads(w *worker) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := &s.reads
	n := min(len(q.queue), readBatch)
	if n == 0 || q.parked {
		q.readers--
		s.ended()
		return false
	}
	w.refs = append(w.refs[:0], q.queue[:n]...)
	q.queue = q.queue[:copy(q.queue, q.queue[n:])]
	return true
}

// parkReads has requests wait until a buffer is free.
func (s *Store) parkReads(refs []client.BlockRef) {
	s.mu.Lock()
	if s.phase != isOpen {
		s.mu.Unlock()
		return
	}
	s.reads.queue = slices.Concat(refs, s.reads.queue)
	s.reads.parked = true
	s.mu.Unlock()
	if !s.pool.Read.park() { // one has become free meanwhile
		s.mu.Lock()
		s.reads.parked = false
		s.mu.Unlock()
	}
}

// readBlocks answers the requests in w.refs. It returns those that there are no buffers for.
func (s *Store) readBlocks(w *worker) (rest []client.BlockRef) {
	slices.SortStableFunc(w.refs, func(a, b client.BlockRef) int {
		return cmp.Or(cmp.Compare(a.Conn, b.Conn), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Begin, b.Begin))
	})
	for from := 0; from < len(w.refs); {
		if err := s.readable(w.refs[from]); err != nil {
			s.readFailed(w.refs[from], err)
			from++
			continue
		}
		to := from + 1
		for to < len(w.refs) && follows(w.refs[to-1], w.refs[to]) && s.padding(w.refs[to]) == 0 && s.readable(w.refs[to]) == nil {
			to++
		}
		n := s.readRun(w, w.refs[from:to])
		if n == 0 {
			return w.refs[from:]
		}
		from += n
	}
	return nil
}

// follows reports whether a block of the same connection and piece begins where another ends.
func follows(a, b client.BlockRef) bool {
	return a.Conn == b.Conn && a.Index == b.Index && a.Begin+a.Length == b.Begin
}

var errNotVerified = errors.New("the piece is not verified")

// readable returns an error if a block is not within a verified piece.
func (s *Store) readable(r client.BlockRef) error {
	if int64(r.Index) >= int64(s.meta.Pieces()) {
		return fmt.Errorf("the torrent has %d pieces", s.meta.Pieces())
	}
	size := s.meta.PieceSize(int(r.Index))
	if s.meta.Version == torrent.V2 {
		size = s.meta.PieceLength // see padding
	}
	if r.Length == 0 || r.Length > maxRead || int64(r.Begin)+int64(r.Length) > size {
		return fmt.Errorf("%d bytes at %d are not a block of a piece of %d", r.Length, r.Begin, size)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.verified.Has(int(r.Index)) {
		return errNotVerified
	}
	return nil
}

// padding returns how many bytes of a block are beyond the end of its piece. In a torrent of version 2
// libtorrent requests the last piece of a file as if zeros followed the file up to a full piece.
func (s *Store) padding(r client.BlockRef) int64 {
	return min(max(int64(r.Begin)+int64(r.Length)-s.meta.PieceSize(int(r.Index)), 0), int64(r.Length))
}

// readRun reads blocks that follow one another, with one system call if they are in one file. It
// returns the number of blocks that were answered: those that there were buffers for.
func (s *Store) readRun(w *worker, refs []client.BlockRef) int {
	w.vector = w.vector[:0]
	for _, r := range refs {
		var data []byte
		if r.Length > BlockSize {
			data = make([]byte, r.Length)
		} else if data = s.pool.Read.TryAcquire(); data == nil {
			break
		}
		w.vector = append(w.vector, data[:r.Length])
	}
	n := len(w.vector)
	if n == 0 {
		return 0
	}
	err := s.readVector(w, refs[0])
	for i, r := range refs[:n] {
		if err != nil {
			s.pool.Read.Release(w.vector[i])
			s.readFailed(r, err)
			continue
		}
		s.options.Done(Result{Kind: BlockRead, OK: true, Piece: r.Index, Ref: r, Data: w.vector[i]})
	}
	clear(w.vector)
	return n
}

// readVector fills the buffers in w.vector with a block and those that follow it. Only a block that is
// alone has padding.
func (s *Store) readVector(w *worker, first client.BlockRef) error {
	whole := w.vector[0]
	content := whole[:int64(len(whole))-s.padding(first)]
	clear(whole[len(content):])
	if len(content) == 0 {
		return nil
	}
	w.vector[0] = content
	s.mapping.RLock()
	err := s.readRange(w, first.Index, int64(first.Begin), w.vector)
	s.mapping.RUnlock()
	w.vector[0] = whole
	return err
}

func (s *Store) readFailed(r client.BlockRef, err error) {
	s.options.Done(Result{Kind: ReadFailed, Piece: r.Index, Ref: r, Err: fmt.Errorf("read piece %d: %w", r.Index, err)})
}

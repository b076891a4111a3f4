package storage

import (
	"errors"
	"fmt"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// batchBytes is how many bytes of a piece are written and hashed together: enough that waking a worker
// costs little, and little enough to be in the second-level cache.
const batchBytes = 256 << 10

var _ client.Store = (*Store)(nil)

// active is a piece that is being written.
type active struct {
	store *Store
	index uint32
	size  int64

	// Guarded by store.mu.
	arrived pieces.Bitset // blocks that were written
	queue   []block       // blocks that no worker has taken
	queued  int           // bytes in queue
	verify  bool          // all blocks have been written, and the verdict is waited for
	running bool          // a worker has the piece, or will
	err     error         // the blocks are lost

	// Owned by the worker that runs the piece.
	hash   *torrent.Hasher // of the first hashed bytes; nil before the first
	hashed int64
	held   []block // on disk already, and waiting to be hashed; by position
}

// block is a block that was received.
type block struct {
	begin uint32
	data  []byte
}

func (b block) end() int64 { return int64(b.begin) + int64(len(b.data)) }

// Write stores a block that was received, which belongs to the store from now on. Blocks of verified
// pieces and repeated blocks are dropped. StoreFailed may follow.
func (s *Store) Write(piece, begin uint32, data []byte) {
	s.mu.Lock()
	if !s.accept(piece, begin, data) {
		s.mu.Unlock()
		s.pool.Received.Release(data)
		return
	}
	a := s.activate(piece)
	a.arrived.Set(int(begin / BlockSize))
	a.queue = append(a.queue, block{begin, data})
	a.queued += len(data)
	if a.queued >= batchBytes || s.pool.Received.wanted() {
		s.startPiece(a)
	}
	s.mu.Unlock()
}

// accept reports whether a block is one that the store waits for.
func (s *Store) accept(piece, begin uint32, data []byte) bool {
	if s.phase != isOpen || int64(piece) >= int64(s.meta.Pieces()) || s.verified.Has(int(piece)) {
		return false
	}
	rest := s.meta.PieceSize(int(piece)) - int64(begin)
	if begin%BlockSize != 0 || rest <= 0 || int64(len(data)) != min(rest, BlockSize) {
		return false
	}
	a := s.active[piece]
	return a == nil || a.err == nil && !a.arrived.Has(int(begin/BlockSize))
}

func (s *Store) activate(piece uint32) *active {
	a := s.active[piece]
	if a == nil {
		size := s.meta.PieceSize(int(piece))
		a = &active{store: s, index: piece, size: size, arrived: pieces.NewBitset(int((size + BlockSize - 1) / BlockSize))}
		s.active[piece] = a
	}
	return a
}

// startPiece gives a piece to a worker.
func (s *Store) startPiece(a *active) {
	if !a.running {
		a.running = true
		s.running++
		s.pool.start(a)
	}
}

// Verify checks a piece whose blocks have all been written. PieceVerified or StoreFailed follows. After
// PieceVerified with OK false, all blocks have to be written again.
func (s *Store) Verify(piece uint32) client.Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.phase != isOpen:
		return client.Pending
	case int64(piece) >= int64(s.meta.Pieces()):
		return client.Bad
	case s.verified.Has(int(piece)):
		return client.Good
	}
	a := s.activate(piece)
	a.verify = true
	s.startPiece(a)
	return client.Pending
}

// run is the piece's turn at a worker: it writes and hashes what has gathered.
func (a *active) run(w *worker) {
	s := a.store
	for {
		s.mu.Lock()
		if a.err == nil && len(a.queue) > 0 || a.verify {
			w.blocks, a.queue, a.queued = a.queue, w.blocks[:0], 0
		} else {
			a.running = false
			s.ended()
			s.mu.Unlock()
			return
		}
		verify, err := a.verify, a.err
		s.mu.Unlock()

		if err == nil {
			err = s.absorb(w, a)
		}
		clear(w.blocks)
		if err == nil && verify {
			err = s.catchUp(w, a)
		}
		switch {
		case err != nil:
			s.lose(a, err)
		case verify && s.judge(a):
			return
		}
	}
}

// absorb writes the blocks in w.blocks, and hashes those that continue the piece's hash. On an error it
// releases them.
func (s *Store) absorb(w *worker, a *active) error {
	if len(w.blocks) == 0 {
		return nil
	}
	sortBlocks(w.blocks)
	for _, b := range w.blocks {
		if int64(b.begin) != a.hashed {
			continue
		}
		s.hash(a, b.data)
		s.hashHeld(a)
	}
	s.mapping.RLock()
	err := s.writeBlocks(w, a)
	s.mapping.RUnlock()
	hold := err == nil && !s.pool.Received.short()
	for _, b := range w.blocks {
		if hold && int64(b.begin) >= a.hashed {
			a.hold(b)
		} else {
			s.pool.Received.Release(b.data)
		}
	}
	return err
}

// hash continues the hash of a piece.
func (s *Store) hash(a *active, data []byte) {
	if a.hash == nil {
		a.hash = s.newHash()
		a.hash.Reset(int(a.index))
	}
	_, _ = a.hash.Write(data)
	a.hashed += int64(len(data))
}

// hashHeld hashes the held blocks that continue the hash.
func (s *Store) hashHeld(a *active) {
	n := 0
	for ; n < len(a.held) && int64(a.held[n].begin) == a.hashed; n++ {
		s.hash(a, a.held[n].data)
		s.pool.Received.Release(a.held[n].data)
	}
	a.held = a.held[:copy(a.held, a.held[n:])]
}

// hold keeps a block that is on disk until the blocks before it have come.
func (a *active) hold(b block) {
	a.held = append(a.held, b)
	for i := len(a.held) - 1; i > 0 && a.held[i].begin < a.held[i-1].begin; i-- {
		a.held[i], a.held[i-1] = a.held[i-1], a.held[i]
	}
}

// sortBlocks sorts by position. Blocks are nearly always in order.
func sortBlocks(b []block) {
	for i := 1; i < len(b); i++ {
		for k := i; k > 0 && b[k].begin < b[k-1].begin; k-- {
			b[k], b[k-1] = b[k-1], b[k]
		}
	}
}

// catchUp hashes the rest of a piece, from blocks that are held and from the disk.
func (s *Store) catchUp(w *worker, a *active) error {
	for s.hashHeld(a); a.hashed < a.size; s.hashHeld(a) {
		end := a.size
		if len(a.held) > 0 {
			end = int64(a.held[0].begin)
		}
		end = min(end, a.hashed+readBack)
		data := w.buffer()[:end-a.hashed]
		s.mapping.RLock()
		err := s.readRange(w, a.index, a.hashed, [][]byte{data})
		s.mapping.RUnlock()
		if err != nil {
			return err
		}
		s.hash(a, data)
	}
	return nil
}

// judge reports the verdict on a piece that has been hashed. It returns false if there is none, because
// the torrent is at fault and not the sender: then the piece is lost.
func (s *Store) judge(a *active) bool {
	err := a.hash.Check()
	if errors.Is(err, torrent.ErrHalves) || errors.Is(err, torrent.ErrNoHash) {
		s.lose(a, err)
		return false
	}
	good := err == nil
	s.mu.Lock()
	if good {
		s.verified.Set(int(a.index))
	}
	s.forget(a)
	delete(s.active, a.index)
	s.mu.Unlock()
	s.options.Done(Result{Kind: PieceVerified, OK: good, Piece: a.index})
	s.mu.Lock()
	s.ended()
	s.mu.Unlock()
	return true
}

// lose gives up the blocks of a piece, and reports why.
func (s *Store) lose(a *active, err error) {
	s.mu.Lock()
	s.forget(a)
	a.err, a.verify = err, false
	s.mu.Unlock()
	s.options.Done(Result{Kind: StoreFailed, Piece: a.index, Err: fmt.Errorf("store piece %d: %w", a.index, err)})
}

// forget makes a piece one of which no block has been written. The caller holds the lock, and no other
// goroutine runs the piece.
func (s *Store) forget(a *active) {
	for _, b := range a.queue {
		s.pool.Received.Release(b.data)
	}
	for _, b := range a.held {
		s.pool.Received.Release(b.data)
	}
	if a.hash != nil {
		s.hashes = append(s.hashes, a.hash)
	}
	clear(a.arrived)
	a.queue, a.queued = nil, 0
	a.hash, a.hashed, a.held = nil, 0, nil
}

// newHash returns a hash that is not in use.
func (s *Store) newHash() *torrent.Hasher {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.hashes); n > 0 {
		h := s.hashes[n-1]
		s.hashes = s.hashes[:n-1]
		return h
	}
	return s.meta.NewHasher()
}

var errReadOnly = errors.New("the storage is read-only")

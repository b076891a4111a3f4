package storage

import (
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// Options say how a Store keeps a torrent's content.
type Options struct {
	Folder      string       // the download folder; nothing is written outside it but StatePath
	StatePath   string       // of the resume file; "" for ".HASH.resume" in Folder
	Unwanted    []bool       // by file: whether it is not to be downloaded; nil if all are wanted
	ReadOnly    bool         // write nothing into Folder: for seeds; a resume file only at a StatePath
	Preallocate bool         // reserve the disk space of a file before its first block is written
	Done        func(Result) // receives the answers; called by the pool's workers, and must not block

	openFolder func(name string, create bool) (folder, error) // for tests; nil for the disk
}

// Kind says what a Result answers.
type Kind uint8

// The kinds of results.
const (
	BlockRead     Kind = iota // the block Ref has been read into Data
	PieceVerified             // OK reports whether the hash of Piece is right
	ReadFailed                // the block Ref could not be read, because of Err
	StoreFailed               // Piece could not be written or checked, because of Err
)

// Result is the answer to Store.Read or Store.Verify, or a failure of Store.Write.
type Result struct {
	Kind  Kind
	OK    bool
	Piece uint32
	Ref   client.BlockRef
	// Data is a buffer of Pool.Read, which the receiver releases, or a slice of another kind, whose
	// release does nothing.
	Data []byte
	// Err is an *Error where a file is the cause. After StoreFailed the blocks of the piece are lost.
	// More of its blocks are dropped until Store.Retry is called.
	Err error
}

// Store keeps the content of one torrent in files. It is a client.Store.
type Store struct {
	pool    *Pool
	meta    *torrent.Meta
	names   *names
	options Options
	folder  folder

	id     string   // info hash in hexadecimal, part of the names of hidden files
	shared []uint32 // see sharedPieces

	// mapping is held for reading while files are read or written, and for writing while content
	// moves between the parts file and a file.
	mapping sync.RWMutex
	files   []fileState
	parts   fileState
	loaded  *state // what the resume file says, until checked is set

	saving sync.Mutex // one goroutine at a time writes the resume file

	mu       sync.Mutex
	quiet    sync.Cond     // running has become 0
	verified pieces.Bitset // pieces whose hash is right
	active   map[uint32]*active
	hashes   []*torrent.Hasher // not in use
	running  int               // tasks that are queued or run
	phase    phase
	checked  bool // verified says of each piece on disk whether it is right
	reads    reads
}

// phase is where a store is in its life.
type phase uint8

const (
	isOpen    phase = iota
	isClosing       // what is queued is finished, nothing more is accepted
	isClosed
)

// fileState is what changes about a file. It is guarded by Store.mapping.
type fileState struct {
	unwanted bool
	inParts  bool        // its blocks are in the parts file
	written  atomic.Bool // since it was last synced
}

// Open opens the content of a torrent. It makes empty files and symlinks, and trusts nothing that is on
// disk: Resume does. The torrent must not be changed while the store is open. Errors name the file.
func Open(pool *Pool, meta *torrent.Meta, options Options) (*Store, error) {
	names, err := namesOf(meta)
	if err != nil {
		return nil, fmt.Errorf("store %q: %w", meta.Name, err)
	}
	if options.Unwanted != nil && len(options.Unwanted) != len(meta.Files) {
		return nil, fmt.Errorf("store %q: a selection of %d files for %d", meta.Name, len(options.Unwanted), len(meta.Files))
	}
	open := options.openFolder
	if open == nil {
		open = pool.folders.get
	}
	folder, err := open(options.Folder, !options.ReadOnly)
	if err != nil {
		return nil, fmt.Errorf("open the download folder: %w", err)
	}
	s := &Store{
		pool:     pool,
		meta:     meta,
		names:    names,
		options:  options,
		folder:   folder,
		id:       hex.EncodeToString(meta.InfoHash[:]),
		shared:   sharedPieces(meta),
		files:    make([]fileState, len(meta.Files)),
		verified: pieces.NewBitset(meta.Pieces()),
		active:   map[uint32]*active{},
	}
	s.quiet.L = &s.mu
	s.loadState()
	if err := s.prepare(); err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	if err := pool.add(s); err != nil {
		return nil, errors.Join(err, folder.Close())
	}
	return s, nil
}

// Verified returns the pieces whose hash is right.
func (s *Store) Verified() pieces.Bitset {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.verified)
}

// Flush has the workers write and hash the blocks that wait for more blocks of their piece. That is
// done without it when a piece is complete and when buffers are short.
func (s *Store) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flush()
}

func (s *Store) flush() {
	for _, a := range s.active {
		if len(a.queue) > 0 {
			s.startPiece(a)
		}
	}
}

// Retry lets pieces be written again whose StoreFailed was reported, after its cause is gone. Their
// blocks have to be written again.
func (s *Store) Retry() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.active {
		a.err = nil
	}
}

// Close finishes what was written, writes the resume file, and closes the files. Results may arrive
// until it returns, and none afterwards. Reads that have not begun are dropped.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.phase != isOpen {
		s.mu.Unlock()
		return ErrClosed
	}
	s.phase = isClosing
	s.dropReads()
	s.flush()
	s.wait()
	for _, a := range s.active {
		s.forget(a)
	}
	clear(s.active)
	s.mu.Unlock()
	s.pool.remove(s)

	err := s.Save()

	s.mu.Lock()
	s.phase = isClosed
	s.mu.Unlock()
	for i := range s.files {
		s.pool.handles.drop(handleKey{s, i})
	}
	s.pool.handles.drop(handleKey{s, inParts})
	return errors.Join(err, s.folder.Close())
}

func (s *Store) isOpen() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.phase == isOpen
}

// wait waits until no task of the store is queued or runs. The caller holds the lock.
func (s *Store) wait() {
	for s.running > 0 {
		s.quiet.Wait()
	}
}

// ended notes that a task of the store has ended. The caller holds the lock.
func (s *Store) ended() {
	if s.running--; s.running == 0 {
		s.quiet.Broadcast()
	}
}

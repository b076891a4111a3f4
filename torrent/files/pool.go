package files

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"sync"

	"swarmsim/bounded"
	"swarmsim/torrent"
)

// batchLength is the number of bytes, at least, that a worker reads before it takes the next batch of
// pieces: reading is sequential for that long.
const batchLength = 4 << 20

// bufferLength is the number of bytes that a worker reads at once. It fits in a core's cache.
const bufferLength = 256 << 10

// pool reads the pieces of a torrent on all cores.
type pool struct {
	meta     *torrent.Meta
	files    fs.FS
	root     string // of the torrent's files
	workers  int
	progress func(done, total int64)

	mu   sync.Mutex
	next int   // the first piece that no worker has taken
	done int64 // bytes
	err  error // the first error
}

// run reads all pieces and calls use for each, from several goroutines, with the hasher that has read
// the piece or with the error that prevented it. An error of use ends the run.
func (p *pool) run(ctx context.Context, use func(h *torrent.Hasher, piece int, err error) error) error {
	if p.workers <= 0 {
		p.workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var group sync.WaitGroup
	for range min(p.workers, p.meta.Pieces()) {
		group.Go(func() {
			if err := p.work(ctx, use); err != nil {
				p.mu.Lock()
				if p.err == nil {
					p.err = err
				}
				p.mu.Unlock()
				cancel()
			}
		})
	}
	group.Wait()
	return p.err
}

func (p *pool) work(ctx context.Context, use func(h *torrent.Hasher, piece int, err error) error) error {
	r := reader{pool: p, buffer: make([]byte, bufferLength), hasher: p.meta.NewHasher()}
	defer r.close()
	for {
		first, end := p.take()
		if first == end {
			return nil
		}
		for piece := first; piece < end; piece++ {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			err := r.piece(ctx, piece)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if err := use(r.hasher, piece, err); err != nil {
				return err
			}
		}
	}
}

// take returns the next batch of pieces.
func (p *pool) take() (first, end int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	first = p.next
	p.next = min(p.meta.Pieces(), first+int(max(1, batchLength/p.meta.PieceLength)))
	return first, p.next
}

// report adds to the bytes done.
func (p *pool) report(n int64) {
	if p.progress == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += n
	p.progress(p.done, p.meta.Length)
}

// reader reads pieces.
type reader struct {
	*pool
	buffer []byte
	hasher *torrent.Hasher
	parts  []torrent.Segment

	file    int // index of the open file; none if opened is nil
	opened  fs.File
	offset  int64 // where Read reads
	failure error // of opening file
	failed  bool
}

// piece hashes a piece.
func (r *reader) piece(ctx context.Context, piece int) error {
	r.hasher.Reset(piece)
	size := r.meta.PieceSize(piece)
	defer r.report(size)
	r.parts = r.meta.Segments(r.parts[:0], piece, 0, size)
	for _, s := range r.parts {
		if err := r.segment(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

var zeros [bufferLength]byte

func (r *reader) segment(ctx context.Context, s torrent.Segment) error {
	f := &r.meta.Files[s.File]
	if !f.Padding() {
		if err := r.open(s.File); err != nil {
			return err
		}
	}
	for s.Length > 0 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		part := zeros[:min(s.Length, bufferLength)]
		if !f.Padding() {
			part = r.buffer[:len(part)]
			if err := r.readAt(part, s.Offset); err != nil {
				return fmt.Errorf("cannot read %q: %w", r.path(s.File), err)
			}
		}
		if _, err := r.hasher.Write(part); err != nil {
			return err
		}
		s.Offset += int64(len(part))
		s.Length -= int64(len(part))
	}
	return nil
}

// path returns the path of a file in the file system.
func (p *pool) path(file int) string {
	if p.meta.Single {
		return p.root
	}
	return path.Join(p.root, p.meta.Files[file].Path)
}

// open opens a file, unless it is open. The length must be the torrent's.
func (r *reader) open(file int) error {
	if (r.opened != nil || r.failed) && r.file == file {
		return r.failure
	}
	r.close()
	r.file = file
	opened, size, err := bounded.Open(r.files, r.path(file))
	if err != nil {
		r.failed, r.failure = true, fmt.Errorf("cannot read %q: %w", r.path(file), err)
		return r.failure
	}
	r.opened = opened
	if want := r.meta.Files[file].Length; size != want {
		r.failed, r.failure = true, fmt.Errorf("%q has %d bytes; it should have %d", r.path(file), size, want)
	}
	return r.failure
}

func (r *reader) close() {
	if r.opened != nil {
		r.opened.Close() // nothing was written
	}
	r.opened, r.offset, r.failed, r.failure = nil, 0, false, nil
}

// readAt fills b from the open file.
func (r *reader) readAt(b []byte, offset int64) error {
	if at, ok := r.opened.(io.ReaderAt); ok {
		n, err := at.ReadAt(b, offset)
		if n == len(b) {
			return nil
		}
		return cut(err)
	}
	if offset < r.offset {
		file := r.file
		r.close()
		if err := r.open(file); err != nil {
			return err
		}
	}
	if _, err := io.CopyN(io.Discard, r.opened, offset-r.offset); err != nil {
		return cut(err)
	}
	n, err := io.ReadFull(r.opened, b)
	r.offset = offset + int64(n)
	return cut(err)
}

// cut returns the error of a file that has become shorter.
func cut(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("it has become shorter while it was read")
	}
	return bounded.Reason(err)
}

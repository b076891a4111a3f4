package storage

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"sync"
	"syscall"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
)

// faulty is a folder whose operations fail while a test wants it.
type faulty struct {
	folder
	faults *faults
}

// faults are operations, such as "write" or "open", and the errors with which they fail.
type faults struct {
	mu     sync.Mutex
	errors map[string]error
}

func (f *faults) set(op string, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.errors[op] = err
}

// err returns the error of an operation on a file of the torrent.
func (f *faults) err(op, name string) error {
	if strings.HasPrefix(path.Base(name), ".") {
		op = "hidden " + op
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.errors[op]
}

func (f faulty) OpenFile(name string, flag int, perm fs.FileMode) (diskFile, error) {
	if err := f.faults.err("open", name); err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	file, err := f.folder.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return faultyFile{file, name, f.faults}, nil
}

type faultyFile struct {
	diskFile
	name   string
	faults *faults
}

func (f faultyFile) writeVector(parts [][]byte, offset int64) error {
	if err := f.faults.err("write", f.name); err != nil {
		_ = f.diskFile.writeVector(parts[:len(parts)/2], offset) // as at a disk that fills up
		return err
	}
	return f.diskFile.writeVector(parts, offset)
}

func (f faultyFile) WriteAt(b []byte, offset int64) (int, error) {
	if err := f.faults.err("write", f.name); err != nil {
		return 0, err
	}
	return f.diskFile.WriteAt(b, offset)
}

func (f faultyFile) readVector(parts [][]byte, offset int64) error {
	if err := f.faults.err("read", f.name); err != nil {
		return err
	}
	return f.diskFile.readVector(parts, offset)
}

func (f faultyFile) Sync() error {
	if err := f.faults.err("sync", f.name); err != nil {
		return err
	}
	return f.diskFile.Sync()
}

// withFaults returns options with a folder that fails.
func withFaults(t *testing.T) (Options, *faults) {
	f := &faults{errors: map[string]error{}}
	return Options{Folder: t.TempDir(), openFolder: func(name string, create bool) (folder, error) {
		inner, err := openFolder(name, create)
		return faulty{inner, f}, err
	}}, f
}

// wantFailure checks that a result is a failure of a file with a cause.
func wantFailure(t *testing.T, r Result, kind Kind, file string, cause error) {
	t.Helper()
	var e *Error
	if r.Kind != kind || !errors.As(r.Err, &e) || e.File != file || !errors.Is(r.Err, cause) {
		t.Errorf("result %d of piece %d: %v; want one of kind %d about %q: %v", r.Kind, r.Piece, r.Err, kind, file, cause)
	}
}

// A piece that cannot be written is lost, and can be written again when the cause is gone. The others
// remain.
func TestDiskFull(t *testing.T) {
	m := makeTorrent(256<<10, torrent.File{Path: "a", Length: 1_000_000})
	o, faults := withFaults(t)
	e := open(t, newPool(t, Limits{}), m, o)
	e.download(0, 1)
	faults.set("write", syscall.ENOSPC)
	e.write(1, m.piece(1), nil)
	wantFailure(t, e.result(), StoreFailed, "a", syscall.ENOSPC)
	e.write(1, m.piece(1), []int{0, 1}) // dropped
	if r := e.verify(1); r.Kind != StoreFailed {
		t.Errorf("a lost piece: %+v", r)
	}
	e.write(2, m.piece(2), []int{1, 0})
	faults.set("write", nil)
	e.Retry()
	e.write(2, m.piece(2), []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15})
	if r := e.verify(2); !r.OK {
		t.Errorf("the piece that was begun: %+v", r)
	}
	e.download(1, m.Pieces())
	e.readAll()
	e.close()
	e.reopen()
	if n := count(e.Verified(), m.Pieces()); n != m.Pieces() {
		t.Errorf("%d pieces verified", n)
	}
}

func TestPermission(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "a", Length: 200_000})
	o, faults := withFaults(t)
	e := open(t, newPool(t, Limits{}), m, o)
	faults.set("open", fs.ErrPermission)
	e.write(0, m.piece(0), nil)
	e.Flush()
	wantFailure(t, e.result(), StoreFailed, "a", fs.ErrPermission)
	faults.set("open", nil)
	e.Retry()
	e.download(0, m.Pieces())
	e.close()

	// A file that cannot be read is no reason to download it again.
	e.options.StatePath = t.TempDir() + "/none"
	faults.set("open", fs.ErrPermission)
	s, err := Open(e.pool, m.Meta, e.options)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resume(context.Background(), nil); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("resume: %v", err)
	}
	faults.set("open", nil)
	if have, err := s.Resume(context.Background(), nil); err != nil || count(have, m.Pieces()) != m.Pieces() {
		t.Errorf("resume again: %d pieces, %v", count(have, m.Pieces()), err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestReadErrors(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "a", Length: 200_000}, torrent.File{Path: "b", Length: 100_000})
	o, faults := withFaults(t)
	e := open(t, newPool(t, Limits{OpenFiles: 1}), m, o)
	e.download(0, m.Pieces())
	block := client.BlockRef{Index: 1, Length: BlockSize}
	faults.set("read", syscall.EIO)
	e.Read(block)
	wantFailure(t, e.result(), ReadFailed, "t/a", syscall.EIO)
	faults.set("read", nil)
	e.read(1, 0, BlockSize)

	if err := os.Truncate(m.file(o.Folder, 0), 70_000); err != nil {
		t.Fatal(err)
	}
	e.Read(block)
	var cause *Error
	if r := e.result(); r.Kind != ReadFailed || !errors.As(r.Err, &cause) {
		t.Errorf("a file that has become shorter: %+v", r)
	}
	e.read(4, 0, BlockSize) // of b, so that a is closed
	if err := os.Remove(m.file(o.Folder, 0)); err != nil {
		t.Fatal(err)
	}
	e.Read(block)
	wantFailure(t, e.result(), ReadFailed, "t/a", fs.ErrNotExist)
	have, err := e.Check(context.Background(), nil)
	if n := count(have, m.Pieces()); err != nil || n != 1 {
		t.Errorf("%d pieces after the file is gone, %v", n, err)
	}
}

// Blocks out of order have to be read back, which can fail too.
func TestReadingBackFails(t *testing.T) {
	m := makeTorrent(1<<20, torrent.File{Path: "a", Length: 1 << 20})
	o, faults := withFaults(t)
	e := open(t, newPool(t, Limits{ReceivedBytes: 1}), m, o)
	faults.set("read", syscall.EIO)
	order := make([]int, 64)
	for i := range order {
		order[i] = 63 - i
	}
	e.write(0, m.piece(0), order)
	wantFailure(t, e.verify(0), StoreFailed, "a", syscall.EIO)
	faults.set("read", nil)
	e.Retry()
	e.download(0, 1)
}

// A resume file that cannot be written is reported. The next start hashes everything.
func TestResumeFileCannotBeWritten(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "a", Length: 200_000})
	for _, op := range []string{"hidden open", "hidden write", "hidden sync", "sync"} {
		o, faults := withFaults(t)
		e := open(t, newPool(t, Limits{}), m, o)
		e.download(0, m.Pieces())
		faults.set(op, syscall.ENOSPC)
		if err := e.Store.Close(); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s fails: %v", op, err)
		}
		faults.set(op, nil)
		e.reopen()
		if n := count(e.Verified(), m.Pieces()); n != m.Pieces() {
			t.Errorf("%s failed: %d pieces", op, n)
		}
		e.close()
	}
}

// What is in the way of a file is an error, and not written to.
func TestThingsInTheWay(t *testing.T) {
	m := makeTorrent(64<<10, torrent.File{Path: "sub/a", Length: 100_000}, torrent.File{Path: "b", Length: 100})
	outside := t.TempDir()
	for what, place := range map[string]func(folder string) error{
		"a folder":     func(f string) error { return os.MkdirAll(f+"/t/sub/a", 0o777) },
		"a named pipe": func(f string) error { return errors.Join(os.MkdirAll(f+"/t/sub", 0o777), makePipe(f+"/t/sub/a")) },
		"a symlink": func(f string) error {
			return errors.Join(os.MkdirAll(f+"/t/sub", 0o777), os.Symlink(outside+"/x", f+"/t/sub/a"))
		},
		"a folder outside": func(f string) error { return errors.Join(os.MkdirAll(f+"/t", 0o777), os.Symlink(outside, f+"/t/sub")) },
		"a file, no folder": func(f string) error {
			return errors.Join(os.MkdirAll(f+"/t", 0o777), os.WriteFile(f+"/t/sub", nil, 0o666))
		},
	} {
		folder := t.TempDir()
		if err := place(folder); err != nil {
			t.Fatal(what, err)
		}
		s, err := Open(newPool(t, Limits{}), m.Meta, Options{Folder: folder, Done: func(Result) {}})
		if err != nil {
			t.Fatal(what, err)
		}
		var failed Result
		done := make(chan struct{})
		s.options.Done = func(r Result) { failed = r; close(done) }
		_, _ = s.Resume(context.Background(), nil)
		s.Write(0, 0, m.piece(0)[:BlockSize])
		s.Flush()
		<-done
		if failed.Kind != StoreFailed || failed.Err == nil {
			t.Errorf("%s: %+v", what, failed)
		}
		if entries, _ := os.ReadDir(outside); len(entries) > 0 {
			t.Errorf("%s: %v was made outside the folder", what, entries)
		}
		if err := s.Close(); err != nil {
			t.Error(what, err)
		}
	}
}

package storage

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/torrent"
)

// resumed opens a store, and returns it with the number of pieces that were hashed to resume it.
func resumed(t *testing.T, pool *Pool, m *made, o Options) (s *Store, hashed int) {
	t.Helper()
	o.Done = func(Result) {}
	s, err := Open(pool, m.Meta, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resume(context.Background(), func(done, total int) { hashed = done }); err != nil {
		t.Fatal(err)
	}
	return s, hashed
}

// threeFiles has pieces 0 to 3 in a, 3 to 6 in b, and 6 to 9 in c.
func threeFiles() *made {
	file := func(path string) torrent.File { return torrent.File{Path: path, Length: 200_000} }
	return makeTorrent(64<<10, file("a"), file("b"), file("c"))
}

// Only the files that have changed since the resume file was written are hashed.
func TestResumeTrustsUnchangedFiles(t *testing.T) {
	for _, statePath := range []string{"", filepath.Join(t.TempDir(), "states", "x")} {
		m, folder := threeFiles(), t.TempDir()
		pool := newPool(t, Limits{})
		o := Options{Folder: folder, StatePath: statePath}
		e := open(t, pool, m, o)
		e.download(0, 10)
		e.close()

		check := func(what string, wantHashed, wantVerified int) {
			t.Helper()
			s, hashed := resumed(t, pool, m, o)
			if n := count(s.Verified(), m.Pieces()); hashed != wantHashed || n != wantVerified {
				t.Errorf("%s: %d pieces are hashed, %d verified; want %d and %d", what, hashed, n, wantHashed, wantVerified)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
		check("nothing has changed", 0, 10)
		later := time.Now().Add(-time.Hour)
		if err := os.Chtimes(m.file(folder, 1), later, later); err != nil {
			t.Fatal(err)
		}
		check("b has another time", 4, 10)
		check("it is known again", 0, 10)
		if err := os.Remove(m.file(folder, 0)); err != nil {
			t.Fatal(err)
		}
		check("a is gone", 0, 6)
		if err := os.Truncate(m.file(folder, 2), 100_000); err != nil {
			t.Fatal(err)
		}
		check("c is shorter", 1, 3)
		if err := os.WriteFile(m.file(folder, 1), make([]byte, 200_000), 0o666); err != nil {
			t.Fatal(err)
		}
		check("b has other content", 3, 0)
	}
}

func TestDamagedResumeFile(t *testing.T) {
	m, folder := threeFiles(), t.TempDir()
	pool := newPool(t, Limits{})
	o := Options{Folder: folder, StatePath: filepath.Join(t.TempDir(), "x")}
	e := open(t, pool, m, o)
	e.download(0, 10)
	e.close()
	text, err := os.ReadFile(o.StatePath)
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	if err := os.WriteFile(o.StatePath, text, 0o666); err != nil {
		t.Fatal(err)
	}
	s, hashed := resumed(t, pool, m, o)
	if n := count(s.Verified(), 10); hashed != 10 || n != 10 {
		t.Errorf("%d pieces are hashed, %d verified; want all 10", hashed, n)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// crash ends a store as kill -9 does: without a resume file, at whatever moment its workers are.
func (e *env) crash() {
	s := e.Store
	s.mu.Lock()
	s.phase = isClosing
	s.dropReads()
	s.wait()
	for _, a := range s.active {
		s.forget(a)
	}
	s.phase = isClosed
	s.mu.Unlock()
	s.pool.remove(s)
	for i := range s.files {
		s.pool.handles.drop(handleKey{s, i})
	}
	s.pool.handles.drop(handleKey{s, inParts})
	_ = s.folder.Close()
	e.Store = nil
}

// After a crash every piece that was verified is verified again, and no other.
func TestCrashes(t *testing.T) {
	m := oddFiles()
	r := rand.New(rand.NewPCG(3, 4))
	for run := range 10 {
		folder := t.TempDir()
		unwanted := make([]bool, len(m.Files))
		unwanted[2], unwanted[7] = run%2 == 1, run%2 == 1
		e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Unwanted: unwanted})
		have := map[int]bool{4: true, 5: true, 6: true} // padding only
		begun := map[int]bool{}
		for len(have) < m.Pieces() {
			piece := r.IntN(m.Pieces())
			switch r.IntN(6) {
			case 0: // some blocks only
				if !have[piece] {
					e.write(piece, m.piece(piece), []int{0})
					e.Flush()
					begun[piece] = true // may be all of it that is not padding
				}
				continue
			case 1: // a clean stop
				e.close()
				e.reopen()
			case 2:
				e.crash()
				e.reopen()
			}
			if !have[piece] {
				e.download(piece, piece+1)
				have[piece] = true
			}
			for p := range m.Pieces() {
				if v := e.Verified().Has(p); v && begun[p] {
					have[p] = true
				} else if v != have[p] {
					t.Fatalf("run %d: piece %d: verified %v, want %v", run, p, !have[p], have[p])
				}
			}
		}
		e.readAll()
		e.close()
	}
}

// A check finds what has changed on disk behind the store's back.
func TestCheck(t *testing.T) {
	m, folder := threeFiles(), t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.download(0, 10)
	f, err := os.OpenFile(m.file(folder, 1), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("damage"), 100_000); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	calls := 0
	have, err := e.Check(context.Background(), func(done, total int) {
		if calls++; done != calls || total != 10 {
			t.Errorf("progress %d of %d in call %d", done, total, calls)
		}
	})
	if err != nil || count(have, m.Pieces()) != 9 || have.Has(4) {
		t.Errorf("%d pieces, %v", count(have, m.Pieces()), err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	_, err = e.Check(ctx, func(done, total int) { cancel() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("a check that is cancelled: %v", err)
	}
}

func TestUntilSettled(t *testing.T) {
	at := time.Unix(1_700_000_000, 123_456_789)
	for _, c := range []struct {
		mtime time.Time
		age   time.Duration
		want  time.Duration
	}{
		{at, time.Second, 0},
		{at, 15 * time.Millisecond, 6 * time.Millisecond},
		{at, -time.Second, -1},
		{at.Truncate(time.Second), time.Second, 1001 * time.Millisecond},
		{at.Truncate(time.Second), 3 * time.Second, 0},
	} {
		if got := untilSettled(c.mtime, c.mtime.Add(c.age)); got != c.want {
			t.Errorf("%v after %v: %v, want %v", c.age, c.mtime, got, c.want)
		}
	}
}

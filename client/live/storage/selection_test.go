package storage

import (
	"os"
	"path/filepath"
	"testing"

	"swarmsim/client"
	"swarmsim/torrent"
)

// smallFiles are files in pieces of 64 KiB that nearly all share a piece with others.
func smallFiles() *made {
	file := func(path string, length int64) torrent.File { return torrent.File{Path: path, Length: length} }
	return makeTorrent(64<<10, file("a", 100_000), file("b", 20_000), file("none", 0), file("c", 300_000), file("d", 10), file("e", 40_000))
}

// partsName is the path of the parts file.
func (e *env) partsName() string { return filepath.Join(e.options.Folder, e.nameOf(inParts)) }

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// wanted are the pieces that have bytes of wanted files.
func (m *made) wanted(unwanted []bool) (out []int) {
	last := -1
	for i := range m.Files {
		first, end := m.FilePieces(i)
		for piece := max(first, last+1); piece < end && !unwanted[i]; piece++ {
			out = append(out, piece)
			last = piece
		}
	}
	return out
}

func (e *env) downloadAll(pieces []int) {
	e.t.Helper()
	for _, piece := range pieces {
		e.download(piece, piece+1)
	}
}

// The parts of unwanted files are in the parts file, until the files are wanted.
func TestSelection(t *testing.T) {
	m := smallFiles()
	all := make([]bool, len(m.Files))
	for _, crash := range []bool{false, true} {
		folder := t.TempDir()
		unwanted := []bool{false, true, true, false, true, true}
		e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Unwanted: unwanted})
		stop := e.close
		if crash {
			stop = e.crash
		}
		some := m.wanted(unwanted)
		e.downloadAll(some)
		m.compare(t, folder, unwanted)
		if !exists(e.partsName()) {
			t.Error("no parts file")
		}
		for _, piece := range some {
			e.read(piece, 0, 1000)
		}

		stop()
		e.reopen()
		if n := count(e.Verified(), m.Pieces()); n != len(some) {
			t.Errorf("%d pieces verified after a restart, want %d", n, len(some))
		}

		if err := e.SetUnwanted(all); err != nil {
			t.Fatal(err)
		}
		for _, piece := range some {
			e.read(piece, 0, 1000)
		}
		if exists(e.partsName()) {
			t.Error("the parts file remains")
		}
		stop()
		e.options.Unwanted = nil
		e.reopen()
		if n := count(e.Verified(), m.Pieces()); n != len(some) {
			t.Errorf("%d pieces verified after all files are wanted, want %d", n, len(some))
		}
		e.download(0, m.Pieces())
		e.readAll()
		m.compare(t, folder, nil)
		e.close()
	}
}

// The selection changes between two runs, so that the parts move when the store is opened.
func TestSelectionChangesBetweenRuns(t *testing.T) {
	m, folder := smallFiles(), t.TempDir()
	unwanted := []bool{false, true, true, false, true, true}
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Unwanted: unwanted})
	some := m.wanted(unwanted)
	e.downloadAll(some)
	e.crash()
	e.options.Unwanted = []bool{false, false, false, false, true, false}
	e.reopen()
	if n := count(e.Verified(), m.Pieces()); n != len(some) {
		t.Errorf("%d pieces verified, want %d", n, len(some))
	}
	e.crash()
	e.options.Unwanted = nil
	e.reopen()
	e.download(0, m.Pieces())
	e.readAll()
	m.compare(t, folder, nil)
}

// A file that is no longer wanted stays where it is. Blocks that arrive for one that was not begun go to
// the parts file or, where the piece is not shared, to the file.
func TestFilesThatAreNoLongerWanted(t *testing.T) {
	m, folder := smallFiles(), t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.download(0, 1)
	e.write(1, m.piece(1), []int{0})
	unwanted := []bool{true, true, true, true, true, true}
	if err := e.SetUnwanted(unwanted); err != nil {
		t.Fatal(err)
	}
	e.write(1, m.piece(1), []int{3, 2, 1})
	if r := e.verify(1); !r.OK {
		t.Errorf("a piece whose files are no longer wanted: %+v", r)
	}
	e.download(2, m.Pieces())
	e.readAll()
	if !exists(m.file(folder, 0)) || exists(m.file(folder, 1)) || !exists(m.file(folder, 3)) {
		t.Error("the wrong files are made")
	}
	e.crash()
	e.options.Unwanted = unwanted
	e.reopen()
	e.readAll()
	if err := e.SetUnwanted(make([]bool, len(m.Files))); err != nil {
		t.Fatal(err)
	}
	e.readAll()
	m.compare(t, folder, nil)
}

// The selection changes while pieces are written.
func TestSelectionChangesDuringADownload(t *testing.T) {
	m, folder := smallFiles(), t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Unwanted: make([]bool, len(m.Files))})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 30 {
			unwanted := make([]bool, len(m.Files))
			for k := range unwanted {
				unwanted[k] = i%2 == 0 && (i+k)%3 != 0
			}
			if err := e.SetUnwanted(unwanted); err != nil {
				t.Error(err)
			}
		}
	}()
	e.download(0, m.Pieces())
	<-done
	e.readAll()
	if err := e.SetUnwanted(make([]bool, len(m.Files))); err != nil {
		t.Fatal(err)
	}
	m.compare(t, folder, nil)
}

// A file that was removed while it is not wanted must not be read from the parts file instead.
func TestUnwantedFileVanishes(t *testing.T) {
	m, folder := smallFiles(), t.TempDir()
	unwanted := []bool{false, false, false, false, false, true}
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder, Unwanted: unwanted})
	e.downloadAll(m.wanted(unwanted))
	unwanted[3] = true
	for _, running := range []bool{true, false} {
		_ = os.Remove(m.file(folder, 3))
		if running {
			if err := e.SetUnwanted(unwanted); err != nil {
				t.Fatal(err)
			}
			e.Read(client.BlockRef{Index: 3, Length: BlockSize})
			e.pool.Read.Release(e.result().Data) // it was open, or is gone
		} else {
			e.close()
			e.options.Unwanted = unwanted
			e.reopen()
			if v := e.Verified(); v.Has(1) || v.Has(6) || !v.Has(0) {
				t.Errorf("verified: %b", v)
			}
		}
	}
}

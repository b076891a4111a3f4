package storage

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"swarmsim/torrent"
)

// Whatever the layout, the selection and its changes, what was verified stays so, over crashes and clean
// stops, and the wanted files have their bytes in the end.
func TestAnyLayout(t *testing.T) {
	pool := newPool(t, Limits{})
	rapid.Check(t, func(r *rapid.T) {
		m := drawTorrent(r)
		folder, err := os.MkdirTemp(t.TempDir(), "")
		if err != nil {
			t.Fatal(err)
		}
		unwanted := func() []bool {
			return rapid.SliceOfN(rapid.Bool(), len(m.Files), len(m.Files)).Draw(r, "unwanted")
		}
		e := &env{t: t, pool: pool, made: m, options: Options{Folder: folder, Unwanted: unwanted()}}
		e.arrived.L = &e.mu
		e.reopen()
		for _, piece := range rapid.Permutation(pieceNumbers(m)).Draw(r, "order") {
			switch rapid.IntRange(0, 5).Draw(r, "action") {
			case 0:
				e.options.Unwanted = unwanted()
				if err := e.SetUnwanted(e.options.Unwanted); err != nil {
					t.Fatal(err)
				}
			case 1, 2:
				before := e.Verified()
				if rapid.Bool().Draw(r, "crash") {
					e.crash()
				} else {
					e.close()
				}
				if rapid.Bool().Draw(r, "selects") {
					e.options.Unwanted = unwanted()
				}
				e.reopen()
				if !slices.Equal(e.Verified(), before) {
					r.Fatalf("verified %b, before %b", e.Verified(), before)
				}
			}
			e.download(piece, piece+1)
		}
		e.readAll()
		if err := e.SetUnwanted(make([]bool, len(m.Files))); err != nil {
			t.Fatal(err)
		}
		e.close()
		m.compare(t, folder, nil)
		if t.Failed() {
			r.FailNow()
		}
	})
}

func pieceNumbers(m *made) []int {
	out := make([]int, m.Pieces())
	for i := range out {
		out[i] = i
	}
	return out
}

func drawTorrent(r *rapid.T) *made {
	const pieceLength = 32 << 10
	var files []torrent.File
	end := int64(0)
	for i := range rapid.IntRange(2, 7).Draw(r, "files") {
		f := torrent.File{Path: fmt.Sprint(i), Length: rapid.Int64Range(0, 3*pieceLength).Draw(r, "length")}
		files, end = append(files, f), end+f.Length
		if pad := -end & (pieceLength - 1); rapid.Bool().Draw(r, "pad") && pad > 0 {
			files, end = append(files, torrent.File{Path: fmt.Sprint(".pad", i), Length: pad, Attr: torrent.Padding}), end+pad
		}
	}
	if end == 0 {
		files[0].Length = 1
	}
	return makeTorrent(pieceLength, files...)
}

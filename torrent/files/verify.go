package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"

	"swarmsim/bounded"
	"swarmsim/torrent"
	"swarmsim/torrent/merkle"
)

// VerifyOptions are the options of Verify.
type VerifyOptions struct {
	Workers  int                     // that read and hash; one for each core if 0
	Progress func(done, total int64) // in bytes; called by one goroutine at a time; may be nil
}

// State is what Verify found of a file.
type State string

// The states.
const (
	Good        State = "good"         // the whole file has the torrent's content
	Missing     State = "missing"      // there is no such file
	WrongLength State = "wrong length" // the file has another length
	Damaged     State = "damaged"      // at least one piece does not match
	Unreadable  State = "unreadable"   // see FileResult.Err
	// Unchecked is a file of which a piece could not be verified because a part of it is in another
	// file, which is missing or has the wrong length. What could be verified is good.
	Unchecked State = "not fully checked"
)

// FileResult is the result of a file.
type FileResult struct {
	File   int // index in Meta.Files
	State  State
	Length int64 // found, in bytes; -1 if missing
	Bad    int   // pieces with bytes of this file that do not match
	Err    error // why the file could not be read, or that hybrid halves disagree; nil otherwise
}

// Result is the result of Verify.
type Result struct {
	Pieces []bool       // whether each piece is good
	Good   int          // number of good pieces
	Files  []FileResult // of all files but padding files, in their order
}

// Complete reports whether all files are good.
func (r *Result) Complete() bool {
	for i := range r.Files {
		if r.Files[i].State != Good {
			return false
		}
	}
	return true
}

// Verify compares the file or the folder at root with a torrent. What is missing or wrong is no error:
// the result says it. A file of which the torrent has no piece layer is compared by the root of its
// hash tree.
func Verify(ctx context.Context, files fs.FS, root string, m *torrent.Meta, o VerifyOptions) (*Result, error) {
	v := &verifier{pool: pool{meta: m, files: files, root: root, workers: o.Workers, progress: o.Progress}}
	v.result.Pieces = make([]bool, m.Pieces())
	v.roots = map[int][32]byte{}
	v.byFile = make([]*FileResult, len(m.Files))
	for i := range m.Files {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if !m.Files[i].Padding() {
			v.result.Files = append(v.result.Files, v.look(i))
		}
	}
	for i := range v.result.Files {
		v.byFile[v.result.Files[i].File] = &v.result.Files[i]
	}
	if err := v.run(ctx, v.use); err != nil {
		return nil, err
	}
	v.useRoots()
	v.judge()
	return &v.result, nil
}

// verifier collects the results of the pieces.
type verifier struct {
	pool
	result Result
	byFile []*FileResult // by the index of the file; nil for padding

	results sync.Mutex
	halves  map[int]bool     // pieces of which the halves of a hybrid disagree
	roots   map[int][32]byte // of pieces whose hash is not known
}

// look finds a file without reading it.
func (v *verifier) look(file int) FileResult {
	f := &v.meta.Files[file]
	r := FileResult{File: file, State: Good, Length: -1}
	if f.Attr.Has(torrent.Symlink) {
		return v.lookLink(r)
	}
	st, err := fs.Stat(v.files, v.path(file))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.State = Missing
		return r
	case err != nil:
		r.State, r.Err = Unreadable, bounded.Reason(err)
		return r
	case !st.Mode().IsRegular():
		r.State, r.Err = Unreadable, fmt.Errorf("it is %s", bounded.Kind(st.Mode()))
		return r
	}
	r.Length = st.Size()
	if r.Length != f.Length {
		r.State = WrongLength
	}
	return r
}

// lookLink compares a symbolic link.
func (v *verifier) lookLink(r FileResult) FileResult {
	f := &v.meta.Files[r.File]
	target, err := fs.ReadLink(v.files, v.path(r.File))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.State = Missing
	case err != nil:
		r.State, r.Err = Unreadable, fmt.Errorf("it should be a symbolic link to %q", f.Symlink)
	case path.Join(path.Dir(f.Path), strings.ReplaceAll(target, `\`, "/")) != f.Symlink:
		r.State, r.Err = Damaged, fmt.Errorf("it is a symbolic link to %q; it should lead to %q", target, f.Symlink)
	default:
		r.Length = 0
	}
	return r
}

// use takes the result of a piece.
func (v *verifier) use(h *torrent.Hasher, piece int, err error) error {
	if err != nil {
		return nil // look has seen why, or the piece stays bad
	}
	err = h.Check()
	v.results.Lock()
	defer v.results.Unlock()
	switch {
	case err == nil:
		v.result.Pieces[piece] = true
	case errors.Is(err, torrent.ErrHalves):
		if v.halves == nil {
			v.halves = map[int]bool{}
		}
		v.halves[piece] = true
	case errors.Is(err, torrent.ErrNoHash):
		v.roots[piece] = h.Root()
	}
	return nil
}

// useRoots verifies the files whose piece layer is not known.
func (v *verifier) useRoots() {
	height := merkle.Height(v.meta.PieceLength / merkle.BlockSize)
	for _, file := range v.meta.MissingLayers() {
		first, end := v.meta.FilePieces(file)
		var tree merkle.Builder
		for piece := first; piece < end; piece++ {
			if root, ok := v.roots[piece]; ok {
				tree.Add(root)
			}
		}
		if tree.Len() != int64(end-first) || tree.PaddedRoot(tree.Height(), height) != v.meta.Files[file].Root {
			continue
		}
		for piece := first; piece < end; piece++ {
			v.result.Pieces[piece] = true
		}
	}
}

// judge finds the state of each file from its pieces.
func (v *verifier) judge() {
	var parts []torrent.Segment
	for piece, good := range v.result.Pieces {
		if good {
			v.result.Good++
			continue
		}
		parts = v.meta.Segments(parts[:0], piece, 0, v.meta.PieceSize(piece))
		explained := false // by a file that could not be read
		for _, s := range parts {
			if f := v.byFile[s.File]; f != nil && f.State != Good && f.State != Damaged && f.State != Unchecked {
				explained = true
			}
		}
		for _, s := range parts {
			f := v.byFile[s.File]
			if f == nil {
				continue
			}
			f.Bad++
			switch {
			case f.State != Good && f.State != Unchecked:
			case explained:
				f.State = Unchecked
			default:
				f.State = Damaged
			}
			if v.halves[piece] {
				f.Err = torrent.ErrHalves
			}
		}
	}
}

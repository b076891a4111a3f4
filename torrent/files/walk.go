package files

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"swarmsim/bounded"
	"swarmsim/torrent"
)

// Order is the order of a torrent's files.
type Order int

const (
	// ByComponents compares paths component by component, bytewise. It is the order of BEP 52, which
	// versions 2 and hybrids must have.
	ByComponents Order = iota
	// ByString compares whole paths bytewise, as mktorrent and anacrolix/torrent do: a-b/c comes
	// before a/b, because - comes before /.
	ByString
)

// maxDepth limits folders in one another; a symbolic link to a folder above it would have no end.
const maxDepth = 100

// walk finds the files of a torrent.
type walk struct {
	files   fs.FS
	root    string
	options *Options

	single bool
	found  []torrent.File
	length int64 // of all files
}

// run finds all files and sorts them.
func (w *walk) run(ctx context.Context) error {
	for _, p := range w.options.Exclude {
		if _, err := path.Match(p, ""); err != nil {
			return fmt.Errorf("%q is not a pattern such as *.tmp: %w", p, err)
		}
	}
	st, err := fs.Stat(w.files, w.root)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w", w.root, bounded.Reason(err))
	}
	if !st.IsDir() {
		w.single = true
		return w.add(w.options.Name, w.root, st)
	}
	if err := w.folder(ctx, "", 0); err != nil {
		return err
	}
	if w.options.Order == ByString && w.options.Version == torrent.V1 {
		slices.SortFunc(w.found, func(a, b torrent.File) int { return cmp.Compare(a.Path, b.Path) })
	} else {
		slices.SortFunc(w.found, func(a, b torrent.File) int { return compareComponents(a.Path, b.Path) })
	}
	return nil
}

// compareComponents compares paths as if the slash came before all other bytes.
func compareComponents(a, b string) int {
	for i := 0; i < len(a) && i < len(b); i++ {
		x, y := a[i], b[i]
		if x == y {
			continue
		}
		if x == '/' || y == '/' {
			if x == '/' {
				return -1
			}
			return 1
		}
		return cmp.Compare(x, y)
	}
	return cmp.Compare(len(a), len(b))
}

// folder finds the files of a folder, whose path in the torrent is dir.
func (w *walk) folder(ctx context.Context, dir string, depth int) error {
	at := path.Join(w.root, dir)
	if depth > maxDepth {
		return fmt.Errorf("%q has folders more than %d deep; a symbolic link may lead to a folder above it", w.root, maxDepth)
	}
	entries, err := fs.ReadDir(w.files, at)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w", at, bounded.Reason(err))
	}
	for _, e := range entries {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		p := path.Join(dir, e.Name())
		if w.excluded(p) {
			continue
		}
		if !utf8.ValidString(e.Name()) {
			return fmt.Errorf("%q has a name that is not UTF-8, as BEP 3 wants names; rename or exclude it", path.Join(at, e.Name()))
		}
		if w.options.KeepLinks && e.Type()&fs.ModeSymlink != 0 {
			if err := w.link(p); err != nil {
				return err
			}
			continue
		}
		st, err := fs.Stat(w.files, path.Join(w.root, p)) // follows symbolic links
		if err != nil {
			return fmt.Errorf("cannot read %q: %w", path.Join(w.root, p), bounded.Reason(err))
		}
		if st.IsDir() {
			err = w.folder(ctx, p, depth+1)
		} else {
			err = w.add(p, path.Join(w.root, p), st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// excluded reports whether a pattern matches the name of a file or a folder, or its path.
func (w *walk) excluded(p string) bool {
	for _, pattern := range w.options.Exclude {
		name := path.Base(p)
		if strings.Contains(pattern, "/") {
			name = p
		}
		if ok, _ := path.Match(pattern, name); ok { // the patterns were checked
			return true
		}
	}
	return false
}

// add adds the file at a path of the file system, with the path p in the torrent.
func (w *walk) add(p, at string, st fs.FileInfo) error {
	switch {
	case !st.Mode().IsRegular():
		return fmt.Errorf("%q is %s, which no torrent can hold; exclude it", at, bounded.Kind(st.Mode()))
	case len(w.found) == torrent.MaxFiles:
		return fmt.Errorf("%q holds more than %d files, which is the limit", w.root, torrent.MaxFiles)
	case st.Size() > torrent.MaxLength-w.length:
		return fmt.Errorf("%q has more than 16 TiB, which is the limit", w.root)
	}
	f := torrent.File{Path: p, Length: st.Size()}
	if w.options.Attributes && st.Mode()&0o100 != 0 {
		f.Attr |= torrent.Executable
	}
	w.found = append(w.found, f)
	w.length += f.Length
	return nil
}

// link adds a symbolic link. Its target must be in the torrent's folder.
func (w *walk) link(p string) error {
	at := path.Join(w.root, p)
	target, err := fs.ReadLink(w.files, at)
	if err != nil {
		return fmt.Errorf("cannot read the symbolic link %q: %w", at, bounded.Reason(err))
	}
	inside := path.Join(path.Dir(p), target)
	if path.IsAbs(target) || inside == "." || inside == ".." || strings.HasPrefix(inside, "../") || !utf8.ValidString(inside) {
		return fmt.Errorf("%q is a symbolic link to %q, which is not in %q; exclude it, or follow links", at, target, w.root)
	}
	w.found = append(w.found, torrent.File{Path: p, Attr: torrent.Symlink, Symlink: inside})
	return nil
}

package torrent

import (
	"bytes"
	"errors"
	"fmt"

	"swarmsim/torrent/bencode"
)

// listV2 lists the files of the file tree (BEP 52). Its order is that of the keys.
func (l *lister) listV2(in *infoDict) error {
	t := treeReader{lister: l, r: bencode.NewReader(in.fileTree)}
	t.r.Strict = true
	if err := t.folder(nil); err != nil {
		return err
	}
	switch {
	case len(l.m.Files) == 0:
		return errors.New("has no files: its file tree is empty")
	case t.single && len(l.m.Files) == 1 && in.files == nil && l.m.Files[0].Path == l.m.Name:
		l.m.Single = true
	}
	return nil
}

// treeReader reads a file tree: a dictionary for each folder, whose keys are the names in it, and for
// each file a dictionary whose only key is empty.
type treeReader struct {
	*lister
	r      *bencode.Reader
	single bool // the last file read is not in a folder
}

// folder reads the dictionary of the folder with the given path.
func (t *treeReader) folder(path [][]byte) error {
	if len(path) > maxPathDepth {
		return fmt.Errorf("has a file tree of more than %d folders in one another", maxPathDepth)
	}
	var last []byte
	return t.r.Dict(func(name []byte) error {
		if last != nil && bytes.Compare(name, last) < 0 {
			return fmt.Errorf("has a file tree whose names are not in order at %.60q; BEP 52 wants them sorted by their bytes", name)
		}
		last = name
		if len(name) == 0 {
			return errors.New("has a file tree with a file that has no name")
		}
		if err := isKind(t.r, bencode.Dict); err != nil {
			return fmt.Errorf("has a file tree whose entry %.60q %w", name, err)
		}
		below := append(path[:len(path):len(path)], name)
		if t.atFile() {
			return t.file(below)
		}
		return t.folder(below)
	})
}

// atFile reports whether the dictionary that follows begins with the empty key.
func (t *treeReader) atFile() bool {
	peek := *t.r
	isFile := false
	stop := errors.New("")
	_ = peek.Dict(func(key []byte) error {
		isFile = len(key) == 0
		return stop
	})
	return isFile
}

// file reads the dictionary of the file with the given path.
func (t *treeReader) file(path [][]byte) error {
	number := len(t.m.Files) + 1
	var f fileDict
	err := t.r.Dict(func(key []byte) error {
		if len(key) > 0 {
			return fmt.Errorf("has a file tree in which %.60q is both a file and a folder", path[len(path)-1])
		}
		if err := isKind(t.r, bencode.Dict); err != nil {
			return fmt.Errorf("has a file tree in which the file %.60q %w", path[len(path)-1], err)
		}
		return t.r.Dict(func(key []byte) error {
			return inFile(number, string(key), readFileField(t.r, &f, string(key)))
		})
	})
	if err != nil {
		return err
	}
	if f.path, err = t.join(path, "file", number); err != nil {
		return err
	}
	t.single = len(path) == 1
	if f.attr.Has(Padding) {
		return fmt.Errorf("has the padding file %q in its file tree, where BEP 52 allows none", f.path)
	}
	if !f.attr.Has(Symlink) && f.length > 0 {
		if len(f.root) != 32 {
			return fmt.Errorf("has %d bytes of pieces root for %q; it should have 32", len(f.root), f.path)
		}
		if [32]byte(f.root) == ([32]byte{}) {
			return fmt.Errorf("has a pieces root of zeros for %q", f.path)
		}
	}
	return t.add(&f, number)
}

// agree checks that the version 2 half of a hybrid has the same files as the version 1 half, and
// copies the roots from it. Padding files are of version 1 only.
func (m *Meta) agree(v2 *Meta) error {
	k := 0
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() {
			continue
		}
		if k == len(v2.Files) {
			return fmt.Errorf("has halves that disagree: %q is in its list of files (v1) but not in its file tree (v2)", f.Path)
		}
		g := &v2.Files[k]
		k++
		switch {
		case f.Path != g.Path:
			return fmt.Errorf("has halves that disagree: file %d is %q in the list (v1) and %q in the tree (v2)", i+1, f.Path, g.Path)
		case f.Length != g.Length:
			return fmt.Errorf("has halves that disagree: %q has %d bytes in the list (v1) and %d in the tree (v2)",
				f.Path, f.Length, g.Length)
		case f.Symlink != g.Symlink:
			return fmt.Errorf("has halves that disagree: %q links to %q in the list (v1) and to %q in the tree (v2)",
				f.Path, f.Symlink, g.Symlink)
		case f.Length > 0 && f.Offset%m.PieceLength != 0:
			return fmt.Errorf("has halves that disagree: %q begins inside a piece in the list (v1); "+
				"a hybrid needs a padding file before it (BEP 52)", f.Path)
		}
		f.Root = g.Root
		f.Attr |= g.Attr
	}
	if k < len(v2.Files) {
		return fmt.Errorf("has halves that disagree: %q is in its file tree (v2) but not in its list of files (v1)", v2.Files[k].Path)
	}
	return nil
}

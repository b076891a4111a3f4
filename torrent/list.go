package torrent

import (
	"errors"
	"fmt"
	"strings"

	"swarmsim/torrent/bencode"
)

// lister makes the list of files of an info dictionary.
type lister struct {
	paths Paths
	m     *Meta
}

// fileDict has the values of the dictionary of a file, in a list of files or in a file tree.
type fileDict struct {
	path      string
	length    int64
	hasLength bool
	attr      Attr
	link      [][]byte // symlink path; nil if there is none
	symlink   string   // the safe path of it
	sha1      []byte
	root      []byte
}

// list fills in Files and Length.
func (l *lister) list(in *infoDict) error {
	switch l.m.Version {
	case V1:
		return l.listV1(in)
	case V2:
		return l.listV2(in)
	}
	// The order of a hybrid's pieces is that of version 1, which the file tree has to agree with.
	if err := l.listV1(in); err != nil {
		return err
	}
	v2 := lister{paths: l.paths, m: &Meta{Name: l.m.Name, PieceLength: l.m.PieceLength, Version: V2}}
	if err := v2.listV2(in); err != nil {
		return err
	}
	return l.m.agree(v2.m)
}

// listV1 lists the files of the version 1 half.
func (l *lister) listV1(in *infoDict) error {
	if in.files == nil {
		l.m.Single = true
		if !in.hasLength {
			return errors.New("has neither a length nor a list of files in its info dictionary")
		}
		f := fileDict{path: l.m.Name, length: in.length, hasLength: true, attr: attributes(in.attr) &^ (Symlink | Padding)}
		return l.add(&f, 1)
	}
	if in.hasLength && in.length != 0 {
		return errors.New("has both a length and a list of files")
	}
	r := bencode.NewReader(in.files)
	err := r.List(func(i int) error {
		f, err := l.readFile(r, i+1)
		if err != nil {
			return err
		}
		return l.add(f, i+1)
	})
	if err == nil && len(l.m.Files) == 0 {
		return errors.New("has no files: its list of files is empty")
	}
	return err
}

// readFile reads the dictionary of the file with the given number, from 1.
func (l *lister) readFile(r *bencode.Reader, number int) (*fileDict, error) {
	var f fileDict
	var path, pathUTF8 []byte
	if err := isKind(r, bencode.Dict); err != nil {
		return nil, fmt.Errorf("has a list of files in which file %d %w", number, err)
	}
	err := r.Dict(func(key []byte) error {
		var err error
		switch string(key) {
		case "path":
			path, err = r.Raw()
		case "path.utf-8":
			pathUTF8, err = r.Raw()
		default:
			err = readFileField(r, &f, string(key))
		}
		return inFile(number, string(key), err)
	})
	if err != nil {
		return nil, err
	}
	if pathUTF8 != nil {
		path = pathUTF8
	}
	if path == nil && f.attr.Has(Padding) {
		f.path = fmt.Sprintf(".pad/%d", f.length)
		return &f, nil
	}
	if path == nil {
		return nil, fmt.Errorf("has no path for file %d", number)
	}
	parts, err := readStrings(bencode.NewReader(path))
	if err != nil {
		return nil, inFile(number, "path", err)
	}
	if len(parts) == 0 && !f.attr.Has(Padding) {
		return nil, fmt.Errorf("has an empty path for file %d", number)
	}
	f.path, err = l.join(parts, "file", number)
	return &f, err
}

// readFileField reads the keys that lists of files and file trees have in common.
func readFileField(r *bencode.Reader, f *fileDict, key string) (err error) {
	switch key {
	case "length":
		f.hasLength = true
		f.length, err = r.Int()
	case "attr":
		var letters []byte
		letters, err = optional(r, r.Bytes)
		f.attr = attributes(letters)
	case "sha1":
		f.sha1, err = optional(r, r.Bytes)
		if len(f.sha1) != 20 {
			f.sha1 = nil
		}
	case "pieces root":
		f.root, err = r.Bytes()
	case "symlink path":
		f.link, err = readStrings(r)
	}
	return err
}

func inFile(number int, key string, err error) error {
	if errors.Is(err, bencode.ErrKind) {
		return fmt.Errorf("has a file, number %d, whose %q %w", number, key, err)
	}
	return err
}

// attributes reads the letters of BEP 47. Unknown letters are ignored, as the BEP wants it.
func attributes(letters []byte) Attr {
	var a Attr
	for _, c := range letters {
		a |= attrLetters[c]
	}
	return a
}

// readStrings reads a list of strings, of at most maxPathDepth.
func readStrings(r *bencode.Reader) ([][]byte, error) {
	var out [][]byte
	err := r.List(func(i int) error {
		if i == maxPathDepth {
			return fmt.Errorf("has a path of more than %d components", maxPathDepth)
		}
		s, err := r.Bytes()
		out = append(out, s)
		return err
	})
	return out, err
}

// add adds a file at the end.
func (l *lister) add(f *fileDict, number int) error {
	m := l.m
	if len(m.Files) == MaxFiles {
		return fmt.Errorf("has more than %d files, which is the limit", MaxFiles)
	}
	if f.attr.Has(Symlink) {
		f.length, f.hasLength = 0, true // a link has no content, whatever its length says (libtorrent)
		if len(f.link) == 0 {
			f.attr &^= Symlink
			m.warn(fmt.Sprintf("%q is a symbolic link without a target; it becomes an empty file", f.path))
		} else if err := l.resolveLink(f, number); err != nil {
			return err
		}
	}
	switch {
	case !f.hasLength:
		return fmt.Errorf("has no length for file %d, %q", number, f.path)
	case f.length < 0:
		return fmt.Errorf("has a negative length, %d, for file %d", f.length, number)
	case f.length > MaxLength-m.Length: // checked before the addition, which would overflow
		return errors.New("has more than 16 TiB of content, which is the limit")
	}
	if strings.Contains(f.path, "_____padding_file_") { // BitComet's padding, older than BEP 47
		f.attr |= Padding
	}
	file := File{
		Path:    f.path,
		Length:  f.length,
		Offset:  m.Length,
		Attr:    f.attr,
		Symlink: f.symlink,
		SHA1:    f.sha1,
	}
	if m.Version == V2 && f.length > 0 {
		file.Offset = roundUp(m.Length, m.PieceLength)
		if file.Offset > MaxLength-f.length {
			return errors.New("has more than 16 TiB of content, which is the limit")
		}
		copy(file.Root[:], f.root)
	}
	m.Files = append(m.Files, file)
	m.Length = file.Offset + file.Length
	return nil
}

func roundUp(n, unit int64) int64 { return (n + unit - 1) / unit * unit }

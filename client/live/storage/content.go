package storage

import (
	"errors"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// BlockSize is the length of a block in bytes; the last block of a piece may be shorter.
const BlockSize = 16 << 10

// Content is what a Store has to know about a torrent.
type Content struct {
	ID          string // info hash in hexadecimal: part of the names of hidden files
	PieceLength int64  // bytes in every piece but the last
	Length      int64  // from the first byte of the first piece to the last byte of the last file
	Files       []File // in the order of their offsets
	// NewHash returns a hash that verifies one piece at a time. It is called by several goroutines.
	NewHash func() PieceHash
}

// File is one file of a torrent. Bytes of the content that belong to no file are zeros: version 2
// torrents (BEP 52, https://www.bittorrent.org/beps/bep_0052.html) align files to pieces.
type File struct {
	Path       []string // components; for a torrent with several files the first is the torrent's name
	Offset     int64    // of its first byte in the content
	Length     int64
	Padding    bool     // BEP 47, attribute p
	Executable bool     // BEP 47, attribute x
	Symlink    []string // BEP 47, attribute l: the components of the target from the download folder; nil for none
}

// PieceHash verifies a piece whose bytes are written to it in order.
type PieceHash interface {
	// Reset begins a piece.
	Reset(piece int)
	// Write takes the piece's next bytes: whole blocks, but for the end of the piece. It never fails.
	Write(data []byte) (int, error)
	// Good reports whether the hash of the bytes is the one in the torrent.
	Good() bool
}

// Pieces returns the number of pieces.
func (c *Content) Pieces() int { return int((c.Length + c.PieceLength - 1) / c.PieceLength) }

// PieceSize returns the length of a piece in bytes.
func (c *Content) PieceSize(piece int) int64 {
	return min(c.PieceLength, c.Length-int64(piece)*c.PieceLength)
}

// check returns an error if the layout cannot be stored. Package torrent has checked the torrent;
// these checks keep a fault elsewhere from becoming a write to a wrong place.
func (c *Content) check() error {
	if c.ID == "" || strings.ContainsFunc(c.ID, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }) {
		return fmt.Errorf("the info hash %q is not in lower case hexadecimal", c.ID)
	}
	if c.PieceLength < 1 || c.Length < 0 || c.NewHash == nil {
		return errors.New("the piece length, the length or the hash is missing")
	}
	end, links, names := int64(0), map[string]bool{}, map[string]bool{}
	for i := range c.Files {
		f := &c.Files[i]
		if f.Offset < end || f.Length < 0 || f.Length > c.Length-f.Offset {
			return fmt.Errorf("file %d is at byte %d with length %d, behind another that ends at %d of %d", i, f.Offset, f.Length, end, c.Length)
		}
		end = f.Offset + f.Length
		if f.Padding {
			continue
		}
		if err := checkPath(f.Path); err != nil {
			return err
		}
		name := f.name()
		if names[name] {
			return fmt.Errorf("file %q occurs twice", name)
		}
		names[name] = true
		if f.Symlink != nil {
			if err := checkPath(f.Symlink); err != nil {
				return fmt.Errorf("the target of symlink %q: %w", name, err)
			}
			links[name] = true
		}
	}
	return checkFolders(c.Files, names, links)
}

// checkFolders refuses a path that leads through a file or a symlink of the same torrent. Through a
// symlink, a path could lead to another place than its name says.
func checkFolders(files []File, names, links map[string]bool) error {
	folders := map[string]bool{}
	for i := range files {
		if files[i].Padding {
			continue
		}
		for folder := path.Dir(files[i].name()); folder != "." && !folders[folder]; folder = path.Dir(folder) {
			if names[folder] {
				return fmt.Errorf("%q is both a file and a folder", folder)
			}
			folders[folder] = true
		}
	}
	for i := range files {
		if f := &files[i]; f.Symlink != nil && !f.Padding {
			target := path.Join(f.Symlink...)
			if links[target] || !names[target] && !folders[target] {
				return fmt.Errorf("symlink %q has the target %q, which is no file and no folder of the torrent", f.name(), target)
			}
		}
	}
	return nil
}

func checkPath(components []string) error {
	if len(components) == 0 {
		return errors.New("a file has no name")
	}
	for _, c := range components {
		if c == "" || c == "." || c == ".." || strings.ContainsAny(c, "/\x00") || !filepath.IsLocal(c) ||
			strings.ContainsRune(c, filepath.Separator) {
			return fmt.Errorf("the path %q has the component %q, which is not a file name", strings.Join(components, "/"), c)
		}
	}
	return nil
}

// name returns the file's path in the download folder, with slashes.
func (f *File) name() string { return path.Join(f.Path...) }

// stored reports whether the file has bytes of its own on disk.
func (f *File) stored() bool { return !f.Padding && f.Symlink == nil && f.Length > 0 }

// fileAt returns the index of the first file that ends behind an offset.
func (c *Content) fileAt(offset int64) int {
	i, _ := slices.BinarySearchFunc(c.Files, offset, func(f File, offset int64) int {
		if f.Offset+f.Length <= offset {
			return -1
		}
		return 1
	})
	return i
}

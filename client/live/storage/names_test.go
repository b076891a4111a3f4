package storage

import (
	"os"
	"path/filepath"
	"testing"

	"swarmsim/torrent"
)

// Package torrent does not let such paths through. If it did, nothing must be made of them.
func TestPathsThatAreNotSafe(t *testing.T) {
	for _, paths := range [][]string{
		{"../x"}, {"/x"}, {"a/../../x"}, {"a/./x"}, {"a//x"}, {""}, {"."}, {"a\x00b"}, {"a", "a"}, {"a", "a/b"}, {"a/b", "a"},
	} {
		files := []torrent.File{{Path: "other", Length: 5}}
		for _, p := range paths {
			files = append(files, torrent.File{Path: p, Length: 5})
		}
		m, folder := makeTorrent(16<<10, files...), t.TempDir()
		if s, err := Open(newPool(t, Limits{}), m.Meta, Options{Folder: filepath.Join(folder, "in")}); err == nil {
			t.Errorf("%q: accepted", paths)
			_ = s.Close()
		}
		if entries, _ := os.ReadDir(folder); len(entries) > 0 {
			t.Errorf("%q: made %v", paths, entries)
		}
	}
}

// Symlinks lead to files and folders of the torrent; others are not made.
func TestSymlinks(t *testing.T) {
	link := func(path, to string) torrent.File {
		return torrent.File{Path: path, Attr: torrent.Symlink, Symlink: to}
	}
	m := makeTorrent(16<<10, torrent.File{Path: "sub/a", Length: 5}, link("x/y/file", "sub/a"), link("folder", "sub"),
		link("nowhere", "missing"), link("again", "folder"), link("out", "../../etc"), link("itself", "itself"))
	folder := t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.download(0, 1)
	for name, want := range map[string]string{"x/y/file": "../../../t/sub/a", "folder": "../t/sub", "nowhere": "", "again": "", "out": "", "itself": ""} {
		if got, _ := os.Readlink(filepath.Join(folder, "t", name)); got != want {
			t.Errorf("%s leads to %q, want %q", name, got, want)
		}
	}
	if data, err := os.ReadFile(filepath.Join(folder, "t", "x", "y", "file")); err != nil || len(data) != 5 {
		t.Errorf("through a symlink: %d bytes, %v", len(data), err)
	}
}

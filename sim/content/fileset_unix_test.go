//go:build unix

package content

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file set holds every file of a folder: a symbolic link to a file counts as that file, and
// anything that a torrent cannot hold is an error that names it.
func TestFileSetLeavesNothingOut(t *testing.T) {
	dir := t.TempDir()
	write := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte("x"), 1000), 0o644); err != nil {
			t.Skip(err) // some file systems refuse such names
		}
	}
	scan := func(folder string) (*fileSet, error) {
		f := newFileSet(folder, folder)
		return f, f.scan(os.DirFS(dir))
	}
	if err := os.Mkdir(filepath.Join(dir, "good"), 0o755); err != nil {
		t.Fatal(err)
	}
	write("good/a")
	if err := os.Symlink("a", filepath.Join(dir, "good/b")); err != nil {
		t.Skip(err)
	}
	f, err := scan("good")
	if err != nil || f.length != 2000 || len(f.lengths) != 2 {
		t.Errorf("%d bytes in files of %v, %v", f.length, f.lengths, err)
	}
	for reason, create := range map[string]func(at string) error{
		"is a symbolic link to a folder": func(at string) error { return os.Symlink("..", at) },
		"no such file":                   func(at string) error { return os.Symlink("nowhere", at) },
		"is a named pipe":                func(at string) error { return syscall.Mkfifo(at, 0o600) },
	} {
		folder := strings.ReplaceAll(reason, " ", "-")
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		write(folder + "/a")
		if err := create(filepath.Join(dir, folder, "odd")); err != nil {
			t.Fatal(err)
		}
		_, err := scan(folder)
		if err == nil || !strings.Contains(err.Error(), reason) || !strings.Contains(err.Error(), folder+"/odd") {
			t.Errorf("%s: %v", reason, err)
		}
	}
}

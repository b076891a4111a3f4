package results

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A file is replaced when it is closed, not before.
func TestAtomicFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.png")
	write(t, path, "old")
	w, err := Atomic(dir)("x.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "new"); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "old" {
		t.Errorf("before Close the file has %q", text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != "new" {
		t.Errorf("after Close the file has %q", text)
	}
}

// A failed write leaves the old file, and no temporary one.
func TestAFailedWriteChangesNothing(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "x.png"), "old")
	w, err := Atomic(dir)("x.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, "half"); err != nil {
		t.Fatal(err)
	}
	w.(*atomicFile).File.Close() // writes fail from now on, as on a full disk
	if _, err := io.WriteString(w, "more"); err == nil {
		t.Fatal("no error from writing to a closed file")
	}
	if err := w.Close(); err == nil {
		t.Error("no error from Close after a failed write")
	}
	entries, _ := os.ReadDir(dir)
	text, _ := os.ReadFile(filepath.Join(dir, "x.png"))
	if len(entries) != 1 || string(text) != "old" {
		t.Errorf("the folder has %v, and the file %q", entries, text)
	}
}

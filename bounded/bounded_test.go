package bounded_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/bounded"
)

func TestReadFileChecksKindAndSize(t *testing.T) {
	dir := t.TempDir()
	files := os.DirFS(dir)
	sparse, err := os.Create(filepath.Join(dir, "sparse"))
	if err != nil {
		t.Fatal(err)
	}
	if err := sparse.Truncate(5 << 30); err != nil {
		t.Fatal(err)
	}
	sparse.Close()
	if err := os.WriteFile(filepath.Join(dir, "good"), []byte("1234"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o755); err != nil {
		t.Fatal(err)
	}
	if text, err := bounded.ReadFile(files, "good", 4); err != nil || string(text) != "1234" {
		t.Errorf("%q, %v", text, err)
	}
	for _, c := range []struct {
		name  string
		limit int64
		want  string
	}{
		{"good", 3, "it has 4 bytes; at most 3 bytes are read"},
		{"sparse", 1 << 20, "it has 5 GiB; at most 1 MiB are read"},
		{"folder", 1 << 20, "it is a folder, not a file"},
		{"none", 1 << 20, "no such file"},
	} {
		_, err := bounded.ReadFile(files, c.name, c.limit)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), dir) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
	_, err = bounded.ReadFile(os.DirFS("/"), "dev/zero", 1<<20)
	if err == nil || !strings.Contains(err.Error(), "a device") {
		t.Errorf("/dev/zero: %v", err)
	}
}

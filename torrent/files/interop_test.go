package files_test

import (
	"context"
	"crypto/sha1"
	_ "embed"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// vectors are the info hashes that mktorrent and libtorrent give; testdata/vectors.py has made them.
//
//go:embed testdata/vectors.txt
var vectors string

// vectorData is the content of a file of vectors.py.
func vectorData(length int) []byte {
	out := make([]byte, length)
	for i := range out {
		out[i] = byte(i*i + i/251 + length)
	}
	return out
}

// writeVectorFiles makes the files of vectors.py.
func writeVectorFiles(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for name, length := range map[string]int{
		"folder/.hidden": 10, "folder/empty": 0, "folder/one": 1, "folder/run.sh": 5000, "folder/sub-x/q": 100000,
		"folder/sub.txt": 32768, "folder/sub/deep/er/x": 70001, "folder/sub/empty": 0, "folder/sub/Upper": 300000,
		"folder/ünïcödé 数": 40000, "onefile/inside": 50000, "single.bin": 123456, "small.bin": 20000,
	} {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if name == "folder/run.sh" {
			mode = 0o755
		}
		if err := os.WriteFile(p, vectorData(length), mode); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// vectorOptions are our options for those of another program.
func vectorOptions(program string, options []string) files.Options {
	has := func(option string) bool { return slices.Contains(options, option) }
	o := files.Options{Version: torrent.V1, PieceLength: 32 << 10, Private: has("private")}
	if has("source") {
		o.Source = "SRC"
	}
	if program == "mktorrent" {
		o.Order = files.ByString
		return o
	}
	switch {
	case has("hybrid"):
		o.Version = torrent.Hybrid
	case has("v2"):
		o.Version = torrent.V2
	}
	o.Pad, o.Attributes = has("canonical"), true
	if has("auto") {
		o.PieceLength = 0
	}
	return o
}

// The same files and options give the info hashes that mktorrent gives for version 1, and libtorrent
// for version 2, hybrids and version 1 with padding files.
func TestOtherProgramsAgree(t *testing.T) {
	dir := writeVectorFiles(t)
	n := 0
	for line := range strings.Lines(vectors) {
		fields := strings.Fields(line)
		if len(fields) != 5 {
			t.Fatalf("line %q", line)
		}
		options := strings.Split(fields[1], ",")
		m, err := files.Create(t.Context(), os.DirFS(dir), fields[2], vectorOptions(fields[0], options))
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		v1, v2 := "-", "-"
		if m.Version.HasV1() {
			v1 = hex.EncodeToString(m.InfoHashV1[:])
		}
		if m.Version.HasV2() {
			v2 = hex.EncodeToString(m.InfoHashV2[:])
		}
		if v1 != fields[3] || v2 != fields[4] {
			t.Errorf("%sours:  %s %s", line, v1, v2)
		}
		n++
	}
	if n != 40 {
		t.Errorf("only %d vectors", n)
	}
}

// Where both programs are installed, they still give the hashes of vectors.txt.
func TestVectorsAreCurrent(t *testing.T) {
	const python = "/usr/bin/python3" // which has Debian's packages
	if _, err := exec.LookPath("mktorrent"); err != nil {
		t.Skip("mktorrent is not installed")
	}
	if exec.Command(python, "-c", "import libtorrent").Run() != nil {
		t.Skip("libtorrent's Python module is not installed")
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, err := exec.CommandContext(ctx, python, "testdata/vectors.py").Output()
	if err != nil {
		t.Fatal(err)
	}
	if string(out) != vectors {
		t.Errorf("vectors.py prints\n%s", out)
	}
}

// github.com/anacrolix/torrent sorts files as mktorrent does.
func TestAnacrolixAgrees(t *testing.T) {
	dir := writeVectorFiles(t)
	for _, of := range []string{"folder", "onefile", "single.bin"} {
		theirs := metainfo.Info{PieceLength: 32 << 10}
		if err := theirs.BuildFromFilePath(filepath.Join(dir, of)); err != nil {
			t.Fatal(err)
		}
		text, err := bencode.Marshal(theirs)
		if err != nil {
			t.Fatal(err)
		}
		ours, err := files.Create(t.Context(), os.DirFS(dir), of, vectorOptions("mktorrent", nil))
		if err != nil {
			t.Fatal(err)
		}
		if ours.InfoHash != sha1.Sum(text) {
			t.Errorf("%s: info hashes differ", of)
		}
	}
}

//go:build unix

package sim

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/sim/scenario"
)

// contentOf loads a scenario with other content, whose files are looked at as
// check and run do.
func contentOf(files fs.FS, dir, content string, sets ...string) (*scenario.Scenario, error) {
	return scenario.Load(scenario.Source{Text: []byte(strings.Replace(small, "size: 2 MiB, piece: 64 KiB", content, 1)), Shown: "x.yaml",
		Files: files, Dir: dir, Sets: sets, Catalogue: Catalogue(), Content: CheckContent})
}

// torrentFile is a torrent of 100,000 bytes in four pieces.
func torrentFile(t *testing.T) []byte {
	t.Helper()
	info := metainfo.Info{Name: "x", PieceLength: 32 << 10, Length: 100_000, Pieces: make([]byte, 4*20)}
	m := metainfo.MetaInfo{InfoBytes: bencode.MustMarshal(info)}
	var file bytes.Buffer
	if err := m.Write(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestATorrentIsPlayed(t *testing.T) {
	files := fstest.MapFS{"x.torrent": {Data: append(torrentFile(t), '\n')}}
	s, err := contentOf(files, ".", "torrent: x.torrent")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Error(), `"x.torrent" goes on for 1 bytes after its end`) {
		t.Errorf("warnings %v", s.Warnings)
	}
	out, err := Run(context.Background(), s, Options{Workers: 1, Files: files, Dir: ".", Create: memory{}.create})
	if err != nil || out.Summary.ContentBytes != 100_000 || out.Summary.Pieces != 4 {
		t.Errorf("%+v, %v", out, err)
	}
}

// What run would refuse of the content, check refuses too, with its place.
func TestCheckReadsWhatRunReads(t *testing.T) {
	files := fstest.MapFS{"junk.torrent": {Data: []byte("d4:info3:abce")}, "none": {Data: nil}, "one": {Data: make([]byte, 1<<20)},
		"x.torrent": {Data: torrentFile(t)}, "folder/empty": {Data: nil}}
	for _, c := range []struct{ content, set, want string }{
		{"torrent: junk.torrent", "", `x.yaml:3:20: content.torrent: "junk.torrent" is not a torrent file: its info is not a dictionary`},
		{"path: none", "", `content.path: "none" has no content`},
		{"path: folder", "", `content.path: "folder" has no content`},
		{"path: one", "groups.leechers.count=9000", `content.path: payload: real keeps 1 MiB for each of 9002 peers in memory`},
	} {
		sets := []string{}
		if c.set != "" {
			sets = []string{c.set, "payload=real"}
		}
		if _, err := contentOf(files, ".", c.content, sets...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.content, err, c.want)
		}
	}
}

// A folder is all that is in it: what no torrent can hold is refused by its
// name, and a link to a file is that file.
func TestNothingInAFolderIsLeftOut(t *testing.T) {
	dir := t.TempDir()
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), bytes.Repeat([]byte("x"), 1000), 0o644); err != nil {
			t.Skip(err) // some systems refuse such names
		}
	}
	content := func(folder string) (*content, error) {
		c := &content{path: folder}
		return c, c.fromPath(os.DirFS(dir), folder, 16<<10)
	}
	if err := os.Mkdir(filepath.Join(dir, "good"), 0o755); err != nil {
		t.Fatal(err)
	}
	put("good/a")
	if err := os.Symlink("a", filepath.Join(dir, "good/b")); err != nil {
		t.Skip(err)
	}
	c, err := content("good")
	if err != nil || c.torrent.Length != 2000 || len(c.torrent.Files) != 2 {
		t.Errorf("%+v, %v", c.torrent, err)
	}
	for name, make := range map[string]func(at string) error{
		"is a symbolic link to a folder": func(at string) error { return os.Symlink("..", at) },
		"no such file":                   func(at string) error { return os.Symlink("nowhere", at) },
		"is a named pipe":                func(at string) error { return syscall.Mkfifo(at, 0o600) },
	} {
		folder := strings.ReplaceAll(name, " ", "-")
		if err := os.Mkdir(filepath.Join(dir, folder), 0o755); err != nil {
			t.Fatal(err)
		}
		put(folder + "/a")
		if err := make(filepath.Join(dir, folder, "odd")); err != nil {
			t.Fatal(err)
		}
		if _, err := content(folder); err == nil || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), folder+"/odd") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a scenario is called changes no byte of its outcome, whatever its client
// draws from the info hash.
func TestANameIsOnlyALabel(t *testing.T) {
	outcome := func(name string) map[string]string {
		s := load(t, small, "name="+name, "client.profile=libtorrent-2")
		_, files := play(t, s, 1)
		out := map[string]string{}
		for _, f := range []string{"peers.csv", "timeseries.csv"} {
			out[f] = files[f].String()
		}
		return out
	}
	a, b := outcome("one"), outcome("another")
	for f := range a {
		if a[f] != b[f] || len(a[f]) < 100 {
			t.Errorf("%s differs between two names", f)
		}
	}
}

// Hashing a large file ends when the run is interrupted, and says how far it is.
func TestHashingCanBeInterrupted(t *testing.T) {
	files := fstest.MapFS{"big": {Data: make([]byte, 8<<20)}}
	s, err := contentOf(files, ".", "path: big")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	told := false
	_, err = Run(ctx, s, Options{Workers: 1, Files: files, Dir: ".", Create: memory{}.create, Hashing: func(done, total int64) {
		told = told || done > 0 && done < total
		cancel()
	}})
	if err == nil || ctx.Err() == nil || !told {
		t.Errorf("%v, told %v", err, told)
	}
}

package sim

import (
	"bytes"
	"context"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/anacrolix/torrent/bencode"
	"github.com/anacrolix/torrent/metainfo"

	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// loadWithContent loads the small scenario with other content, which content.Check reads.
func loadWithContent(files fs.FS, text string, sets ...string) (*scenario.Scenario, error) {
	text = strings.Replace(small, "size: 2 MiB, piece: 64 KiB", text, 1)
	return scenario.Load(scenario.Source{Text: []byte(text), Shown: "x.yaml",
		Files: files, Dir: ".", Sets: sets, Catalogue: Catalogue(), Content: content.Check})
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

func TestATorrentFileIsPlayed(t *testing.T) {
	files := fstest.MapFS{"x.torrent": {Data: append(torrentFile(t), '\n')}}
	s, err := loadWithContent(files, "torrent: x.torrent")
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

// Checking a scenario reports the errors of its content with their place in the file.
func TestContentErrorsHaveAPlace(t *testing.T) {
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
		if _, err := loadWithContent(files, c.content, sets...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.content, err, c.want)
		}
	}
}

// The name of a scenario changes no byte of its results, even with a client that draws from
// the info hash.
func TestNameChangesNoResult(t *testing.T) {
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

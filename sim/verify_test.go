package sim

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Real bytes and encoded messages change nothing in the record, and every completed peer holds
// the source's bytes, even where blocks are corrupted on the way and fail the hash check.
func TestRealPayloadAndWireChangeNothing(t *testing.T) {
	for _, corrupt := range []string{"0", "0.03"} {
		base := []string{"groups.leechers.corrupt=" + corrupt, "groups.leechers.crash=0"}
		plain, want := play(t, load(t, small, base...), 1)
		for _, sets := range [][]string{{"payload=real"}, {"wire=real"}, {"payload=real", "wire=real"}} {
			out, got := play(t, load(t, small, append(sets, base...)...), 2)
			for name := range want {
				if name != "scenario.yaml" && !bytes.Equal(got[name].Bytes(), want[name].Bytes()) {
					t.Errorf("corrupt %s, %v: %s differs", corrupt, sets, name)
				}
			}
			if sets[0] == "payload=real" && out.Verified != 12 {
				t.Errorf("corrupt %s: %d peers verified, want 12", corrupt, out.Verified)
			}
		}
		c := plain.Summary.Corrupt
		if corrupt != "0" && (c.BlocksSent == 0 || c.PiecesCaught == 0) {
			t.Errorf("no corruption: %+v", c)
		}
		if corrupt == "0" && c != (record.Corrupt{}) {
			t.Errorf("corruption out of nowhere: %+v", c)
		}
	}
}

// Every leecher bans a peer that sends only corrupt blocks, and all leechers complete.
func TestCorruptSenderIsBanned(t *testing.T) {
	s := load(t, `
name: corrupt
content: {size: 2 MiB, piece: 64 KiB}
payload: real
groups:
  - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
  - {name: poisoner, count: 1, seed: true, corrupt: 1, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 8, link: {up: 200 kB/s, down: 1 MB/s}}
stop: {deadline: 20 min}
`)
	out, _ := play(t, s, 1)
	if out.Summary.CompletionS.Count != 8 || out.Verified != 8 {
		t.Errorf("%d completed, %d verified", out.Summary.CompletionS.Count, out.Verified)
	}
	if c := out.Summary.Corrupt; c.Banned != 8 {
		t.Errorf("%d of 8 leechers banned the poisoner: %+v", c.Banned, c)
	}
}

// Content from a file and from a folder has the lengths and bytes of the files.
func TestRealContent(t *testing.T) {
	files := fstest.MapFS{
		"d/album/1.flac": {Data: bytes.Repeat([]byte("one"), 50_000)},
		"d/album/2.flac": {Data: bytes.Repeat([]byte("two"), 30_001)},
		"d/one.bin":      {Data: bytes.Repeat([]byte("x"), 123_456)},
	}
	for path, length := range map[string]int64{"album": 240_003, "one.bin": 123_456} {
		text := strings.Replace(small, "size: 2 MiB", "path: "+path, 1)
		s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "x", Files: files, Dir: "d",
			Sets: []string{"payload=real", "groups.leechers.crash=0"}, Catalogue: Catalogue()})
		if err != nil {
			t.Fatal(err)
		}
		out, err := Run(context.Background(), s, Options{Workers: 1, Files: files, Dir: "d", Create: memory{}.create})
		if err != nil {
			t.Fatal(err)
		}
		if out.Summary.ContentBytes != length || out.Verified != 12 {
			t.Errorf("%s: %d bytes, %d verified", path, out.Summary.ContentBytes, out.Verified)
		}
	}
}

package trial

import (
	"bytes"
	"context"
	"reflect"
	"strconv"
	"testing"
	"testing/fstest"

	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

const small = `name: small
about: a swarm of five
content: {size: 1 MiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
  - {name: leechers, count: 4, link: {up: 100 kB/s, down: 1 MB/s}}
expect: [unfinished == 0]
`

func load(t *testing.T, sets ...string) *Trial {
	t.Helper()
	src := scenario.Source{Text: []byte(small), Shown: "small", Files: fstest.MapFS{}, Dir: ".", Sets: sets, Catalogue: sim.Catalogue()}
	x, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func play(t *testing.T, x *Trial, seed uint64) *Row {
	t.Helper()
	row, err := x.Play(context.Background(), seed)
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// A digest and a record depend on the scenario and the seed, and not on names and expectations.
func TestDigests(t *testing.T) {
	x := load(t)
	row := play(t, x, 1)
	if again := play(t, x, 1); !reflect.DeepEqual(row, again) {
		t.Errorf("the same run twice: %+v and %+v", row, again)
	}
	if row.Leechers != 4 || len(row.Record) != 16 || row.LastS == nil || *row.LastS < row.Values["completion_s.last"] {
		t.Errorf("%+v", row)
	}
	if other := play(t, x, 2); other.Record == row.Record {
		t.Error("another seed has the same record")
	}
	renamed := load(t, "name=other", "about=nothing", "expect=[]", "seed=9")
	if renamed.Digest != x.Digest || renamed.Key("p", 1) != x.Key("p", 1) || play(t, renamed, 1).Record != row.Record {
		t.Error("names, expectations or the scenario's seed reach the digests")
	}
	changed := load(t, "client.picker=random")
	if changed.Digest == x.Digest || play(t, changed, 1).Record == row.Record {
		t.Error("another picker has the same digests")
	}
	if x.Key("p", 1) == x.Key("q", 1) || x.Key("p", 1) == x.Key("p", 2) {
		t.Error("another program or seed has the same key")
	}
}

// A journal that is truncated anywhere has all rows before that place.
func TestJournal(t *testing.T) {
	var whole bytes.Buffer
	for i := range 3 {
		if err := AppendRow(&whole, &Row{Key: strconv.Itoa(i), Values: map[string]float64{"x": 1.0 / float64(i+3)}, Completions: map[string][]float64{"g": {1, 2}}}); err != nil {
			t.Fatal(err)
		}
	}
	text := whole.Bytes()
	for cut := range len(text) + 1 {
		rows, valid, _, err := ReadJournal(bytes.NewReader(text[:cut]))
		if n := bytes.Count(text[:cut], []byte("\n")); err != nil || len(rows) != n || valid > int64(cut) || n > 0 && rows["0"].Values["x"] != 1.0/3 {
			t.Fatalf("cut at %d: %d rows, %d bytes are valid, %v", cut, len(rows), valid, err)
		}
	}
}

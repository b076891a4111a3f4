package lab

import (
	"bytes"
	"testing"
	"testing/fstest"

	"swarmsim/scenarios"
	"swarmsim/sim/scenario"
)

// Whatever stands in a sweep file, the answer is a sweep that is written and read
// back the same, or an error.
func FuzzSweep(f *testing.F) {
	f.Add(tiny)
	f.Add("name: [")
	f.Add("a: &a [*a]")
	f.Add("name: x\nscenario: y\nset: {client: &a {choker: *a}}\n")
	for _, name := range scenarios.Sweeps() {
		text, _ := scenarios.Sweep(name)
		f.Add(string(text))
	}
	once := source("")
	once.Files = fstest.MapFS{}
	f.Fuzz(func(t *testing.T, text string) {
		src := once
		src.Text = []byte(text)
		s, err := Load(src, nil)
		if err != nil {
			return
		}
		base := scenario.Source{Node: s.Scenario.Node}
		if base.Node == nil {
			base.Text = []byte("name: small\n")
		}
		written, err := s.Text(base)
		if err != nil {
			t.Fatal(err)
		}
		src.Text = written
		again, err := Load(src, nil)
		if err != nil {
			t.Fatalf("what was written does not load: %v\n%s", err, written)
		}
		base.Node = again.Scenario.Node
		if twice, err := again.Text(base); err != nil || !bytes.Equal(written, twice) {
			t.Fatalf("%v: written\n%s\nand again\n%s", err, written, twice)
		}
	})
}

// Whatever stands behind --vary, --variant, --a, --set, --seeds or --target-ci, the
// answer is a value or an error.
func FuzzFlags(f *testing.F) {
	for _, seed := range []string{"client.choker.slots=1..32 times 2", "a:client.choker=random,client.rechoke_interval=5 s", "client=&a {choker: *a}", "groups[0].link={up: 1 MB/s}", "11..30", "2 %",
		"a.completion.mean / b.completion.mean > 1.05, clear"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := ParseAxis(text); err == nil && (a.Path == "" || len(a.Values) == 0) {
			t.Errorf("an axis without a field or values: %+v", a)
		}
		if v, err := ParseVariant(text); err == nil && !scenario.ValidName(v.Name) {
			t.Errorf("a variant called %q", v.Name)
		}
		if sides, err := ParseSides(text, text); err == nil && len(sides) != 2 {
			t.Errorf("%d sides", len(sides))
		}
		if o, err := scenario.ParseOverride("--set", text); err == nil && o.Path == "" {
			t.Error("a change of nothing")
		}
		var seeds Seeds
		if err := seeds.Parse(text); err == nil && seeds.Count < 1 && text != "0" {
			t.Errorf("%d seeds", seeds.Count)
		}
		var share Share
		if err := share.Parse(text); err == nil && !(share > 0) {
			t.Errorf("a share of %v", share)
		}
		e := Expectation{That: text}
		if err := e.parse(&naming{names: []string{"a", "b"}}, nil); err == nil && len(e.refs()) == 0 {
			t.Error("an expectation of nothing")
		}
	})
}

// Whatever a journal came to, what is read of it is whole lines.
func FuzzJournal(f *testing.F) {
	var journal bytes.Buffer
	if err := AppendRow(&journal, &Row{Key: "a", Ended: "done", Values: map[string]float64{"x": 1}}); err != nil {
		f.Fatal(err)
	}
	f.Add(append(journal.Bytes(), '{'))
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, sound, damaged, err := ReadJournal(bytes.NewReader(text))
		if lines := bytes.Count(text, []byte("\n")); len(rows)+damaged > lines {
			t.Errorf("%d rows and %d damaged lines of %d", len(rows), damaged, lines)
		}
		if err != nil || sound > int64(len(text)) || sound > 0 && text[sound-1] != '\n' {
			t.Errorf("%d of %d bytes are sound, %v", sound, len(text), err)
		}
	})
}

package sweep

import (
	"bytes"
	"testing"
	"testing/fstest"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// Any sweep file gives an error, or a sweep that is the same after it is written and read
// again.
func FuzzSweep(f *testing.F) {
	f.Add("name: x\nscenario: {name: y}\nseeds: 6\nvariants: {a: {client.choker: random}}\nvary: {client.picker: [random]}\n")
	f.Add("name: x\nkind: tournament\nscenario: y\nshares: [50 %, 0.123456]\nvariants: {a: {client.choker: random}, b: }\nvary: {client.choker.slots: 1..3}\n")
	f.Add("name: [")
	f.Add("a: &a [*a]")
	f.Add("name: x\nscenario: y\nset: {client: &a {choker: *a}}\n")
	for _, name := range scenarios.Sweeps() {
		text, _ := scenarios.Sweep(name)
		f.Add(string(text))
	}
	empty := scenario.Source{Shown: "s.yaml", Files: fstest.MapFS{}, Dir: ".", Catalogue: sim.Catalogue()}
	f.Fuzz(func(t *testing.T, text string) {
		src := empty
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
			t.Fatalf("the written sweep does not load: %v\n%s", err, written)
		}
		base.Node = again.Scenario.Node
		if twice, err := again.Text(base); err != nil || !bytes.Equal(written, twice) {
			t.Fatalf("%v: written\n%s\nand again\n%s", err, written, twice)
		}
	})
}

// Any value of --vary, --variant, --a, --set, --seeds or --target-ci gives an error or a
// valid value.
func FuzzFlags(f *testing.F) {
	for _, seed := range []string{"client.choker.slots=1..32 times 2", "a:client.choker=random,client.rechoke_interval=5 s", "client=&a {choker: *a}", "groups[0].link={up: 1 MB/s}", "11..30", "2 %",
		"a.completion.mean / b.completion.mean > 1.05, clear"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if a, err := ParseAxis(text); err == nil && (a.Path == "" || len(a.Values) == 0) {
			t.Errorf("an axis without a field or without values: %+v", a)
		}
		if v, err := ParseVariant(text); err == nil && !scenario.ValidName(v.Name) {
			t.Errorf("a variant named %q", v.Name)
		}
		if c, err := ParseChanges("--a", text); err == nil && len(Sides(c, c)) != 2 {
			t.Error("not two sides")
		}
		if o, err := scenario.ParseOverride("--set", text); err == nil && o.Path == "" {
			t.Error("an override without a path")
		}
		var seeds Seeds
		if err := seeds.Parse(text); err == nil && seeds.Count < 1 {
			t.Errorf("%d seeds", seeds.Count)
		}
		var share Share
		if err := share.Parse(text); err == nil && !(share > 0) {
			t.Errorf("a share of %v", share)
		}
		e := Expectation{That: text}
		if err := e.parse(&naming{names: []string{"a", "b"}}, nil); err == nil && len(e.Refs()) == 0 {
			t.Error("an expectation without a measure")
		}
	})
}

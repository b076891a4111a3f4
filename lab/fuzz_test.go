package lab

import (
	"bytes"
	"testing"
	"testing/fstest"

	"swarmsim/scenarios"
	"swarmsim/sim/scenario"
)

// Whatever stands in a sweep file, the answer is a plan or an error.
func FuzzSweep(f *testing.F) {
	f.Add(tiny)
	f.Add("name: [")
	f.Add("a: &a [*a]")
	for _, name := range scenarios.Sweeps() {
		text, _ := scenarios.Sweep(name)
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		src := source(text)
		src.Files = fstest.MapFS{}
		s, err := Load(src, nil)
		if err != nil {
			return
		}
		p, err := s.Plan(func(b Base) (scenario.Source, error) {
			src.Text, src.Node = nil, b.Node
			if b.Node == nil {
				src.Text = []byte("name: small\ncontent: {size: 1 MiB, piece: 256 KiB}\ngroups: [{name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}]\n")
			}
			return src, nil
		}, "test")
		if err == nil && len(p.Runs(1)) == 0 {
			t.Error("a plan without runs")
		}
	})
}

// Whatever a journal came to, what is read of it is whole lines.
func FuzzJournal(f *testing.F) {
	f.Add([]byte(`{"key":"a","ended":"done","values":{"x":1}}` + "\n{"))
	f.Fuzz(func(t *testing.T, text []byte) {
		_, sound, _, err := ReadJournal(bytes.NewReader(text))
		if err != nil || sound > int64(len(text)) || sound > 0 && text[sound-1] != '\n' {
			t.Errorf("%d of %d bytes are sound, %v", sound, len(text), err)
		}
	})
}

package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"testing/fstest"

	"swarmsim/sim/scenario"
)

// memory is a results folder in memory.
type memory map[string]*bytes.Buffer

type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

// load reads a scenario from a string.
func load(t testing.TB, text string, sets ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(scenario.Source{
		Text: []byte(text), Shown: "test.yaml", Files: fstest.MapFS{}, Dir: ".", Sets: sets, Catalogue: Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play runs a scenario and returns what it came to and its record.
func play(t testing.TB, s *scenario.Scenario, workers int) (*Outcome, memory) {
	t.Helper()
	files := memory{}
	out, err := Run(context.Background(), s, Options{Workers: workers, Create: files.create})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

const closed = `
name: closed
content: {size: 64 MiB, piece: 256 KiB}
client: {connections: {initiate: 20, total: 40}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: leechers, count: 100, link: {up: 1 MB/s, down: 4 MB/s}}
stop: {deadline: 1 h}
`

func TestQuick(t *testing.T) {
	out, files := play(t, load(t, closed), 1)
	fmt.Println(files["summary.json"].String())
	fmt.Println(out.Events)
}

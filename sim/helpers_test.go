package sim

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"testing"
	"testing/fstest"

	"swarmsim/scenarios"
	"swarmsim/sim/content"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// memory is a record in memory: its files by name.
type memory map[string]*bytes.Buffer

type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

// load reads a scenario from a string, with fields set as by --set.
func load(t testing.TB, text string, sets ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(scenario.Source{
		Text: []byte(text), Shown: "test.yaml", Files: fstest.MapFS{}, Dir: ".", Sets: sets, Catalogue: Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// play runs a scenario and returns the result and the record.
func play(t testing.TB, s *scenario.Scenario, workers int) (*Result, memory) {
	t.Helper()
	files := memory{}
	out, err := Run(context.Background(), s, Options{Workers: workers, Create: files.create})
	if err != nil {
		t.Fatal(err)
	}
	return out, files
}

// populate creates the world of a scenario as it is before the run.
func populate(t *testing.T, text string, sets ...string) *world {
	t.Helper()
	s := load(t, text, sets...)
	c, err := content.Load(context.Background(), s, nil, ".", nil)
	if err != nil {
		t.Fatal(err)
	}
	return newWorld(s, c, 1)
}

// library loads a scenario of the library.
func library(t testing.TB, name string, sets ...string) *scenario.Scenario {
	t.Helper()
	text, ok := scenarios.Text(name)
	if !ok {
		t.Fatalf("no scenario %q", name)
	}
	return load(t, string(text), sets...)
}

// rerun is the command that plays a failed scenario again.
func rerun(s *scenario.Scenario) string {
	return fmt.Sprintf("rerun with: go run ./cmd/swarmsim run %s --seed %d", s.Name, s.Seed)
}

// same checks that two records are equal in every byte.
func same(t *testing.T, got, want memory, how, rerun string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d files, not %d; %s", how, len(got), len(want), rerun)
	}
	for name := range want {
		if got[name] == nil || !bytes.Equal(got[name].Bytes(), want[name].Bytes()) {
			t.Errorf("%s: %s differs; %s", how, name, rerun)
		}
	}
}

// checkBound checks that no leecher completed faster than the lower bound allows.
func checkBound(t *testing.T, s *scenario.Scenario, sum *record.Summary) {
	t.Helper()
	if sum.CompletionS.Count > 0 && sum.CompletionS.Last < *sum.BoundS {
		t.Errorf("last completion %v s beats the bound %v s; %s", sum.CompletionS.Last, *sum.BoundS, rerun(s))
	}
}

// closed is a swarm of leechers that all arrive at the start and stay.
const closed = `
name: closed
content: {size: 64 MiB, piece: 256 KiB}
client: {connections: {dial_target: 20, max: 40}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: leechers, count: 100, link: {up: 1 MB/s, down: 4 MB/s}}
stop: {deadline: 1 h}
`

// small is a swarm that plays in a fraction of a second and in which peers arrive, stay for a
// while and crash.
const small = `
name: small
content: {size: 2 MiB, piece: 64 KiB}
network: {latency: 10 ms to 40 ms}
groups:
  - {name: seed, count: 2, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - name: leechers
    count: 12
    link: {up: 100 kB/s to 400 kB/s, down: 1 MB/s}
    arrival: {pattern: poisson, rate: 1 /s}
    stay: exponential 10 s
    crash: 0.5
stop: {deadline: 10 min}
`

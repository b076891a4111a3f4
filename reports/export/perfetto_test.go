package export

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

const smallSwarm = `
name: small
content: {size: 4 MiB, piece: 64 KiB}
network: {latency: 30 ms}
record: {events: true, transfers: all, decisions: all}
groups:
  - {name: origin, count: 1, seed: true, link: {up: 400 kB/s, down: 1 MB/s}}
  - name: leechers
    count: 12
    link: {up: 100 kB/s, down: 1 MB/s}
    arrival: {pattern: spread, over: 20 s}
    stay: 2 s
events:
  - {at: 15 s, group: leechers, action: crash, share: 0.15}
`

type memory map[string]*bytes.Buffer

type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

func (m memory) files() fstest.MapFS {
	out := fstest.MapFS{}
	for name, b := range m {
		out[name] = &fstest.MapFile{Data: b.Bytes()}
	}
	return out
}

// played plays a scenario and returns its record.
func played(t *testing.T, text string, tap func(sim.WireMessage)) (*reports.Record, []record.Event) {
	t.Helper()
	s, err := scenario.Load(scenario.Source{
		Text: []byte(text), Shown: "test", Catalogue: sim.Catalogue(), Content: content.Check,
	})
	if err != nil {
		t.Fatal(err)
	}
	files := memory{}
	if _, err := sim.Run(context.Background(), s, sim.Options{Create: files.create, Message: tap}); err != nil {
		t.Fatal(err)
	}
	r, err := reports.Load(files.files())
	if err != nil {
		t.Fatal(err)
	}
	b := files[record.EventsFile].Bytes()
	log, err := record.ReadEvents(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return r, log
}

// Perfetto's schema has all fields of the trace, its rules for tracks, interned strings and nesting are
// kept, and it holds what the record holds.
func TestPerfetto(t *testing.T) {
	r, log := played(t, smallSwarm, nil)
	var trace bytes.Buffer
	if err := Perfetto(r, log, &trace); err != nil {
		t.Fatal(err)
	}
	got := readTrace(t, trace.Bytes())
	inLog := map[string]int{}
	bytesInLog, optimistic := int64(0), 0
	for i := range log {
		e := &log[i]
		inLog[e.Event]++
		bytesInLog += e.Bytes
		if e.Event == record.EventUnchoked && e.Why == record.WhyOptimistic {
			optimistic++
		}
	}
	for _, c := range []struct{ category, name, event string }{
		{categoryUnchoke, "", record.EventUnchoked},
		{categoryTransfer, "", record.EventTransfer},
		{categoryUpload, "", record.EventTransfer},
		{categoryPick, "", record.EventPick},
		{categoryPiece, "piece", record.EventPiece},
		{categoryPeer, "completed", record.EventCompleted},
		{categoryPeer, "left", string(record.Left)},
		{categoryPeer, "crashed", string(record.Crashed)},
	} {
		n := got.count(c.category, c.name)
		if n != inLog[c.event] || n == 0 {
			t.Errorf("%d %s %s in the trace, %d %s in the log", n, c.category, c.name, inLog[c.event], c.event)
		}
	}
	if n := got.count(categorySlot, ""); n != inLog[record.EventUnchoked]+inLog[record.EventSlot] {
		t.Errorf("%d kinds of slots in the trace, %d and %d in the log", n, inLog[record.EventUnchoked], inLog[record.EventSlot])
	}
	if n := got.count(categorySlot, "optimistic"); n < optimistic || optimistic == 0 {
		t.Errorf("%d optimistic slots in the trace, %d in the log", n, optimistic)
	}
	sum := int64(0)
	for _, s := range got.slices {
		if s.category == categoryTransfer {
			sum += s.arguments["bytes"].number("int_value")
		}
	}
	if sum != bytesInLog || got.downloaded != bytesInLog || got.uploaded != bytesInLog {
		t.Errorf("%d bytes in slices, %d and %d by the rates; %d in the log", sum, got.downloaded, got.uploaded, bytesInLog)
	}
	if got.arrows != inLog[record.EventTransfer] {
		t.Errorf("%d arrows for %d transfers", got.arrows, inLog[record.EventTransfer])
	}
	if got.threads["origin"] != 1 || got.threads["leechers"] != inLog[record.EventArrived]-1 {
		t.Errorf("peers by group: %v", got.threads)
	}
	checkRankings(t, got, log)
	var again bytes.Buffer
	if err := Perfetto(r, log, &again); err != nil || !bytes.Equal(trace.Bytes(), again.Bytes()) {
		t.Error("another trace of the same record differs")
	}
	t.Logf("%d bytes for %d rows", trace.Len(), len(log))
}

// checkRankings compares the rankings in a trace with the candidates of the log.
func checkRankings(t *testing.T, got *trace, log []record.Event) {
	t.Helper()
	type moment struct {
		at   int64
		peer int32
	}
	rounds := map[moment][]record.Event{}
	for _, e := range log {
		if e.Event == record.EventCandidate {
			m := moment{e.TimeNS, e.Peer}
			rounds[m] = append(rounds[m], e)
		}
	}
	compared := 0
	for _, s := range got.slices {
		ranking, ok := s.arguments["ranking"]
		if s.category != categoryUnchoke || !ok {
			continue
		}
		want := rounds[moment{s.from, int32(s.tid)}]
		list := ranking.list("array_values")
		if len(list) != len(want) {
			t.Fatalf("%d candidates in the trace, %d in the log", len(list), len(want))
		}
		for i, c := range list {
			of := annotations(got.names, c.list("dict_entries"))
			if of["neighbour"].number("int_value") != int64(want[i].Other) ||
				of["rate_Bps"].number("int_value") != want[i].RateBytesPerSec || of["outcome"].text("string_value") != want[i].Why {
				t.Fatalf("place %d is %v in the trace, %v in the log", i+1, of, want[i])
			}
		}
		at := s.arguments["rank"].number("int_value")
		if want[at-1].Other != int32(s.arguments["neighbour"].number("int_value")) {
			t.Fatal("an unchoked neighbour has another place in the log")
		}
		compared++
	}
	if n := got.count(categoryUnchoke, ""); compared < n*9/10 {
		t.Errorf("only %d of %d unchokes have a ranking", compared, n)
	}
}

func TestPerfettoRefusesDamagedLogs(t *testing.T) {
	r, _ := played(t, smallSwarm, nil)
	for _, c := range []struct {
		event record.Event
		says  string
	}{
		{record.Event{TimeNS: -1, Peer: 1, Event: "arrived"}, "no run lasts"},
		{record.Event{Peer: 99, Event: "arrived"}, "no peer 99 in peers.csv"},
		{record.Event{Peer: 1, Other: 99, Event: "transfer"}, "no peer 99 in peers.csv"},
		{record.Event{Peer: 1, Other: 2, SinceNS: 3, Event: "transfer"}, "since 3 ns"},
		{record.Event{Peer: 1, Other: 1, Event: "transfer"}, "the peer itself"},
	} {
		err := Perfetto(r, []record.Event{c.event}, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), record.EventsFile) {
			t.Errorf("%v: %v", c.event, err)
		}
	}
}

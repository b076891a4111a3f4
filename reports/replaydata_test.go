package reports

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/parquet-go/parquet-go"

	"swarmsim/sim/record"
)

// logOf writes an event log of rows of any type.
func logOf[T any](t *testing.T, rows []T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := parquet.NewGenericWriter[T](&out)
	if _, err := w.Write(rows); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// swarmOf is a record of a seed (peer 1) and leechers, with an event log.
func swarmOf(t *testing.T, leechers int, log []byte) *Record {
	t.Helper()
	r := &Record{files: fstest.MapFS{record.EventsFile: {Data: log}}}
	r.Summary.Pieces, r.Summary.VirtualS = 4, 20
	r.Summary.Groups = []record.Group{{Name: "seed", Seed: true}, {Name: "leechers"}}
	r.Peers.Columns = []string{"peer", "group", "seed"}
	for i := range leechers + 1 {
		row := []string{"1", "seed", "true"}
		if i > 0 {
			row = []string{strconv.Itoa(i + 1), "leechers", "false"}
		}
		r.Peers.rows = append(r.Peers.rows, row)
	}
	return r
}

const second = 1_000_000_000

func event(s float64, peer int32, name string, other, piece int32) record.Event {
	return record.Event{TimeNS: int64(s * second), Peer: peer, Event: name, Other: other, Piece: piece}
}

// transfer is a transfer that began at a time.
func transfer(s float64, peer, other, piece int32, since float64, size int64) record.Event {
	e := event(s, peer, "transfer", other, piece)
	e.SinceNS, e.Bytes = int64(since*second), size
	return e
}

func TestReplayDataHoldsWhatTheLogDoes(t *testing.T) {
	unchoked := event(2, 1, "unchoked", 2, -1)
	unchoked.Why = "optimistic"
	candidate := event(2, 1, "candidate", 2, -1)
	candidate.RateBytesPerSec, candidate.Why = 123456, "optimistic"
	pick := event(2.5, 2, "pick", -1, 3)
	pick.Copies, pick.Least, pick.Why = 2, 1, "rarest-first"
	log := []record.Event{
		event(0, 1, "arrived", -1, -1),
		event(1, 2, "arrived", -1, -1),
		candidate, unchoked, pick,
		transfer(4, 2, 1, 3, 3, 16384),
		event(4, 2, "piece", -1, 3),
		transfer(5, 2, 1, 0, 4, 20000),
		event(9, 2, "crashed", -1, -1),
	}
	out, err := ReplayData(swarmOf(t, 1, logOf(t, log)))
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, k := range out.Kind {
		kinds = append(kinds, out.Kinds[k])
	}
	if got, want := strings.Join(kinds, " "), "arrived arrived candidate unchoked pick received transfer gone"; got != want {
		t.Errorf("rows are %q, want %q", got, want)
	}
	var whys []string
	for _, w := range out.Why {
		whys = append(whys, out.Whys[w])
	}
	if got, want := strings.Join(whys, " "), "optimistic optimistic rarest-first crashed"; got != want {
		t.Errorf("whys are %q, want %q", got, want)
	}
	equal(t, "dt", out.DT, []int64{0, 10000, 10000, 0, 5000, 15000, 10000, 40000})
	equal(t, "span", out.Span, []int64{10001, 0})
	equal(t, "blocks", out.Blocks, []int64{1, -20000})
	equal(t, "rate", out.Rate, []int64{123000})
	equal(t, "decided", out.Peers.Decided, []int{1, 1})
	if out.End != 200_000 || out.Arrived != 2 {
		t.Errorf("end %d, arrived %d", out.End, out.Arrived)
	}
}

func equal[T comparable](t *testing.T, name string, got, want []T) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s is %v, want %v", name, got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%s is %v, want %v", name, got, want)
			return
		}
	}
}

// A log of an earlier version, and one without transfers, have no replay.
func TestReplayDataNeedsTransfers(t *testing.T) {
	type old struct {
		TimeNS int64  `parquet:"t_ns,delta"`
		Peer   int32  `parquet:"peer"`
		Event  string `parquet:"event,plain"`
		Other  int32  `parquet:"other"`
		Piece  int32  `parquet:"piece"`
	}
	for name, log := range map[string][]byte{
		"old":  logOf(t, []old{{0, 1, "arrived", -1, -1}, {second, 2, "arrived", -1, -1}}),
		"none": logOf(t, []record.Event{event(0, 1, "arrived", -1, -1)}),
	} {
		out, err := ReplayData(swarmOf(t, 1, log))
		if out != nil || err != nil {
			t.Errorf("%s: %v, %v", name, out, err)
		}
	}
	r := swarmOf(t, 1, nil)
	r.files = fstest.MapFS{}
	if out, err := ReplayData(r); out != nil || err != nil {
		t.Errorf("no log: %v, %v", out, err)
	}
}

func TestReplayDataRefusesDamage(t *testing.T) {
	good := transfer(4, 2, 1, 3, 3, 16384)
	late := good
	late.SinceNS = 5 * second
	here := event(1, 2, "arrived", -1, -1)
	for want, log := range map[string][]byte{
		"piece 9; there are 4 pieces":                           logOf(t, []record.Event{here, good, event(5, 2, "piece", -1, 9)}),
		"event 2: a transfer of 16384 bytes from 5000000000 ns": logOf(t, []record.Event{here, late}),
		"events.parquet":                                        []byte("PAR1 and nothing more PAR1"),
	} {
		_, err := ReplayData(swarmOf(t, 1, log))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
}

// Of many peers a replay shows some of every group, evenly.
func TestEvenly(t *testing.T) {
	var all []*replayPeer
	for i := range 1000 {
		group := 1
		if i == 777 {
			group = 2
		}
		if i < 3 {
			group = 0
		}
		all = append(all, &replayPeer{number: int32(i), group: group, seed: i < 3})
	}
	shown := evenly(all, 200)
	seeds, alone, last := 0, 0, int32(-1)
	for _, p := range shown {
		if p.number <= last {
			t.Fatalf("peer %d is after %d", p.number, last)
		}
		last = p.number
		seeds += bit(p.seed)
		alone += bit(p.group == 2)
	}
	if len(shown) != 200 || seeds != 3 || alone != 1 {
		t.Errorf("%d peers, %d seeds, %d of the group of one", len(shown), seeds, alone)
	}
}

// FuzzEvents decodes damaged event logs: they are refused, or read.
func FuzzEvents(f *testing.F) {
	var t testing.T
	f.Add(logOf(&t, []record.Event{event(0, 1, "arrived", -1, -1), transfer(4, 2, 1, 3, 3, 16384)}))
	f.Fuzz(func(t *testing.T, log []byte) {
		_, _ = ReplayData(swarmOf(t, 1, log))
	})
}

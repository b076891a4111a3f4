package sim

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"swarmsim/sim/record"
)

// logOf plays a scenario and returns its event log and the rest of its record.
func logOf(t *testing.T, text string, sets ...string) ([]record.Event, memory) {
	t.Helper()
	_, files := play(t, load(t, text, sets...), 2)
	log := files[record.EventsFile].Bytes()
	rows, err := record.ReadEvents(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(rows, func(a, b record.Event) int { return int(a.TimeNS - b.TimeNS) }) {
		t.Error("the rows are not in the order of time")
	}
	return rows, files
}

// With all transfers, the rows account for every block that arrived.
func TestTransfersAddUp(t *testing.T) {
	s := load(t, digestSwarm, "content.size=3 MiB", "record.transfers=all")
	files := memory{}
	result, err := Run(context.Background(), s, Options{Workers: 2, Create: files.create})
	if err != nil {
		t.Fatal(err)
	}
	log := files[record.EventsFile].Bytes()
	rows, err := record.ReadEvents(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	got := int64(0)
	for _, e := range rows {
		if e.Event == record.EventTransfer {
			got += e.Bytes
			if e.SinceNS > e.TimeNS || e.Other < 1 || e.Piece < 0 {
				t.Fatalf("a transfer that cannot be: %+v", e)
			}
		}
	}
	if b := result.Summary.Blocks; got != (b.Delivered+b.Duplicate)*16<<10 {
		t.Errorf("the transfers have %d blocks, of %d and %d duplicate ones", got>>14, b.Delivered, b.Duplicate)
	}
}

// Every unchoke of a regular peer has been decided in a round, every piece that it completes was picked,
// and the rarest-first picker picks the rarest once it has its first pieces.
func TestDecisionsExplain(t *testing.T) {
	rows, _ := logOf(t, digestSwarm, "record.decisions=all")
	type pair struct{ peer, other int32 }
	decided, picked := map[pair]string{}, map[pair]bool{}
	unchokes, pieces, rarest := 0, 0, 0
	for _, e := range rows {
		switch e.Event {
		case record.EventCandidate:
			decided[pair{e.Peer, e.Other}] = e.Why
		case record.EventPick:
			picked[pair{e.Peer, e.Piece}] = true
			if e.Copies < e.Least {
				t.Fatalf("fewer copies than the fewest: %+v", e)
			}
			if e.Copies == e.Least {
				rarest++
			}
		}
	}
	for _, e := range rows {
		switch e.Event {
		case record.EventUnchoked:
			unchokes++
			if decided[pair{e.Peer, e.Other}] == "" {
				t.Errorf("peer %d unchoked %d without a round", e.Peer, e.Other)
			}
		case record.EventPiece:
			pieces++
			if !picked[pair{e.Peer, e.Piece}] {
				t.Errorf("peer %d completed piece %d without picking it", e.Peer, e.Piece)
			}
		}
	}
	if unchokes == 0 || pieces == 0 || rarest*10 < pieces*7 {
		t.Errorf("%d unchokes, %d pieces, of which %d the rarest", unchokes, pieces, rarest)
	}
}

// What is logged changes nothing else, and the log is the same for any number of workers.
func TestLogChangesNothing(t *testing.T) {
	off := []string{"record.transfers=off", "record.decisions=off"}
	_, without := play(t, load(t, digestSwarm, off...), 1)
	full := []string{"record.transfers=all", "record.decisions=all", "record.messages=[1, 3]", "record.events=true"}
	_, one := play(t, load(t, digestSwarm, full...), 1)
	_, two := play(t, load(t, digestSwarm, full...), 2)
	for _, name := range slices.Sorted(maps.Keys(one)) {
		if !bytes.Equal(one[name].Bytes(), two[name].Bytes()) {
			t.Errorf("%s differs between one worker and two", name)
		}
		if w := without[name]; w != nil && name != record.ScenarioFile && !bytes.Equal(one[name].Bytes(), w.Bytes()) {
			t.Errorf("%s differs from that of a run without a log", name)
		}
	}
	if without[record.EventsFile] != nil {
		t.Error("a run that logs nothing has an event log")
	}
}

// The tap gives the bytes of the messages that the log lists, and the two ends of a connection agree on
// them.
func TestMessages(t *testing.T) {
	s := load(t, digestSwarm, "wire=real", "record.messages=[1, 2]")
	files, tapped := memory{}, map[string]int{}
	bytesSent, bytesReceived := map[[2]int]string{}, map[[2]int]string{}
	o := Options{Workers: 2, Create: files.create, Message: func(m WireMessage) {
		direction := "received"
		if m.Ended {
			return
		}
		if m.Sent {
			direction = "sent"
			bytesSent[[2]int{m.Peer, m.Other}] += string(m.Bytes)
		} else {
			bytesReceived[[2]int{m.Other, m.Peer}] += string(m.Bytes)
		}
		tapped[direction]++
	}}
	if _, err := Run(context.Background(), s, o); err != nil {
		t.Fatal(err)
	}
	log := files[record.EventsFile].Bytes()
	rows, err := record.ReadEvents(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	logged := map[string]int{}
	for _, e := range rows {
		if direction, _, ok := strings.Cut(e.Event, "-"); ok && (direction == "sent" || direction == "received") {
			logged[direction]++
		}
	}
	if !maps.Equal(logged, tapped) || logged["sent"] == 0 || logged["received"] == 0 {
		t.Errorf("logged %v, tapped %v", logged, tapped)
	}
	for _, pair := range [][2]int{{1, 2}, {2, 1}} {
		if !strings.HasPrefix(bytesSent[pair], bytesReceived[pair]) {
			t.Errorf("what %d received is not what %d sent", pair[1], pair[0])
		}
	}
}

// Of a large swarm some 250 peers are logged, and 50 of them with their decisions; of every group some.
func TestSample(t *testing.T) {
	rows, _ := logOf(t, digestSwarm, "groups.leechers.count=900", "content.size=64 KiB", "record.transfers=sample")
	logged, deciding := map[int32]bool{}, map[int32]bool{}
	for _, e := range rows {
		logged[e.Peer] = true
		if e.Event == record.EventCandidate || e.Event == record.EventPick {
			deciding[e.Peer] = true
		}
	}
	if len(logged) < 200 || len(logged) > 260 || len(deciding) < 30 || len(deciding) > 60 || !logged[1] {
		t.Errorf("%d peers are logged and %d with decisions", len(logged), len(deciding))
	}
}

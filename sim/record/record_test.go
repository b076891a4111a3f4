package record

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

func TestCompletion(t *testing.T) {
	var times []time.Duration
	for i := 100; i > 0; i-- {
		times = append(times, time.Duration(i)*time.Second)
	}
	if got := NewCompletion(times); got != (Completion{100, 50.5, 50.5, 95.05, 100}) {
		t.Errorf("1 to 100 s: %+v", got)
	}
	if got := NewCompletion([]time.Duration{7 * time.Second}); got != (Completion{1, 7, 7, 7, 7}) {
		t.Errorf("one: %+v", got)
	}
	// The usual median lies between the two in the middle.
	if got := NewCompletion([]time.Duration{4 * time.Second, time.Second, 3 * time.Second, 2 * time.Second}); got.P50 != 2.5 {
		t.Errorf("1 to 4 s: %+v", got)
	}
	if got := NewCompletion(nil); got != (Completion{}) {
		t.Errorf("none: %+v", got)
	}
}

func TestRanges(t *testing.T) {
	if got := Ranges([]int{3, 7, 8, 9, 12}); got != "3,7-9,12" {
		t.Error(got)
	}
	if got := Ranges(nil); got != "" {
		t.Error(got)
	}
}

// However long a run, the heat map's data stay small and cover it evenly.
func TestAvailabilityStaysSmall(t *testing.T) {
	a := NewAvailability(1000, time.Second)
	for i := range 5000 {
		copies := make([]int32, 1000)
		for p := range copies {
			copies[p] = int32(i)
		}
		a.Add(copies)
	}
	if a.Bins != 256 || len(a.Moments) >= maxMoments || len(a.Moments) < maxMoments/2 {
		t.Fatalf("%d bins, %d moments", a.Bins, len(a.Moments))
	}
	for i, m := range a.Moments {
		if want := float32((i+1)*int(a.Interval/time.Second) - 1); m[0] != want || m[255] != want {
			t.Fatalf("moment %d has %v copies, want %v", i, m[0], want)
		}
	}
}

func TestValuesAndMeasures(t *testing.T) {
	three := Seconds(3)
	s := Summary{BoundS: &three, Groups: []Group{{Name: "x", CompletionS: Completion{Count: 1, Mean: 5}}}}
	v := s.Values()
	if v["bound_s"] != 3 || v["groups.x.completion_s.mean"] != 5 {
		t.Errorf("%v", v)
	}
	if _, ok := v["seed_copies_at_union"]; ok {
		t.Error("a number that there is not has a value")
	}
	if _, ok := (&Summary{}).Values()["completion_s.mean"]; ok {
		t.Error("nobody completed, and yet there is a mean")
	}
	for _, c := range []struct {
		names []string
		has   []string
	}{
		{Measures(), []string{"seed_copies_at_union", "completion_s.mean", "fairness.share_ratio.p80", "redundancy.total", "graph.path"}},
		{GroupMeasures(), []string{"completion_s.p95", "unchoked.*", "received_from_bytes.*", "wanted.p20", "clustering"}},
		{AreaMeasures(), []string{"in_bytes", "received_from_bytes.*"}},
	} {
		for _, want := range c.has {
			if !slices.Contains(c.names, want) {
				t.Errorf("no %s in %v", want, c.names)
			}
		}
	}
	if slices.Contains(Measures(), "seed") || slices.Contains(Measures(), "groups.g.peers") {
		t.Errorf("%v", Measures())
	}
}

type keep struct{ *bytes.Buffer }

func (keep) Close() error { return nil }

// The event log has nothing in it that parquet-go packs otherwise on other machines.
func TestEventLogIsPackedAlikeEverywhere(t *testing.T) {
	files := map[string]*bytes.Buffer{}
	w := NewWriter(func(name string) (io.WriteCloser, error) {
		files[name] = &bytes.Buffer{}
		return keep{files[name]}, nil
	}, nil, true, false, false)
	for i := range 1000 {
		w.Event(Event{TimeNS: int64(i), Peer: 1, Event: []string{"piece", "unchoked"}[i/4%2], Other: -1, Piece: int32(i)})
	}
	if err := w.Close(&Summary{}); err != nil {
		t.Fatal(err)
	}
	log := files[EventsFile].Bytes()
	f, err := parquet.OpenFile(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Metadata().RowGroups[0].Columns {
		for _, e := range c.MetaData.Encoding {
			if e != format.Plain && e != format.DeltaBinaryPacked {
				t.Errorf("%v is packed by %v", c.MetaData.PathInSchema, e)
			}
		}
	}
}

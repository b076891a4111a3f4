package cluster

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"swarmsim/lab"
	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

const tiny = `name: tiny
scenario:
  name: tiny
  content: {size: 256 KiB, piece: 32 KiB}
  groups:
    - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
    - {name: leechers, count: 2, arrival: {pattern: poisson, rate: 1 /s}, link: {up: 200 kB/s to 1 MB/s, down: 2 MB/s}}
seeds: 4
vary: {groups.leechers.count: [2, 3, 9]}
`

// sweepOf returns the work of a sweep that contains its scenario.
func sweepOf(t testing.TB, text, program string) *Sweep {
	t.Helper()
	src := scenario.Source{Text: []byte(text), Shown: "s.yaml", Files: os.DirFS("/"), Dir: ".", Catalogue: sim.Catalogue()}
	s, err := sweep.Load(src, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := lab.NewPlan(s, func(b sweep.Base) (scenario.Source, error) {
		src.Text, src.Node = nil, b.Node
		return src, nil
	}, program)
	if err != nil {
		t.Fatal(err)
	}
	work, err := NewSweep(plan, program)
	if err != nil {
		t.Fatal(err)
	}
	return work
}

// Runs that are played in any order, on several machines, twice, fill a store; what does not belong
// there is refused.
func TestStore(t *testing.T) {
	here, there := sweepOf(t, tiny, "one"), sweepOf(t, tiny, "one")
	if here.ID() != there.ID() || here.ID() == sweepOf(t, tiny, "another").ID() ||
		here.ID() == sweepOf(t, strings.Replace(tiny, "seeds: 4", "seeds: 5", 1), "one").ID() {
		t.Fatal("an ID does not say what is played")
	}
	stored := trial.Rows{}
	store := NewStore(here, nil, func(r *trial.Row) error { stored[r.Key] = r; return nil })
	runs := store.Missing()
	if len(runs) != 12 || runs[2].Cost <= runs[0].Cost {
		t.Fatalf("%+v", runs)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(runs), func(i, k int) { runs[i], runs[k] = runs[k], runs[i] })
	for _, r := range runs {
		row, err := there.Play(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := store.Put(r, row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if left := store.Missing(); len(left) != 0 || len(stored) != 12 {
		t.Fatalf("%d missing, %d stored", len(left), len(stored))
	}
	r := runs[0]
	row, _ := here.Play(context.Background(), r)
	for _, c := range []struct {
		run  Run
		row  string
		want error
	}{
		{Run{Cell: 3, Key: r.Key}, string(row), ErrUnknown},
		{Run{Cell: -1, Key: r.Key}, string(row), ErrUnknown},
		{Run{Cell: r.Cell, Nth: 4, Key: r.Key}, string(row), ErrUnknown},
		{Run{Cell: r.Cell, Nth: r.Nth, Key: "00"}, string(row), ErrUnknown},
		{r, string(row[:len(row)-1]), ErrGarbled},
		{r, `{"key":"00"}`, ErrGarbled},
		{r, `{}`, ErrGarbled},
		{r, `{"key":"` + r.Key + `"}`, ErrConflict},
	} {
		if err := store.Put(c.run, []byte(c.row)); !errors.Is(err, c.want) {
			t.Errorf("%.60s: %v, want %v", c.row, err, c.want)
		}
	}
	if _, err := sweepOf(t, tiny, "another").Play(context.Background(), r); !errors.Is(err, ErrUnknown) {
		t.Errorf("another program plays the run: %v", err)
	}
	full := errors.New("no space left")
	store = NewStore(here, nil, func(*trial.Row) error { return full })
	if err := store.Put(r, row); !errors.Is(err, full) || len(store.Missing()) != 12 {
		t.Errorf("a row that was not written counts as stored: %v", err)
	}
}

// Every run is in one shard, all shards cost about the same, and the division is the same each time.
func TestPartition(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		var runs []Run
		var total, dearest int64
		for i := range rng.IntN(300) {
			r := Run{Nth: i, Cost: 1 + rng.Int64N(1000)}
			runs, total, dearest = append(runs, r), total+r.Cost, max(dearest, r.Cost)
		}
		n := 1 + rng.IntN(40)
		shards := Partition(runs, n)
		if !reflect.DeepEqual(shards, Partition(runs, n)) || len(shards) != n {
			t.Fatal("the division differs")
		}
		seen := map[int]bool{}
		for _, s := range shards {
			var cost int64
			last := -1
			for _, r := range s {
				if seen[r.Nth] || r.Nth <= last {
					t.Fatalf("run %d is there twice or out of order", r.Nth)
				}
				seen[r.Nth], last, cost = true, r.Nth, cost+r.Cost
			}
			if cost > total/int64(n)+dearest { // Graham's bound
				t.Errorf("a shard costs %d of %d in %d", cost, total, n)
			}
		}
		if len(seen) != len(runs) {
			t.Errorf("%d of %d runs are in shards", len(seen), len(runs))
		}
	}
}

// A scheduler's variables name the shard; what is ambiguous is refused.
func TestShardOfTask(t *testing.T) {
	slurm := func(id, first, last, count string) map[string]string {
		return map[string]string{"SLURM_ARRAY_TASK_ID": id, "SLURM_ARRAY_TASK_MIN": first, "SLURM_ARRAY_TASK_MAX": last, "SLURM_ARRAY_TASK_COUNT": count}
	}
	for _, c := range []struct {
		text string
		env  map[string]string
		want string // the shard, or a part of the error
	}{
		{"3/40", slurm("7", "1", "40", "40"), "3/40"},
		{"1/1", nil, "1/1"},
		{"0/40", nil, "they count from 1 to 40"},
		{"41/40", nil, "they count from 1 to 40"},
		{"3", nil, "not a shard such as 3/40"},
		{"3/x", nil, "not a shard such as 3/40"},
		{"1/100001", nil, "from 1 to 100000"},
		{"auto/40", slurm("7", "1", "40", "40"), "7/40"},
		{"auto/40", slurm("17", "3", "17", "2"), "17/40"},
		{"auto/40", slurm("7", "0", "39", "40"), "--array=1-40"},
		{"auto/40", slurm("0", "0", "39", "40"), "--array=1-40"},
		{"auto/40", slurm("41", "1", "41", "41"), "SLURM_ARRAY_TASK_ID is 41: there is no shard 41 of 40"},
		{"auto", slurm("7", "0", "39", "40"), "8/40"},
		{"auto", slurm("40", "1", "40", "40"), "40/40"},
		{"auto", slurm("17", "3", "17", "2"), "write the number of shards"},
		{"auto", nil, "SLURM_ARRAY_TASK_ID is not set"},
		{"auto/40", map[string]string{"JOB_COMPLETION_INDEX": "0"}, "1/40"},
		{"auto/40", map[string]string{"JOB_COMPLETION_INDEX": "39"}, "40/40"},
		{"auto/40", map[string]string{"JOB_COMPLETION_INDEX": "40"}, "JOB_COMPLETION_INDEX is 40"},
		{"auto/40", map[string]string{"PARALLEL_SEQ": "1"}, "1/40"},
		{"auto/40", map[string]string{"PARALLEL_SEQ": "x"}, `PARALLEL_SEQ is "x", not a whole number`},
		{"auto/40", map[string]string{"PARALLEL_SEQ": "1", "JOB_COMPLETION_INDEX": "1"}, "JOB_COMPLETION_INDEX and PARALLEL_SEQ are set"},
		{"auto/40", nil, "no scheduler has started this task"},
		{"auto/x", nil, "not a shard such as auto/40"},
	} {
		s, err := ShardOfTask(c.text, func(name string) string { return c.env[name] })
		if got := s.String(); err != nil && !strings.Contains(err.Error(), c.want) || err == nil && got != c.want {
			t.Errorf("%s with %v: %v, %v; want %s", c.text, c.env, got, err, c.want)
		}
	}
	if got := (Shard{3, 40}).Folder(); got != "shard-03-of-40" {
		t.Error(got)
	}
}

// Any text is a shard or an error.
func FuzzShard(f *testing.F) {
	f.Add("3/40", "7")
	f.Add("auto/40", "40")
	f.Fuzz(func(t *testing.T, text, id string) {
		s, err := ShardOfTask(text, func(name string) string { return id })
		if again, err2 := ParseShard(s.String()); err == nil && (err2 != nil || again != s) {
			t.Errorf("%q is %v, then %v, %v", text, s, again, err2)
		}
	})
}

// slowWork is a work whose runs take as many milliseconds as they cost.
type slowWork struct{ clock time.Duration }

func (w *slowWork) ID() string      { return "" }
func (w *slowWork) Name(Run) string { return "" }
func (w *slowWork) Play(_ context.Context, r Run) ([]byte, error) {
	w.clock += time.Duration(r.Cost) * time.Millisecond
	return nil, nil
}

// The time of runs is known from three of them.
func TestSample(t *testing.T) {
	var runs []Run
	for i := range 100 {
		runs = append(runs, Run{Nth: i, Cost: int64(7*i%100) + 1})
	}
	w := &slowWork{}
	kept := 0
	timing, err := Sample(context.Background(), w, runs, func() time.Duration { return w.clock }, func(Run, []byte) error { kept++; return nil })
	if err != nil || kept != 3 || len(timing.Runs) != 3 {
		t.Fatalf("%v, %d kept, %+v", err, kept, timing)
	}
	for _, cost := range []int64{1, 2, 33, 50, 77, 100, 1000} {
		if got, want := timing.Of(Run{Cost: cost}), time.Duration(cost)*time.Millisecond; (got - want).Abs() > time.Microsecond {
			t.Errorf("a run of cost %d takes %v", cost, got)
		}
	}
	if got := timing.Total(runs); (got - 5050*time.Millisecond).Abs() > time.Millisecond {
		t.Error(got)
	}
	same, _ := Sample(context.Background(), w, []Run{{Cost: 5}, {Cost: 5}}, func() time.Duration { return w.clock }, nil)
	if len(same.Runs) != 1 || same.Of(Run{Cost: 5}) != 5*time.Millisecond {
		t.Errorf("%+v", same)
	}
}

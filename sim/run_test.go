package sim

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"swarmsim/scenarios"
)

// Every scenario of the library gives the same record, byte for byte, when it is played twice
// and on any number of workers; it does not beat the bound and meets its expectations.
func TestLibrary(t *testing.T) {
	for _, name := range scenarios.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := library(t, name)
			out, want := play(t, s, 1)
			for _, e := range out.Summary.Expectations {
				if !e.Met {
					t.Errorf("not met: %s (%s); %s", e.Expect, e.Actual, rerun(s))
				}
			}
			checkBound(t, s, &out.Summary)
			if testing.Short() {
				return
			}
			const workers = 8
			_, got := play(t, library(t, name), workers)
			same(t, got, want, fmt.Sprintf("again, with %d workers", workers), rerun(s))
		})
	}
}

// Two workers give the same record as one; another seed gives another record.
func TestSeedsAndWorkers(t *testing.T) {
	s := load(t, small)
	_, want := play(t, s, 1)
	_, again := play(t, load(t, small), 2)
	same(t, again, want, "with 2 workers", rerun(s))
	s.Seed++
	if _, other := play(t, s, 2); bytes.Equal(other["peers.csv"].Bytes(), want["peers.csv"].Bytes()) {
		t.Error("two seeds give the same record")
	}
}

// The event log does not depend on the number of workers, and changes no other file.
func TestEventLogIsDeterministic(t *testing.T) {
	_, plain := play(t, load(t, small), 1)
	_, one := play(t, load(t, small, "record.events=true"), 1)
	_, two := play(t, load(t, small, "record.events=true"), 2)
	same(t, two, one, "with 2 workers", "")
	if one["events.parquet"] == nil || one["events.parquet"].Len() < 1000 {
		t.Fatal("no event log")
	}
	for name := range plain {
		if name != "scenario.yaml" && !bytes.Equal(plain[name].Bytes(), one[name].Bytes()) {
			t.Errorf("the event log changed %s", name)
		}
	}
}

// An interrupted run leaves the record of its time so far, marked incomplete.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	files := memory{}
	out, err := Run(ctx, load(t, small), Options{Workers: 2, Create: files.create, Progress: func(p Progress) {
		if p.Now > 10*time.Second {
			cancel()
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if !out.Summary.Incomplete || out.Summary.Ended != "interrupted" || out.Summary.VirtualS > 12 {
		t.Errorf("%+v", out.Summary)
	}
	if !strings.Contains(files["summary.json"].String(), `"incomplete": true`) || files["peers.csv"].Len() == 0 {
		t.Error("the record does not say so")
	}
}

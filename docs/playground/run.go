package playground

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"swarmsim/reports"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Request is what the page asks to be played.
type Request struct {
	Scenario string   `json:"scenario"`
	Sets     []string `json:"sets"`   // path=value, as for swarmsim run --set
	Seed     *uint64  `json:"seed"`   // nil for the scenario's
	Server   bool     `json:"server"` // the initial seeds alone upload
}

// The limits of one run in a browser.
const (
	maxMemory = 1 << 30 // bytes that the peers may take
	maxPeers  = 2000
	maxBlocks = 4 << 20 // that all leechers together download
)

// Result is a finished run.
type Result struct {
	Files  map[string][]byte // of the record, by name
	Events int64             // that the engine played
	Record record.Summary
	Page   []byte // page.Record as JSON
	Replay []byte // page.Replay as JSON; nil if the record has no transfers
}

// Summary returns the bytes of summary.json.
func (r *Result) Summary() []byte { return r.Files[record.SummaryFile] }

// Run plays a request. progress is called after each sample, with virtual times.
func Run(ctx context.Context, q Request, progress func(sim.Progress)) (*Result, error) {
	s, err := resolve(q)
	if err != nil {
		return nil, err
	}
	if err := check(s); err != nil {
		return nil, err
	}
	files := memory{}
	outcome, err := sim.Run(ctx, s, sim.Options{
		Workers: 1, Files: noFiles{}, Dir: ".", Create: files.create, Progress: progress,
	})
	if err != nil {
		return nil, err
	}
	r := &Result{Files: files.bytes(), Events: outcome.Events, Record: outcome.Summary}
	return r, r.draw(files)
}

// draw makes the data of the charts and of the replay from the record.
func (r *Result) draw(files memory) error {
	loaded, err := reports.Load(files)
	if err != nil {
		return err
	}
	if r.Page, err = json.Marshal(reports.PageData(loaded)); err != nil {
		return err
	}
	replay, err := reports.ReplayData(loaded)
	if err != nil || replay == nil {
		return err
	}
	r.Replay, err = json.Marshal(replay)
	return err
}

// resolve loads the scenario of a request.
func resolve(q Request) (*scenario.Scenario, error) {
	s, err := load(q.Scenario, q.Sets)
	if err != nil {
		return nil, err
	}
	if q.Server {
		if s, err = load(q.Scenario, append(append([]string(nil), q.Sets...), ServerSets(s)...)); err != nil {
			return nil, err
		}
	}
	if q.Seed != nil {
		s.Seed = *q.Seed
	}
	return s, nil
}

// check refuses a scenario that is too large for a browser.
func check(s *scenario.Scenario) error {
	peers, leechers := s.Peers(), s.Leechers()
	if peers > maxPeers {
		return fmt.Errorf("%d peers are more than the %d that a browser plays; lower their number, or use the command line",
			peers, maxPeers)
	}
	if blocks := int64(leechers) * int64(s.Content.Size) / int64(s.Content.Block); blocks > maxBlocks {
		return fmt.Errorf("%d leechers that download %s each are %d blocks, more than the %d that a browser plays; "+
			"lower the number of leechers or the content, or use the command line", leechers, s.Content.Size, blocks, maxBlocks)
	}
	bytes, err := sim.Footprint(s, noFiles{}, ".")
	if err == nil && bytes > maxMemory {
		err = errors.New("the run may need more than 1 GiB of memory; lower the number of peers, or use the command line")
	}
	return err
}

// unknown is the error for a scenario that is not in the library.
func unknown(name string) error {
	return fmt.Errorf("there is no scenario %q in the library%s", name, scenario.Nearest(name, scenarios.Names()))
}

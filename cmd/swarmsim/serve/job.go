package serve

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"time"

	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/record"
)

// state is how far a run is.
type state string

const (
	stateQueued   state = "queued"
	stateHashing  state = "hashing"  // the content is read
	stateRunning  state = "running"  //
	stateDrawing  state = "drawing"  // the simulation has ended, and plots and the page are drawn
	stateFinished state = "finished" //
	stateStopped  state = "stopped"  // by the user
	stateFailed   state = "failed"   //
)

// ended reports whether nothing more happens to the run.
func (s state) ended() bool { return s == stateFinished || s == stateStopped || s == stateFailed }

// job is a run that a user has started. jobs.mu guards it.
type job struct {
	setup   *setup
	command string
	cancel  context.CancelFunc // nil unless it runs
	version int                // increases with every change
	view    jobView

	received float64       // bytes of content that have arrived
	sampled  time.Duration // when that was
}

// jobView is what the page shows of a run.
type jobView struct {
	ID       int      `json:"id"`
	Scenario string   `json:"scenario"` // its name in the list of scenarios
	Name     string   `json:"name"`
	Changes  []change `json:"changes"`
	Command  string   `json:"command"`
	State    state    `json:"state"`
	Stopping bool     `json:"stopping,omitempty"`
	Message  string   `json:"message,omitempty"` // what went wrong, or how it ended

	Now       float64 `json:"now_s"`
	Deadline  float64 `json:"deadline_s"`
	ToTheEnd  bool    `json:"to_the_end"` // it ends at the deadline, and not when all leechers are done
	Expected  int     `json:"expected"`   // leechers that have arrived or will
	Completed int     `json:"completed"`
	Delivered float64 `json:"delivered"` // share of all that the leechers will download
	Hashed    float64 `json:"hashed"`    // share of the content that was read
	WallS     float64 `json:"wall_s"`    // seconds since it began
	Speed     float64 `json:"speed"`     // virtual seconds per second
	Series    series  `json:"series"`    //
	Result    *result `json:"result"`    // the results folder, once there is one
	started   time.Time
}

// series is the time series of a run, thinned.
type series struct {
	Columns []string   `json:"columns"`
	Rows    [][]number `json:"rows"`
	every   int        // of this number of samples one is kept
	seen    int
}

// number is a number, or nothing.
type number float64

func (n number) MarshalJSON() ([]byte, error) {
	if math.IsNaN(float64(n)) {
		return []byte("null"), nil
	}
	return strconv.AppendFloat(nil, float64(n), 'g', 6, 64), nil
}

// maxRows bounds the rows of a live chart. When there are more, every other one is dropped.
const maxRows = 400

// rateColumn begins the name of the column with the mean download rate of a group.
const rateColumn = "rate:"

func newSeries(p *setup) series {
	out := series{Columns: []string{"t_s", "throughput_Bps", "leechers", "seeds", "completed"}, Rows: [][]number{}, every: 1}
	for i := range p.scenario.Groups {
		if g := &p.scenario.Groups[i]; !g.Seed {
			out.Columns = append(out.Columns, rateColumn+g.Name)
		}
	}
	return out
}

// add adds a sample.
func (s *series) add(p *setup, at *sim.Progress) {
	if s.seen++; s.seen%s.every != 0 {
		return
	}
	x := at.Sample
	row := []number{
		number(x.At.Seconds()), number(x.Goodput), number(x.Leechers), number(x.Seeds + x.Idle), number(at.Done),
	}
	for i := range p.scenario.Groups {
		switch g := &x.Groups[i]; {
		case p.scenario.Groups[i].Seed:
		case g.Downloading:
			row = append(row, number(g.Down))
		default:
			row = append(row, number(math.NaN()))
		}
	}
	if s.Rows = append(s.Rows, row); len(s.Rows) <= maxRows {
		return
	}
	thinned := make([][]number, 0, maxRows)
	for i := 1; i < len(s.Rows); i += 2 {
		thinned = append(thinned, s.Rows[i])
	}
	s.Rows, s.every = thinned, 2*s.every
}

// progress takes over how far the simulation is.
func (j *job) progress(p sim.Progress, wall time.Duration) {
	v := &j.view
	v.State = stateRunning
	v.Now, v.Expected, v.Completed = p.Now.Seconds(), p.Expected, p.Done
	if v.WallS = wall.Seconds(); v.WallS > 0 {
		v.Speed = v.Now / v.WallS
	}
	v.Series.add(j.setup, &p)
	j.received += p.Sample.Goodput * (p.Sample.At - j.sampled).Seconds()
	j.sampled = p.Sample.At
	if all := float64(p.Expected) * float64(j.setup.estimate.ContentBytes); all > 0 {
		v.Delivered = min(j.received/all, 1)
	}
	j.version++
}

// endingText describes how a run has ended.
func endingText(s *record.Summary) string {
	if s.Incomplete {
		return fmt.Sprintf("stopped after %s of virtual time; what was recorded until then is kept, marked incomplete",
			reports.Duration(float64(s.VirtualS)))
	}
	return factsOf(s)
}

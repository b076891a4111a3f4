package cluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"swarmsim/lab"
)

// Sweep is the work of a sweep.
type Sweep struct {
	plan  *lab.Plan
	id    string
	costs []int64 // of a run of each cell
}

// NewSweep returns the work of a plan. program identifies the build of the program.
func NewSweep(plan *lab.Plan, program string) (*Sweep, error) {
	costs, err := plan.Costs()
	if err != nil {
		return nil, err
	}
	s := plan.Sweep
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%v %d %t %g", program, plan.Compared(), s.Seeds, s.MaxSeedCount(), s.CRN, s.TargetCI))
	return &Sweep{plan: plan, id: hex.EncodeToString(sum[:16]), costs: costs}, nil
}

// ID implements Work.
func (s *Sweep) ID() string { return s.id }

// Plan returns the plan of the sweep.
func (s *Sweep) Plan() *lab.Plan { return s.plan }

// Runs returns the runs of every cell with the given number of seeds, in the order of the plan.
// Runs with equal keys are one.
func (s *Sweep) Runs(seeds int) []Run {
	var out []Run
	listed := map[string]bool{}
	for _, r := range s.plan.Runs(seeds) {
		if !listed[r.Key] {
			listed[r.Key] = true
			out = append(out, s.run(r))
		}
	}
	return out
}

func (s *Sweep) run(r lab.Run) Run {
	return Run{Cell: r.Cell, Nth: r.Nth, Key: r.Key, Cost: s.costs[r.Cell]}
}

// find returns the plan's run that another machine names.
func (s *Sweep) find(r Run) (lab.Run, error) {
	own, ok := s.plan.RunAt(r.Cell, r.Nth)
	if !ok || own.Key != r.Key {
		return own, fmt.Errorf("%w: cell %d, seed number %d, key %.40q", ErrUnknown, r.Cell, r.Nth, r.Key)
	}
	return own, nil
}

// Name implements Work.
func (s *Sweep) Name(r Run) string {
	own, err := s.find(r)
	if err != nil {
		return "an unknown run"
	}
	return s.plan.Name(own)
}

// Describe returns the variant, the point and the seed of a run, for people.
func (s *Sweep) Describe(r Run) string {
	own, err := s.find(r)
	if err != nil {
		return "an unknown run"
	}
	return s.plan.Describe(own)
}

// Play implements Work.
func (s *Sweep) Play(ctx context.Context, r Run) ([]byte, error) {
	own, err := s.find(r)
	if err != nil {
		return nil, err
	}
	row, err := s.plan.Play(ctx, own)
	if err != nil {
		return nil, err
	}
	return json.Marshal(row)
}

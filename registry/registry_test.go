package registry_test

import (
	"testing"

	"swarmsim/registry"
)

type counter interface{ next() int }

type stepSettings struct {
	Step int `json:"step,omitempty" jsonschema:"added each time" min:"1"`
}

type stepper struct{ step, sum int }

func (s *stepper) next() int {
	s.sum += s.step
	return s.sum
}

var counters = registry.List[counter]{{
	Name:     "step",
	About:    "adds a step each time",
	Defaults: func() any { return &stepSettings{Step: 1} },
	New:      func(s any) counter { return &stepper{step: s.(*stepSettings).Step} },
}}

func TestFindReportsWhetherTheNameExists(t *testing.T) {
	if e, ok := counters.Find("step"); !ok || e.Name != "step" {
		t.Errorf("Find(step) = %q, %v", e.Name, ok)
	}
	if _, ok := counters.Find("stop"); ok {
		t.Error("Find(stop) found an entry")
	}
}

func TestNewUsesTheSettings(t *testing.T) {
	if got := counters.New("step", &stepSettings{Step: 3}).next(); got != 3 {
		t.Errorf("with a step of 3 the first number is %d", got)
	}
	if got := counters.NewDefault("step").next(); got != 1 {
		t.Errorf("with the default step the first number is %d, want 1", got)
	}
}

func TestEachCallCreatesAStrategyOfItsOwn(t *testing.T) {
	a, b := counters.NewDefault("step"), counters.NewDefault("step")
	a.next()
	if got := b.next(); got != 1 {
		t.Errorf("the second strategy starts at %d, want 1", got)
	}
}

func TestNewPanicsForAnUnknownName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("New(stop) did not panic")
		}
	}()
	counters.New("stop", nil)
}

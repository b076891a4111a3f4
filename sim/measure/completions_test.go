package measure

import (
	"slices"
	"testing"
	"time"
)

// Of four leechers one completes, one gives up, one does not arrive and the last completes.
func TestCompletions(t *testing.T) {
	c := NewCompletions(2)
	c.Expect(true)
	for range 4 {
		c.Expect(false)
	}
	c.Arrive(true)
	c.Arrive(false)
	c.Arrive(false)
	if c.AllArrived() || c.Done() || c.Expected() != 4 || c.Downloading != 2 || c.Arrived != 3 {
		t.Errorf("after two arrivals: %+v", c)
	}
	c.Complete(1, 5*time.Second, 7*time.Second)
	c.DepartIncomplete()
	c.Cancel(false)
	if c.AllArrived() || c.Done() || c.Expected() != 3 || c.Completed() != 1 || c.DepartedIncomplete != 1 {
		t.Errorf("with one leecher still to arrive: %+v", c)
	}
	c.Arrive(false)
	if !c.AllArrived() || c.Done() {
		t.Errorf("with one leecher downloading: %+v", c)
	}
	c.Complete(1, 3*time.Second, 20*time.Second)
	want := []time.Duration{5 * time.Second, 3 * time.Second}
	if !c.Done() || !slices.Equal(c.Times[1], want) || c.Last != 20*time.Second {
		t.Errorf("at the end: %+v", c)
	}
}

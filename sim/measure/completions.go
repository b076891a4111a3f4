package measure

import "time"

// Completions counts leechers on their way from arrival to completion or departure, and seeds
// until their arrival.
type Completions struct {
	leechersToArrive   int
	seedsToArrive      int
	Arrived            int // peers of both kinds
	Downloading        int // leechers that are present and not complete
	DepartedIncomplete int // leechers that departed without the content

	Times [][]time.Duration // download times, by group, in the order of completion
	Last  time.Duration     // when the last leecher so far completed; 0 before
}

// NewCompletions starts with no peers.
func NewCompletions(groups int) Completions {
	return Completions{Times: make([][]time.Duration, groups)}
}

// Expect adds a peer that will arrive.
func (c *Completions) Expect(seed bool) { *c.toArrive(seed)++ }

// Cancel removes a peer that was expected and will not arrive.
func (c *Completions) Cancel(seed bool) { *c.toArrive(seed)-- }

// Arrive records the arrival of a peer that was expected.
func (c *Completions) Arrive(seed bool) {
	*c.toArrive(seed)--
	c.Arrived++
	if !seed {
		c.Downloading++
	}
}

func (c *Completions) toArrive(seed bool) *int {
	if seed {
		return &c.seedsToArrive
	}
	return &c.leechersToArrive
}

// Complete records that a leecher of a group has completed, some time after its arrival.
func (c *Completions) Complete(group int, took, now time.Duration) {
	c.Downloading--
	c.Times[group] = append(c.Times[group], took)
	c.Last = now
}

// DepartIncomplete records that a leecher has departed without the content: it gave up, crashed, or
// was removed by an event of the scenario.
func (c *Completions) DepartIncomplete() {
	c.Downloading--
	c.DepartedIncomplete++
}

// Completed is the number of leechers that have completed.
func (c *Completions) Completed() int {
	n := 0
	for _, times := range c.Times {
		n += len(times)
	}
	return n
}

// Expected is the number of leechers that have arrived or will.
func (c *Completions) Expected() int {
	return c.leechersToArrive + c.Downloading + c.DepartedIncomplete + c.Completed()
}

// AllArrived reports whether no peer is still to arrive.
func (c *Completions) AllArrived() bool { return c.leechersToArrive == 0 && c.seedsToArrive == 0 }

// Done reports whether no leecher is downloading or still to arrive.
func (c *Completions) Done() bool { return c.leechersToArrive == 0 && c.Downloading == 0 }

package serve

import (
	"fmt"
	"time"

	"swarmsim/reports"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// limits bound what clients and their runs may use.
type limits struct {
	connections int   // open at a time
	streams     int   // event streams at a time
	body        int64 // bytes of a request
	running     int   // runs at a time
	queued      int   // runs that wait
	kept        int   // finished runs that the page still shows

	peers    int           // of a run
	content  int64         // bytes of a run's content
	blocks   int64         // blocks that all leechers of a run download
	samples  int64         // rows of a run's time series
	deadline time.Duration // virtual, of a run
	memory   int64         // bytes of a run; 0 for no limit
}

// orDefaults fills in what is not set. memory is for all runs together.
func (l limits) orDefaults(memory int64) limits {
	if l != (limits{}) {
		return l
	}
	l = limits{
		connections: 64, streams: 12, body: 64 << 10, running: 2, queued: 8, kept: 40,
		peers: 20_000, content: 64 << 30, blocks: 50_000_000, samples: 1_000_000, deadline: 30 * 24 * time.Hour,
	}
	l.memory = memory / int64(l.running)
	return l
}

// estimate is what a run needs.
type estimate struct {
	Peers        int    `json:"peers"`
	Leechers     int    `json:"leechers"`
	ContentBytes int64  `json:"content_bytes"`
	Blocks       int64  `json:"blocks"`
	MemoryBytes  int64  `json:"memory_bytes"`
	Text         string `json:"text"`
}

// estimateOf estimates what a run of a scenario needs.
func estimateOf(s *scenario.Scenario, src *scenario.Source) (estimate, error) {
	c, err := content.Open(s, src.Files, src.Dir)
	if err != nil {
		return estimate{}, err
	}
	size := c.Torrent.Length
	memory, err := sim.Footprint(s, src.Files, src.Dir)
	if err != nil {
		return estimate{}, err
	}
	e := estimate{ContentBytes: size, MemoryBytes: memory, Peers: s.Peers(), Leechers: s.Leechers()}
	e.Blocks = int64(e.Leechers) * (size/c.Torrent.BlockLength + 1)
	e.Text = fmt.Sprintf("%d peers, %s each, about %s of memory", e.Peers, reports.Size(size), reports.Size(memory))
	return e, nil
}

// check refuses a run that asks for more than the limits allow.
func (l *limits) check(s *scenario.Scenario, e *estimate) error {
	deadline := s.Stop.Deadline.Std()
	switch {
	case e.Peers > l.peers:
		return fmt.Errorf("a run of %d peers is too large for this page; it plays up to %d. Lower the number of peers, "+
			"or use swarmsim run", e.Peers, l.peers)
	case e.ContentBytes > l.content:
		return fmt.Errorf("a content of %s is too large for this page; it plays up to %s", reports.Size(e.ContentBytes),
			reports.Size(l.content))
	case e.Blocks > l.blocks:
		return fmt.Errorf("the leechers would download %d million blocks; this page plays runs of up to %d million. "+
			"Lower the number of peers or the size of the content, or use swarmsim run",
			(e.Blocks+500_000)/1_000_000, l.blocks/1_000_000)
	case deadline > l.deadline:
		return fmt.Errorf("a deadline of %v is too long for this page; it plays up to %v of virtual time", deadline, l.deadline)
	case int64(deadline/max(s.Record.Interval.Std(), 1)) > l.samples:
		return fmt.Errorf("the time series would have more than %d rows; raise record.interval or lower stop.deadline",
			l.samples)
	case l.memory > 0 && e.MemoryBytes > l.memory:
		return fmt.Errorf("a run of %d peers needs about %s of memory; the limit is %s for each of %d runs. Lower the "+
			"number of peers, or start swarmsim serve with a larger --memory",
			e.Peers, reports.Size(e.MemoryBytes), reports.Size(l.memory), l.running)
	}
	return nil
}

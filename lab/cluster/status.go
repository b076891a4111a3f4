package cluster

import "time"

// Status says how far a sweep is.
type Status struct {
	Sweep    string        `json:"sweep"`
	Runs     int           `json:"runs"`
	Finished int           `json:"finished"`
	Rate     float64       `json:"runs_per_s,omitempty"` // of all that play; 0 if it is not known
	LeftS    float64       `json:"left_s,omitempty"`     // until the slowest has finished; 0 if it is not known
	Shards   []ShardStatus `json:"shards"`
	NotBegun []Shard       `json:"not_begun,omitempty"`

	Workers []WorkerStatus `json:"workers,omitempty"` // of a queue
	Refused int            `json:"refused,omitempty"` // results that the queue has refused
}

// WorkerStatus says what a worker of a queue does.
type WorkerStatus struct {
	Host     string    `json:"host"`
	Slots    int       `json:"slots"`    // runs that it plays at a time
	Finished int       `json:"finished"` // runs of this host that are stored
	Playing  []string  `json:"playing,omitempty"`
	Heard    time.Time `json:"heard"` // when it last said something
}

// ShardStatus says how far a shard, or a whole sweep in one folder, is.
type ShardStatus struct {
	Shard    string    `json:"shard,omitempty"` // such as 3/40; empty for a whole sweep
	Folder   string    `json:"folder"`
	Host     string    `json:"host,omitempty"` // that played last
	Runs     int       `json:"runs"`
	Finished int       `json:"finished"`
	Rate     float64   `json:"runs_per_s,omitempty"`
	LeftS    float64   `json:"left_s,omitempty"`
	LastRun  time.Time `json:"last_run"` // when the last run was finished
}

// Progress is what is known about the speed of a shard.
type Progress struct {
	Finished, Before int // runs that are finished, and that were when the process began
	Runs             int
	Began, LastRun   time.Time
}

// Speed returns the rate in runs a second, and the time left; 0 for what is not known. A shard whose
// last run ended long ago, for its rate, no longer plays.
func (p Progress) Speed(now time.Time) (rate float64, left time.Duration) {
	played, lasted := p.Finished-p.Before, p.LastRun.Sub(p.Began)
	if p.Began.IsZero() || played <= 0 || lasted <= 0 || p.Finished >= p.Runs {
		return 0, 0
	}
	each := lasted / time.Duration(played)
	if now.Sub(p.LastRun) > max(patience*each, minPatience) {
		return 0, 0
	}
	return 1 / max(each.Seconds(), 1e-9), each * time.Duration(p.Runs-p.Finished)
}

// A shard that finishes no run for that many times what a run took, and at least for minPatience,
// is taken to have stopped.
const (
	patience    = 20
	minPatience = 5 * time.Minute
)

// Add adds the status of a shard that is found to the sum of all.
func (s *Status) Add(shard ShardStatus) {
	s.Shards = append(s.Shards, shard)
	s.Rate += shard.Rate
	s.LeftS = max(s.LeftS, shard.LeftS)
}

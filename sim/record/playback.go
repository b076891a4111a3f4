package record

import (
	"strconv"
	"time"
)

// PeerPlayback is how a peer watched the content as it came.
type PeerPlayback struct {
	Began   bool
	StartUp time.Duration // from its arrival until it began
	Stalls  int           // how often it ran dry
	Stalled time.Duration // how long in all
	Watched time.Duration // how much it watched, in time
}

var playbackColumns = []string{"startup_s", "stalls", "stalled_s", "continuity"}

// fields is empty for who never began to watch.
func (p *PeerPlayback) fields() []string {
	if p == nil || !p.Began {
		return make([]string, len(playbackColumns))
	}
	return []string{seconds(p.StartUp), integer(int64(p.Stalls)), seconds(p.Stalled),
		strconv.FormatFloat(trim(p.continuity()), 'f', -1, 64)}
}

// continuity is the share of its time, once it began, in which it did watch.
func (p *PeerPlayback) continuity() float64 {
	if p.Stalled == 0 {
		return 1
	}
	return p.Watched.Seconds() / (p.Watched + p.Stalled).Seconds()
}

// Playback is how leechers watched, in sum. If none began, all but the counts is
// null in the file.
type Playback struct {
	Began      int        `json:"began"`
	NeverBegan int        `json:"never_began"`
	StartupS   Completion `json:"startup_s"`
	Stalls     *Ratio     `json:"stalls"` // of one, on average
	StalledS   Completion `json:"stalled_s"`
	Continuity *Ratio     `json:"continuity"` // the mean
	Smooth     *Ratio     `json:"smooth"`     // share of those who began that never stalled
}

// NewPlayback sums up how peers watched.
func NewPlayback(peers []PeerPlayback) *Playback {
	out := &Playback{}
	var startups, stalled []time.Duration
	var stalls, continuity, smooth float64
	for i := range peers {
		p := &peers[i]
		if !p.Began {
			out.NeverBegan++
			continue
		}
		startups, stalled = append(startups, p.StartUp), append(stalled, p.Stalled)
		stalls += float64(p.Stalls)
		continuity += p.continuity()
		if p.Stalls == 0 {
			smooth++
		}
	}
	out.Began = len(startups)
	out.StartupS, out.StalledS = NewCompletion(startups), NewCompletion(stalled)
	if out.Began > 0 {
		mean := func(sum float64) *Ratio {
			r := Ratio(sum / float64(out.Began))
			return &r
		}
		out.Stalls, out.Continuity, out.Smooth = mean(stalls), mean(continuity), mean(smooth)
	}
	return out
}

package record

import (
	"strconv"
	"time"
)

// PeerPlayback is how a peer's viewer watched the content while it was downloaded.
type PeerPlayback struct {
	Began   bool
	StartUp time.Duration // from the peer's arrival until playback began
	Stalls  int           // times that the buffer was empty
	Stalled time.Duration // total time of the stalls
	Watched time.Duration // playing time of what was watched
}

var playbackColumns = []string{"startup_s", "stalls", "stalled_s", "continuity"}

// fields are empty if playback did not begin.
func (p *PeerPlayback) fields() []string {
	if p == nil || !p.Began {
		return make([]string, len(playbackColumns))
	}
	return []string{seconds(p.StartUp), integer(int64(p.Stalls)), seconds(p.Stalled),
		strconv.FormatFloat(trim(p.continuity()), 'f', -1, 64)}
}

// continuity is the share of the time since playback began in which it did not stall.
func (p *PeerPlayback) continuity() float64 {
	if p.Stalled == 0 {
		return 1
	}
	return p.Watched.Seconds() / (p.Watched + p.Stalled).Seconds()
}

// Playback summarizes the playback of leechers. If none began, all fields but the counts are null
// in the file.
type Playback struct {
	Began      int        `json:"began"`
	NeverBegan int        `json:"never_began"`
	StartupS   Completion `json:"startup_s"`
	Stalls     *Ratio     `json:"stalls"` // the mean per leecher that began
	StalledS   Completion `json:"stalled_s"`
	Continuity *Ratio     `json:"continuity"` // the mean
	Smooth     *Ratio     `json:"smooth"`     // share of the leechers that began and never stalled
}

// NewPlayback summarizes the playback of peers.
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

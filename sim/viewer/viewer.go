// Package viewer models a user that watches content while it downloads.
//
// Package sim gives each leecher of a scenario with playback a Viewer, tells it of every verified
// piece, and shows its position to piece pickers; at the end it records the playback.
// The viewer has no clock: between two pieces its course is known, and it is brought up to date
// when a method is called.
//
// Playback starts when a given time's worth of the beginning, or all of the content, has been
// downloaded ("at least b", Carlsson and Eager, Networking 2007). When the next piece is missing
// it stalls, and resumes by the same rule. Nothing is skipped.
package viewer

import (
	"time"

	"swarmsim/client/pieces"
)

// Viewer is a user that watches the content in order. Times are those of the run.
type Viewer struct {
	rate   float64       // bytes per second
	buffer time.Duration // to be downloaded ahead before playback starts or resumes
	layout *pieces.Layout

	inOrder  int           // pieces from the start without a gap
	playable time.Duration // how long those take to watch
	playing  bool
	since    time.Duration // when it last started, resumed or stalled
	watched  time.Duration // until since
	result   Playback
}

// Playback is what watching came to.
type Playback struct {
	Started time.Duration // when it started; 0 if it did not
	Stalls  int
	Stalled time.Duration // total time of all stalls
	Watched time.Duration // how much was watched
}

// New returns a viewer that has not started. rate is in bytes per second and above 0.
func New(l *pieces.Layout, rate int64, buffer time.Duration) *Viewer {
	return &Viewer{rate: float64(rate), buffer: buffer, layout: l}
}

// duration returns how long it takes to watch the first pieces.
func (v *Viewer) duration(count int) time.Duration {
	bytes := min(int64(count)*v.layout.PieceLength, v.layout.Length)
	return time.Duration(float64(bytes) / v.rate * 1e9)
}

// at returns how much has been watched at a time, and whether playback has stalled by then.
func (v *Viewer) at(now time.Duration) (watched time.Duration, stalled bool) {
	if !v.playing {
		return v.watched, false
	}
	watched = v.watched + now - v.since
	return min(watched, v.playable), watched > v.playable && v.inOrder < v.layout.Pieces()
}

// Position returns the piece that is being watched, or waited for.
func (v *Viewer) Position(now time.Duration) int {
	watched, _ := v.at(now)
	at := int64(min(watched.Seconds()*v.rate, float64(v.layout.Length))) // the content may be longer than an int
	return int(min(at/v.layout.PieceLength, int64(v.layout.Pieces()-1)))
}

// PieceVerified tells the viewer that one more piece is there. has reports which are.
func (v *Viewer) PieceVerified(now time.Duration, has func(piece int) bool) {
	if !has(v.inOrder) {
		return
	}
	if _, stalled := v.at(now); stalled {
		v.since += v.playable - v.watched // when it stalled
		v.watched, v.playing = v.playable, false
		v.result.Stalls++
	}
	for v.inOrder < v.layout.Pieces() && has(v.inOrder) {
		v.inOrder++
	}
	v.playable = v.duration(v.inOrder)
	if v.playing || v.playable-v.watched < v.buffer && v.inOrder < v.layout.Pieces() {
		return
	}
	if v.result.Started == 0 {
		v.result.Started = now
	} else {
		v.result.Stalled += now - v.since
	}
	v.playing, v.since = true, now
}

// Playback returns the record of playback until a time. Once all pieces are here nothing can stall
// playback, and the content counts as watched to its end.
func (v *Viewer) Playback(now time.Duration) Playback {
	out := v.result
	watched, stalled := v.at(now)
	out.Watched = watched
	switch {
	case v.inOrder == v.layout.Pieces():
		out.Watched = v.playable
	case stalled:
		out.Stalls++
		out.Stalled += now - v.since - (v.playable - v.watched)
	case !v.playing && out.Started > 0:
		out.Stalled += now - v.since
	}
	return out
}

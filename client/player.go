package client

import (
	"time"

	"swarmsim/client/pieces"
)

// player is somebody who watches the content in order while it comes. It begins
// when so much of the beginning is here as takes the buffer's time to watch, or
// all of it ("at least b" of Carlsson and Eager, Networking 2007); where it runs
// dry it stalls, and goes on by the same rule. Nothing is skipped.
//
// It needs no clock of its own: between two pieces its course is known, and it
// is brought up to date when somebody looks.
type player struct {
	rate    float64       // bytes per second
	buffer  time.Duration // to be had ahead before it plays
	torrent *Torrent

	front   int           // pieces that are here in order
	ready   time.Duration // how long those take to watch
	playing bool
	since   time.Duration // when it last began to play or to wait
	seen    time.Duration // watched until then
	result  Playback
}

// Playback is what watching came to.
type Playback struct {
	Started time.Duration // when it began; 0 if it never did
	Stalls  int           // how often it ran dry
	Stalled time.Duration // how long it was dry in all
	Watched time.Duration // how much was watched, in time
}

func newPlayer(s *Settings, t *Torrent) *player {
	return &player{rate: float64(s.PlayRate), buffer: s.PlayBuffer, torrent: t}
}

// lasts is how long it takes to watch the first pieces.
func (p *player) lasts(pieces int) time.Duration {
	bytes := min(int64(pieces)*p.torrent.PieceLength, p.torrent.Length)
	return time.Duration(float64(bytes) / p.rate * 1e9)
}

// at is how much has been watched at a time, and whether it has run dry by then.
func (p *player) at(now time.Duration) (seen time.Duration, dry bool) {
	if !p.playing {
		return p.seen, false
	}
	seen = p.seen + now - p.since
	return min(seen, p.ready), seen > p.ready && p.front < p.torrent.Pieces()
}

// piece is the one that is being watched, or waited for.
func (p *player) piece(now time.Duration) int {
	seen, _ := p.at(now)
	at := int64(min(seen.Seconds()*p.rate, float64(p.torrent.Length))) // content may be more than an int counts
	return int(min(at/p.torrent.PieceLength, int64(p.torrent.Pieces()-1)))
}

// grow takes in that a piece has come.
func (p *player) grow(now time.Duration, have pieces.Bitset) {
	if !have.Has(p.front) {
		return
	}
	if _, dry := p.at(now); dry {
		p.since += p.ready - p.seen // when it ran dry
		p.seen, p.playing = p.ready, false
		p.result.Stalls++
	}
	for p.front < p.torrent.Pieces() && have.Has(p.front) {
		p.front++
	}
	p.ready = p.lasts(p.front)
	if p.playing || p.ready-p.seen < p.buffer && p.front < p.torrent.Pieces() {
		return
	}
	if p.result.Started == 0 {
		p.result.Started = now
	} else {
		p.result.Stalled += now - p.since
	}
	p.playing, p.since = true, now
}

// Playback is what watching came to until a time, or for who has all: nothing
// can hold it up any more, so it is watched to the end.
func (p *Peer) Playback(now time.Duration) Playback {
	w := p.player
	if w == nil {
		return Playback{}
	}
	out := w.result
	seen, dry := w.at(now)
	out.Watched = seen
	switch {
	case p.Complete():
		out.Watched = w.ready
	case dry:
		out.Stalls++
		out.Stalled += now - w.since - (w.ready - w.seen)
	case !w.playing && out.Started > 0:
		out.Stalled += now - w.since
	}
	return out
}

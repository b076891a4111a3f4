package live

import "time"

// Stats are what a torrent has done so far.
type Stats struct {
	Length     int64 // bytes in all files
	Wanted     int64 // bytes in pieces that are downloaded or to be downloaded
	Left       int64 // bytes of those that are missing
	Have       int   // verified pieces
	Pieces     int
	Peers      int     // established connections
	Downloaded int64   // bytes in blocks that were stored, also those of pieces that failed
	Uploaded   int64   // bytes in blocks that were sent
	DownRate   float64 // bytes per second, over the last seconds
	UpRate     float64
	Time       time.Duration // since the torrent was added

	FailedPieces int64 // pieces whose hash did not match
	Banned       int64 // peers that were banned for that
}

// ETA returns the time until the download ends at its present rate; 0 if nothing is missing or
// nothing comes.
func (s *Stats) ETA() time.Duration {
	if s.Left == 0 || s.DownRate < 1 {
		return 0
	}
	return time.Duration(float64(s.Left) / s.DownRate * float64(time.Second))
}

// rateTime is the time over which rates are averaged.
const rateTime = 3 * time.Second

// Stats returns what the torrent has done so far. It is renewed four times a second while something
// happens.
func (t *Torrent) Stats() Stats {
	s := *t.stats.Load()
	if t.State() != Stopped {
		s.Time = t.now()
	}
	return s
}

// isIdle reports whether Stats would not change if they were renewed without a further event.
func (s *Stats) isIdle() bool { return s.DownRate == 0 && s.UpRate == 0 }

// updateStats renews what Torrent.Stats returns.
func (t *Torrent) updateStats(now time.Duration) {
	if t.peer == nil {
		t.stats.Store(&Stats{Length: t.Stats().Length, Time: now})
		return
	}
	c, last := t.peer.Counters(), t.stats.Load()
	s := &Stats{
		Length: last.Length, Wanted: last.Wanted, Left: last.Left,
		Have: t.peer.HaveCount(), Pieces: t.Meta().Pieces(), Peers: len(t.peer.Connections()),
		Downloaded: c.Bytes, Uploaded: c.BytesSent, Time: now,
		FailedPieces: c.FailedPieces, Banned: c.Banned,
	}
	if s.Have != last.Have || t.selected {
		s.Wanted, s.Left, t.selected = t.peer.WantedBytes(), t.peer.Left(), false
	}
	if dt := now - last.Time; dt > 0 {
		weight := min(1, float64(dt)/float64(rateTime))
		s.DownRate = average(last.DownRate, float64(s.Downloaded-last.Downloaded)/dt.Seconds(), weight)
		s.UpRate = average(last.UpRate, float64(s.Uploaded-last.Uploaded)/dt.Seconds(), weight)
	}
	t.stats.Store(s)
}

// average moves a mean towards a new value. From next to nothing it becomes that value, so that it is 0
// in the end where there is nothing new, and a rate does not seem to rise for seconds.
func average(mean, value, weight float64) float64 {
	if mean < 1 {
		return value
	}
	return mean + weight*(value-mean)
}

// amounts returns the bytes that announces name: left is below 0 if it is not known.
func (t *Torrent) amounts() (uploaded, downloaded, left int64) {
	if t.peer == nil {
		return 0, 0, -1
	}
	c := t.peer.Counters()
	return c.BytesSent, c.Bytes, t.peer.Left()
}

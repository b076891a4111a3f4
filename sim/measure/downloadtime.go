package measure

import "time"

// DownloadTime sums the time that a group's leechers have spent downloading, so that a sample
// can average over the leechers that were present, for as long as they were.
type DownloadTime struct {
	leechers int           // downloading now
	sum      time.Duration // stop times of leechers that stopped, less the start times of all
	sampled  time.Duration // the total at the last sample
}

// Start adds a leecher.
func (d *DownloadTime) Start(at time.Duration) { d.leechers++; d.sum -= at }

// Stop removes a leecher that has completed or departed.
func (d *DownloadTime) Stop(at time.Duration) { d.leechers--; d.sum += at }

// SinceSample returns the leechers' time since the last call, in total.
func (d *DownloadTime) SinceSample(now time.Duration) time.Duration {
	total := d.sum + time.Duration(d.leechers)*now
	spent := total - d.sampled
	d.sampled = total
	return spent
}

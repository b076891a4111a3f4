package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
	"swarmsim/client/live/observe"
	"swarmsim/client/live/storage"
	"swarmsim/cmd/flags"
	"swarmsim/sim/scenario"
)

// liveJob is a torrent that a command downloads or seeds.
type liveJob struct {
	source   *liveSource
	options  live.Options
	torrent  *live.Torrent
	recorder *observe.Recorder // nil for none

	began     time.Time     // when the files had been checked; zero before
	completed time.Time     // when all that is wanted was there; zero before
	took      time.Duration // of the download
	ended     bool          // the goal is reached, or it has failed
	err       error         // why it has failed

	warned map[string]bool // trackers that the user has been warned of
}

// seedGoal says how long a complete torrent is uploaded.
type seedGoal struct {
	seed  bool              // until it is interrupted, unless another goal is reached
	ratio float64           // uploaded over the size of what was wanted; 0 for no limit
	time  scenario.Duration // since it was complete; 0 for no limit
}

func (g *seedGoal) add(c *cobra.Command) {
	c.Flags().Var(flags.Parsed(&g.ratio, "ratio", "1.5", parseRatio), "seed-ratio", "upload until this many copies have been sent")
	c.Flags().Var(flags.Quantity(&g.time, "duration", "1h"), "seed-time", "upload for this time after the last file is complete")
}

func parseRatio(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || !(x > 0 && x <= 1e6) {
		return 0, fmt.Errorf("%q is not a number of copies above 0, such as 1.5", text)
	}
	return x, nil
}

// stays reports whether complete torrents are uploaded.
func (g *seedGoal) stays() bool { return g.seed || g.ratio > 0 || g.time > 0 }

// reached reports whether a complete torrent has been uploaded for long enough.
func (g *seedGoal) reached(j *liveJob, x *live.Stats, now time.Time) bool {
	return g.ratio > 0 && ratio(x) >= g.ratio || g.time > 0 && now.Sub(j.completed) >= g.time.Std()
}

// ratio returns the uploaded bytes over the size of the wanted files.
func ratio(x *live.Stats) float64 {
	size := x.Wanted
	if size == 0 {
		size = x.Length
	}
	return float64(x.Uploaded) / max(float64(size), 1)
}

// start adds the torrent to a session.
func (j *liveJob) start(s *live.Session) (err error) {
	if j.recorder != nil {
		j.options.Trace = j.recorder
	}
	if j.source.meta != nil {
		j.torrent, err = s.Add(j.source.meta, j.options)
	} else {
		j.torrent, err = s.AddMagnet(j.source.magnet, j.options)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", j.source.name(), err)
	}
	if j.recorder != nil {
		j.recorder.Follow(j.torrent)
	}
	return nil
}

// update notes what has happened since the last update, and prints warnings and the completion.
func (j *liveJob) update(now time.Time, goal *seedGoal, show display) {
	if j.ended {
		return
	}
	if err := j.torrent.Err(); err != nil {
		j.fail(err)
		return
	}
	state, x := j.torrent.State(), j.torrent.Stats()
	if j.began.IsZero() && (state == live.Downloading || state == live.Seeding) {
		j.began = now
	}
	j.warnOfTrackers(show)
	if state != live.Seeding {
		return
	}
	if j.completed.IsZero() {
		j.completed, j.took = now, cmp.Or(now.Sub(j.began), x.Time) // a short download ends before the first update
		if j.options.ReadOnly {
			j.checkSeed(&x, show)
		} else if goal.stays() {
			show.note(completionText(j, &x))
		}
	}
	j.ended = j.ended || goal.stays() && goal.reached(j, &x, now)
}

// checkSeed looks at what a seed has.
func (j *liveJob) checkSeed(x *live.Stats, show display) {
	switch {
	case x.Have == 0 && x.Pieces > 0:
		j.fail(errors.New("the files that are there have no piece of the torrent; swarmsim torrent verify says which differ"))
	case x.Have < x.Pieces:
		show.warn(fmt.Sprintf("%s: %d of %d pieces are missing or differ; the others are uploaded", j.torrent.Name(), x.Pieces-x.Have, x.Pieces))
	}
}

// fail notes why the torrent cannot go on.
func (j *liveJob) fail(err error) {
	j.ended = true
	var disk *storage.Error
	if errors.As(err, &disk) {
		err = fmt.Errorf("cannot %s %q: %w; what is verified is kept, and the same command continues", disk.Op, disk.File, disk.Err)
	}
	j.err = fmt.Errorf("%s: %w", j.torrent.Name(), err)
}

// maxTrackerWarnings bounds the warnings of a torrent's trackers.
const maxTrackerWarnings = 3

// warnOfTrackers prints, once, why a tracker does not answer, unless another one does.
func (j *liveJob) warnOfTrackers(show display) {
	all := j.torrent.Trackers()
	for i := range all {
		if all[i].Err == nil && all[i].Warning == "" {
			return
		}
	}
	for i := range all {
		s := &all[i]
		if j.warned[s.URL] || len(j.warned) >= maxTrackerWarnings || errors.Is(s.Err, context.Canceled) {
			continue
		}
		if j.warned == nil {
			j.warned = map[string]bool{}
		}
		j.warned[s.URL] = true
		switch {
		case s.Err != nil && strings.Contains(s.Err.Error(), s.Host()):
			show.warn(fmt.Sprintf("%s: no answer from a tracker: %v", j.torrent.Name(), s.Err))
		case s.Err != nil:
			show.warn(fmt.Sprintf("%s: no answer from the tracker %s: %v", j.torrent.Name(), s.Host(), s.Err))
		default:
			show.warn(fmt.Sprintf("%s: the tracker %s says: %s", j.torrent.Name(), s.Host(), s.Warning))
		}
	}
}

// isComplete reports whether all that is wanted is there.
func (j *liveJob) isComplete() bool { return !j.completed.IsZero() && j.err == nil }

// result returns why the torrent is not complete; nil if it is.
func (j *liveJob) result() error {
	switch {
	case j.err != nil || j.isComplete():
		return j.err
	case j.torrent == nil:
		return fmt.Errorf("%s: interrupted before it began", j.source.name())
	case j.torrent.Meta() == nil:
		return fmt.Errorf("%s: interrupted before a peer had sent the torrent's description", j.torrent.Name())
	case j.began.IsZero():
		return fmt.Errorf("%s: interrupted while the files were checked; the same command continues", j.torrent.Name())
	}
	x := j.torrent.Stats()
	return fmt.Errorf("%s: interrupted with %.1f %% of the files; the same command continues", j.torrent.Name(), percentDone(&x))
}

package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
)

const (
	closeTimeout   = 5 * time.Second // that trackers have to hear that the program ends
	slowClose      = time.Second
	updateInterval = 100 * time.Millisecond
	defaultPort    = 6881
)

// exchange downloads and uploads torrents until all have reached the goal, or it is interrupted.
func (f *liveFlags) exchange(cmd *cobra.Command, jobs []*liveJob) error {
	described, strategies, err := f.client()
	if err != nil {
		return err
	}
	show := f.display(cmd)
	record, err := f.newRecord(jobs, described)
	if err != nil {
		return err
	}
	defer record.discard()
	s, err := f.session(slog.NewTextHandler(show.log(), nil), strategies)
	if err != nil {
		return err
	}
	if port := s.Addrs()[0].Port(); len(f.listen) == 0 && port != defaultPort {
		show.warn(fmt.Sprintf("port %d is taken; peers are accepted at port %d", defaultPort, port))
	}
	err = f.play(cmd.Context(), s, jobs, show)
	if err == nil {
		record.sample()
	}
	if state := s.DHTState(); !f.noDHT {
		if err := saveDHT(state); err != nil {
			show.warn(fmt.Sprintf("the nodes of the DHT are not kept for the next run: %v", err))
		}
	}
	slow := time.AfterFunc(slowClose, func() { show.note("telling the trackers; Ctrl-C ends at once") })
	err = errors.Join(err, closeSession(cmd.Context(), s, jobs, show))
	slow.Stop()
	show.end(jobs)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		err = errors.Join(err, j.result())
	}
	return errors.Join(err, record.write(cmd, f, jobs))
}

// closeSession ends the session: torrents announce that they stop, and write what is needed to
// resume. What is wrong with a torrent is known already, unless it is that the resume file cannot be
// written: then the files are hashed the next time, which is all that it costs a seed.
func closeSession(ctx context.Context, s *live.Session, jobs []*liveJob, show display) error {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	err := s.Close(closing)
	known := false
	for _, j := range jobs {
		var failure error
		if j.torrent != nil {
			failure = j.torrent.Err()
		}
		switch {
		case failure == nil || j.err != nil:
		case j.options.ReadOnly:
			show.warn(fmt.Sprintf("%s: the files will be hashed again: %v", j.torrent.Name(), failure))
		default:
			j.fail(failure)
		}
		known = known || failure != nil
	}
	if known { // err has the same
		return nil
	}
	return err
}

// play starts the torrents and shows them until they have ended or ctx does.
func (f *liveFlags) play(ctx context.Context, s *live.Session, jobs []*liveJob, show display) error {
	wake := make(chan struct{}, 1)
	for _, j := range jobs {
		if err := j.start(s); err != nil {
			return err
		}
		j.torrent.AddPeers(f.peers)
		go func() {
			<-j.torrent.Done() // closed at the latest when the session is
			select {
			case wake <- struct{}{}:
			default:
			}
		}()
	}
	ticker := time.NewTicker(updateInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-wake:
		case <-ctx.Done():
			f.update(ctx, jobs, show) // they may have ended just now
			return nil
		}
		if f.update(ctx, jobs, show) {
			return nil
		}
		show.update(jobs)
	}
}

// update updates all torrents and closes those that have ended while others go on. It reports whether
// none goes on.
func (f *liveFlags) update(ctx context.Context, jobs []*liveJob, show display) (over bool) {
	now := time.Now()
	over = true
	var ended []*liveJob
	for _, j := range jobs {
		before := j.ended
		j.update(now, &f.goal, show)
		if j.ended && !before {
			ended = append(ended, j)
		}
		over = over && (j.ended || !f.goal.stays() && j.isComplete())
	}
	for _, j := range ended {
		if !over {
			go j.torrent.Close(context.WithoutCancel(ctx)) // the session waits for it
		}
	}
	return over
}

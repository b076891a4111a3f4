package testbed

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"swarmsim/sim/record"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/netns"
)

// peer is a peer of a run.
type peer struct {
	planned
	index     int
	namespace *netns.Namespace
	process   *driver.Process
}

// folders returns the peer's folders for content and for its client's state, below the work folder.
func (p *peer) folders(work string) (data, state string) {
	dir := filepath.Join(work, fmt.Sprintf("p%d", p.index+1))
	return filepath.Join(dir, "data"), filepath.Join(dir, "state")
}

// prepare makes the peer's folders, and gives a seed a copy of the content: clients may write to it.
func (p *peer) prepare(work string, c *content) error {
	data, state := p.folders(work)
	if err := errors.Join(os.MkdirAll(data, 0o755), os.MkdirAll(state, 0o755)); err != nil || !p.seed {
		return err
	}
	return copyTree(os.DirFS(c.folder), ".", data)
}

// start starts the peer's client.
func (p *peer) start(ctx context.Context, work string, c *content) (err error) {
	data, state := p.folders(work)
	p.process, err = p.driver.Start(ctx, driver.Job{
		Torrent: c.torrent, Folder: data, Work: state, Listen: p.addr, Seed: p.seed,
		Spawn: p.namespace.Spawn, Dial: p.namespace.Dial,
	})
	return err
}

// live runs the client from its arrival to its departure, or until ctx ends.
func (s *swarm) live(ctx context.Context, p *peer, seeded bool) error {
	if !seeded { // a seed from the start runs already
		if !sleep(ctx, time.Until(s.start.Add(p.arriveAt))) {
			return nil
		}
		s.arrive(p)
		if err := p.start(ctx, s.work, s.content); err != nil {
			return err
		}
		p.process.Observe(func(r driver.Progress) { s.observe(p, r) })
	}
	var giveUp, stay <-chan time.Time // a nil channel is never ready
	if p.giveUp >= 0 && !p.seed {
		giveUp = time.After(p.giveUp)
	}
	done := p.process.Done()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.process.Exited():
			return p.process.Err()
		case <-giveUp:
			return s.leave(p, record.GaveUp)
		case <-done:
			done, giveUp = nil, nil
			if p.stay >= 0 {
				stay = time.After(p.stay)
			}
		case <-stay:
			return s.leave(p, record.Left)
		}
	}
}

// leave ends a peer's client, with a final announce unless it crashes.
func (s *swarm) leave(p *peer, outcome record.Outcome) error {
	if p.crash {
		outcome = record.Crashed
	}
	s.depart(p, outcome)
	if p.crash {
		p.process.Kill()
		return nil
	}
	return p.process.Stop(context.Background())
}

// sleep waits for a time and reports whether ctx has not ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

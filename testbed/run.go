package testbed

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/emulator"
	"swarmsim/testbed/netns"
	"swarmsim/testbed/recorder"
	"swarmsim/tracker/live"
)

// Options are what a run needs beside its plan.
type Options struct {
	Files    fs.FS             // holds the files of content.path
	Dir      string            // that relative paths start from
	Work     string            // an existing folder for content, copies and the clients' logs
	Create   record.Create     // creates the files of the record
	Versions map[string]string // of clients, from Installed
	Progress func(Progress)    // called about four times a second; may be nil
}

// Progress is how far a run is.
type Progress struct {
	Now time.Duration
	recorder.Progress
}

// Result is the outcome of a run.
type Result struct {
	Summary record.Summary
	Testbed record.Testbed
}

// Run plays the plan. It takes as long as the swarm does. When ctx ends, the record covers the time
// until then and is marked as incomplete.
func (p *Plan) Run(ctx context.Context, o Options) (*Result, error) {
	announce := fmt.Sprintf("http://%v/announce", p.trackerAddr())
	c, err := makeContent(ctx, p.scenario, o.Files, o.Dir, o.Work, announce)
	if err != nil {
		return nil, err
	}
	s := newSwarm(p, c, o.Work)
	for _, x := range s.peers {
		if err := x.prepare(o.Work, c); err != nil {
			return nil, err
		}
	}
	r := &run{plan: p, options: o, swarm: s}
	defer r.close()
	if err := r.connect(); err != nil {
		return nil, err
	}
	return r.play(ctx)
}

// run is a run in progress.
type run struct {
	plan    *Plan
	options Options
	swarm   *swarm

	namespaces []*netns.Namespace // the tracker's, and one for each peer
	tracker    *live.Server
	emulator   *emulator.Process
	links      emulator.Stats // as measured last
}

// measureLinks takes the emulator's statistics.
func (r *run) measureLinks() error {
	stats, err := r.emulator.Stats()
	if err != nil {
		return err
	}
	r.links = stats
	traffic := make([]recorder.Traffic, len(stats.Hosts))
	for i, h := range stats.Hosts {
		traffic[i] = recorder.Traffic{Sent: h.SentBytes, Received: h.ReceivedBytes}
	}
	r.swarm.recorder.Links(traffic)
	return nil
}

// connect makes the namespaces, joins them and starts the tracker.
func (r *run) connect() error {
	var tuns []int
	addrs := []netip.Addr{r.plan.trackerAddr().Addr()}
	for i := range r.plan.peers {
		addrs = append(addrs, r.plan.peers[i].addr.Addr())
	}
	for i, addr := range addrs {
		n, err := netns.New(netip.PrefixFrom(addr, r.plan.network.Bits()), string(r.plan.scenario.Network.Congestion))
		if err != nil {
			return err
		}
		r.namespaces = append(r.namespaces, n)
		tuns = append(tuns, n.TUN())
		if i > 0 {
			r.swarm.peers[i-1].namespace = n
		}
	}
	var err error
	if r.emulator, err = emulator.Start(r.plan.emulated(tuns)); err != nil {
		return err
	}
	return r.serveTracker()
}

func (r *run) serveTracker() error {
	t := &r.plan.scenario.Tracker
	return r.namespaces[0].Do(func() (err error) {
		r.tracker, err = live.New(live.Config{
			Listen: []string{r.plan.trackerAddr().String()}, NoUDP: true,
			Interval: t.Interval.Std(), MinInterval: t.MinInterval.Std(), Expire: t.Expire.Std(), MaxPeers: t.MaxPeers,
		})
		return err
	})
}

// close ends what connect has begun.
func (r *run) close() {
	if r.tracker != nil {
		r.tracker.Close()
	}
	if r.emulator != nil {
		r.emulator.Stop() // what it has counted is in the record
	}
	for _, n := range r.namespaces {
		n.Close()
	}
}

// play runs the peers to the end and writes the record.
func (r *run) play(ctx context.Context) (*Result, error) {
	s := r.swarm
	peersCtx, stopPeers := context.WithCancelCause(context.Background())
	defer stopPeers(nil)
	seeded, err := r.startSeeds(ctx, peersCtx)
	if err != nil {
		return nil, errors.Join(err, s.stopAll())
	}
	var names []string
	for i := range s.scenario.Groups {
		names = append(names, s.scenario.Groups[i].Name)
	}
	writer := record.NewWriter(r.options.Create, names, false, false, false)
	text, err := s.scenario.Print()
	if err != nil {
		return nil, errors.Join(err, s.stopAll())
	}
	writer.Scenario(text)

	var running sync.WaitGroup
	for _, p := range s.peers {
		running.Go(func() {
			if err := s.live(peersCtx, p, seeded[p]); err != nil {
				stopPeers(err)
			}
		})
	}
	ending := r.watch(ctx, peersCtx, writer)
	now := s.now()
	failure := context.Cause(peersCtx)
	if failure == nil && ending != record.Interrupted {
		time.Sleep(lastReports)
	}
	failure = errors.Join(failure, r.measureLinks())
	result := r.result(now, ending)
	stopPeers(nil)
	running.Wait()
	if err := errors.Join(failure, s.stopAll()); err != nil {
		return nil, err
	}
	s.recorder.WritePeers(writer)
	return result, writer.Close(&result.Summary)
}

// lastReports is how long the run waits for the clients' reports after its end, so that what they
// have sent until then is counted.
const lastReports = 600 * time.Millisecond

// seedTimeout bounds how long seeds may take to start, hash their content and announce.
const seedTimeout = 2 * time.Minute

// startSeeds starts the seeds that arrive at 0 s, waits until the tracker lists them, and starts the
// clock.
func (r *run) startSeeds(ctx, peersCtx context.Context) (map[*peer]bool, error) {
	s := r.swarm
	started := map[*peer]bool{}
	for _, p := range s.peers {
		if !p.seed || p.arriveAt > 0 {
			continue
		}
		if err := p.start(peersCtx, s.work, s.content); err != nil {
			return nil, err
		}
		started[p] = true
	}
	ctx, cancel := context.WithTimeout(ctx, seedTimeout)
	defer cancel()
	for int(r.tracker.Stats().Seeds) < len(started) {
		for p := range started {
			if err := p.process.Err(); err != nil {
				return nil, err
			}
		}
		if !sleep(ctx, 10*time.Millisecond) {
			return nil, fmt.Errorf("only %d of %d seeds announced themselves within %v; their logs are in %s",
				r.tracker.Stats().Seeds, len(started), seedTimeout, s.work)
		}
	}
	s.start = time.Now()
	for p := range started {
		s.arrive(p)
		p.process.Observe(func(x driver.Progress) { s.observe(p, x) })
	}
	return started, nil
}

// progressInterval is the time between calls of Options.Progress.
const progressInterval = 250 * time.Millisecond

// watch writes samples until the run ends, and returns why it has ended.
func (r *run) watch(ctx, peersCtx context.Context, writer *record.Writer) record.Ending {
	s := r.swarm
	interval := s.scenario.Record.Interval.Std()
	next := interval
	deadline := time.NewTimer(s.scenario.Stop.Deadline.Std())
	defer deadline.Stop()
	show := time.NewTicker(progressInterval)
	defer show.Stop()
	allDone := s.recorder.Done()
	if s.scenario.Stop.When != scenario.StopDone {
		allDone = nil
	}
	for {
		due := time.NewTimer(time.Until(s.start.Add(next)))
		select {
		case <-due.C:
			if r.measureLinks() != nil {
				return record.Interrupted // and play finds the same error
			}
			writer.Sample(s.recorder.Sample(next))
			next += interval
		case <-show.C:
			if r.options.Progress != nil {
				r.options.Progress(s.report())
			}
		case <-allDone:
			return record.Done
		case <-deadline.C:
			return record.AtDeadline
		case <-ctx.Done():
			return record.Interrupted
		case <-peersCtx.Done():
			return record.Interrupted
		}
		due.Stop()
	}
}

// report returns the progress of the run.
func (s *swarm) report() Progress { return Progress{Now: s.now(), Progress: s.recorder.Progress()} }

// stopAll stops the clients that still run.
func (s *swarm) stopAll() error {
	var stopping sync.WaitGroup
	errs := make([]error, len(s.peers))
	for i, p := range s.peers {
		if p.process != nil {
			stopping.Go(func() { errs[i] = p.process.Stop(context.Background()) })
		}
	}
	stopping.Wait()
	return errors.Join(errs...)
}

// clients describes the clients of a run.
func (r *run) clients() []record.TestbedClient {
	count := map[string]int{}
	for i := range r.plan.peers {
		count[r.plan.peers[i].driver.Name()]++
	}
	var out []record.TestbedClient
	for _, name := range slices.Sorted(maps.Keys(count)) {
		out = append(out, record.TestbedClient{Name: name, Version: r.options.Versions[name], Peers: count[name]})
	}
	return out
}

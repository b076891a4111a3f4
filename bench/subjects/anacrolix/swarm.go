package main

import (
	"errors"
	"fmt"
	"net/netip"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/sim"
	"swarmsim/sim/draw"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/gonet"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/recorder"
)

// swarm is a run in progress.
type swarm struct {
	scenario *scenario.Scenario
	content  *content
	network  *gonet.Network
	tracker  *gonet.Host
	peers    []*peer
	recorder *recorder.Recorder
	samples  []*record.Sample
	last     time.Duration // completion
	failed   chan error
}

// outcome is what a run gives.
type outcome struct {
	swarm   *swarm
	summary record.Summary
	last    time.Duration // completion, since the start
	cpu     time.Duration // that it took
}

// gcPercent keeps a hundred clients in 2.5 GB instead of 3.7, and costs no time that can be measured.
const gcPercent = 40

// play plays a scenario in a bubble of virtual time, whose clock advances whenever all goroutines are
// blocked. give is called in it, at the end. One core is used: with more, Go's scheduler would spend CPU
// time on looking for work at every step of that clock.
func play(s *scenario.Scenario, give func(*outcome, error)) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(gcPercent))
	c, err := newContent(int64(s.Content.Size), int64(s.Content.Piece), s.Content.Private)
	if err != nil {
		give(nil, err)
		return
	}
	o := &outcome{}
	cpu := usage.CPU()
	synctest.Test(&testing.T{}, func(*testing.T) {
		w := newSwarm(s, c)
		ending, err := w.run()
		o.swarm = w
		if err == nil {
			o.summary, o.last = w.summary(ending), w.last
			o.cpu = usage.CPU() - cpu
		}
		give(o, err)
		w.close()
	})
}

// newSwarm makes the network, the tracker's host 0 and a host for each peer.
func newSwarm(s *scenario.Scenario, c *content) *swarm {
	var groupOf []int
	for i := range s.Groups {
		groupOf = append(groupOf, slices.Repeat([]int{i}, s.Groups[i].Count)...)
	}
	latency := draw.NewLatencies(s, groupOf)
	w := &swarm{scenario: s, content: c, failed: make(chan error, 1)}
	net := sim.NewNet(s, latency)
	w.addRouters(net, groupOf)
	w.network = gonet.New(gonet.Config{Net: net, Shortest: latency.Shortest, Longest: latency.Longest})
	addr := netip.MustParseAddr("198.18.0.1") // the block for benchmarks (RFC 2544): no client takes it for a local network
	w.tracker = w.network.Host(addr, netem.Link{UpBytesPerSec: int64(s.Tracker.Up), DownBytesPerSec: int64(s.Tracker.Down)})
	known := recorder.Config{Scenario: s, Length: int64(len(c.data)), Pieces: c.pieces()}
	arrivals := draw.Arrivals(s)
	for i, g := range groupOf {
		p := newPeer(s, i, g, arrivals[i], c.pieces())
		addr = addr.Next()
		p.host = w.network.Host(addr, sim.NewLink(s, p.known.Up, p.known.Down))
		w.peers = append(w.peers, p)
		known.Peers = append(known.Peers, p.known)
	}
	for i := range s.Network.Routers {
		r := &s.Network.Routers[i]
		lane := func(rate scenario.Rate) netem.Lane {
			return netem.Lane{BytesPerSec: int64(rate), QueueBytes: int64(r.Queue)}
		}
		w.network.Router(r.Latency.Std(), lane(r.Up), lane(r.Down))
	}
	w.recorder = recorder.New(known)
	return w
}

// run plays the swarm until it ends.
func (w *swarm) run() (record.Ending, error) {
	if err := startTracker(w.scenario, w.tracker, w.network.Now); err != nil {
		return record.Interrupted, err
	}
	for _, p := range w.peers {
		go w.live(p)
	}
	interval := w.scenario.Record.Interval.Std()
	sample := time.NewTicker(interval)
	defer sample.Stop()
	done := w.recorder.Done()
	if w.scenario.Stop.When != scenario.StopDone {
		done = nil
	}
	deadline := time.NewTimer(w.scenario.Stop.Deadline.Std())
	for at := interval; ; {
		select {
		case <-sample.C:
			w.refresh()
			w.samples = append(w.samples, w.recorder.Sample(at))
			at += interval
		case <-done:
			w.refresh()
			return record.Done, w.check()
		case <-deadline.C:
			w.refresh()
			return record.AtDeadline, w.check()
		case err := <-w.failed:
			return record.Interrupted, err
		}
	}
}

// live runs a peer from its arrival to its departure.
func (w *swarm) live(p *peer) {
	time.Sleep(p.arriveAt)
	w.recorder.Arrive(p.index, w.network.Now())
	if err := p.start(w.content, w.clientOf(p), fmt.Sprintf("http://%v:%d/announce", w.tracker.Addr(), trackerPort)); err != nil {
		w.fail(fmt.Errorf("peer %d: %w", p.index+1, err))
		return
	}
	var giveUp, stay <-chan time.Time // a nil channel is never ready
	if p.known.Seed && p.stay >= 0 {
		stay = time.After(p.stay)
	}
	if !p.known.Seed && p.giveUp >= 0 {
		giveUp = time.After(p.giveUp)
	}
	for {
		select {
		case piece := <-p.verified:
			complete := p.verify(piece, w.content)
			w.reportPiece(p, complete)
			if complete && p.stay >= 0 {
				stay, giveUp = time.After(p.stay), nil
			}
		case <-giveUp:
			w.leave(p)
			return
		case <-stay:
			w.leave(p)
			return
		}
	}
}

func (w *swarm) clientOf(p *peer) *scenario.Client {
	if p.group.Client != nil {
		return p.group.Client
	}
	return &w.scenario.Client
}

// leave ends a peer's client.
func (w *swarm) leave(p *peer) {
	w.recorder.Observe(p.index, w.network.Now(), p.progress(w.content))
	at := w.network.Now()
	w.recorder.Depart(p.index, at, p.stop())
}

// reportPiece reports a piece that a peer has verified now. What the seeds have sent by then matters
// too, and at a completion what all have.
func (w *swarm) reportPiece(p *peer, complete bool) {
	now := w.network.Now()
	for _, other := range w.peers {
		if other != p && (complete || other.known.Seed) {
			w.recorder.Observe(other.index, now, other.progress(w.content))
		}
	}
	w.recorder.Observe(p.index, now, p.progress(w.content))
	if complete {
		w.last = now
	}
}

// refresh takes the progress of all peers, and the bytes on the links.
func (w *swarm) refresh() {
	now := w.network.Now()
	traffic := []recorder.Traffic{trafficOf(w.tracker)}
	for _, p := range w.peers {
		w.recorder.Observe(p.index, now, p.progress(w.content))
		traffic = append(traffic, trafficOf(p.host))
	}
	w.recorder.Links(traffic)
}

func trafficOf(h *gonet.Host) recorder.Traffic {
	t := h.Traffic()
	return recorder.Traffic{Sent: t.WireSent, Received: t.WireReceived}
}

// check returns an error unless every leecher that is complete has the content, byte for byte.
func (w *swarm) check() error {
	for _, p := range w.peers {
		if p.known.Seed || p.have < w.content.pieces() {
			continue
		}
		if !p.store.intact() {
			return fmt.Errorf("peer %d says that it is complete, and its content differs from the seed's", p.index+1)
		}
	}
	return nil
}

func (w *swarm) fail(err error) {
	select {
	case w.failed <- err:
	default:
	}
}

// summary returns the summary of a run that ends now.
func (w *swarm) summary(ending record.Ending) record.Summary {
	sum := w.recorder.Summary(w.network.Now(), ending)
	sum.Measured = false // it has played in virtual time
	sum.Notes = []string{fmt.Sprintf("played by anacrolix/torrent %s in full (%d peers), in virtual time", clientVersion(), len(w.peers))}
	return sum
}

// close ends the clients and the network.
func (w *swarm) close() {
	for _, p := range w.peers {
		if p.client != nil {
			p.client.Close()
		}
	}
	time.Sleep(time.Hour) // some goroutines of the client end only when their timers fire
	w.network.Close()
}

// save writes the record into a folder; "" for none.
func (o *outcome) save(path string) error {
	if path == "" {
		return nil
	}
	s := o.swarm.scenario
	folder, err := results.NewRun(path, s.Name, true)
	if err != nil {
		return err
	}
	defer folder.Discard()
	var groups []string
	for i := range s.Groups {
		groups = append(groups, s.Groups[i].Name)
	}
	w := record.NewWriter(folder.Create, groups, false, false, false)
	text, err := s.Print()
	if err != nil {
		return err
	}
	w.Scenario(text)
	for _, x := range o.swarm.samples {
		w.Sample(x)
	}
	o.swarm.recorder.WritePeers(w)
	meta := &record.Meta{
		CPUS: o.cpu.Seconds(), PeakRSSBytes: usage.PeakRSS(), Workers: 1,
		Version: "anacrolix/torrent " + clientVersion(), GoVersion: runtime.Version(),
	}
	if o.cpu > 0 {
		meta.BlocksPerCPUS = float64(o.summary.Blocks.Delivered) / o.cpu.Seconds()
	}
	return errors.Join(w.Close(&o.summary), record.WriteMeta(folder.Create, meta), folder.Commit())
}

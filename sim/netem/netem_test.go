package netem

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
)

// lab is a small network with scripted applications.
type lab struct {
	net    *Net
	engine *engine.Engine[Packet]
	apps   []*app
	router *Router // if there is one
}

// app does what its functions say and counts what it sees.
type app struct {
	lab      *lab
	host     *Host
	start    func(a *app)
	opened   func(a *app, c ConnID, dialed bool)
	received func(a *app, c ConnID, m Message)
	sent     func(a *app, c ConnID)
	plan     []timed
	opens    []time.Duration
	failed   []time.Duration
	closed   []time.Duration
	bytes    map[engine.HostID]int64 // received from each host
	order    []uint32                // X of the messages received
	blobs    []string
}

type timed struct {
	at time.Duration
	do func(a *app)
}

func (a *app) Opened(c ConnID, _ engine.HostID, dialed bool) {
	a.opens = append(a.opens, a.host.Now())
	if a.opened != nil {
		a.opened(a, c, dialed)
	}
}
func (a *app) DialFailed(ConnID, engine.HostID) { a.failed = append(a.failed, a.host.Now()) }
func (a *app) Closed(ConnID)                    { a.closed = append(a.closed, a.host.Now()) }
func (a *app) Received(c ConnID, m *Message, blob []byte) {
	a.bytes[a.host.Remote(c)] += int64(m.Bytes)
	a.order = append(a.order, m.X)
	if blob != nil {
		a.blobs = append(a.blobs, string(blob))
	}
	if a.received != nil {
		a.received(a, c, *m)
	}
}
func (a *app) Sent(c ConnID, _ *Message) {
	if a.sent != nil {
		a.sent(a, c)
	}
}

func (a *app) Tick() {
	if a.start != nil {
		a.start(a)
		a.start = nil
	}
	for len(a.plan) > 0 && a.plan[0].at <= a.host.Now() {
		a.plan[0].do(a)
		a.plan = a.plan[1:]
	}
	if len(a.plan) > 0 {
		a.host.TickAt(a.plan[0].at)
	}
}

func newLab(delay time.Duration, segment, window uint32) *lab {
	l := &lab{net: &Net{Delay: func(_, _ engine.HostID) time.Duration { return delay }, Segment: segment, Window: window}}
	l.engine = engine.New[Packet](engine.Config{Lookahead: delay, Workers: 1, Horizon: 2 * delay})
	return l
}

func (l *lab) add(up, down int64) *app {
	return l.addLink(Link{UpBytesPerSec: up, DownBytesPerSec: down})
}

func (l *lab) addLink(k Link) *app {
	a := &app{lab: l, bytes: map[engine.HostID]int64{}}
	a.host = NewHost(l.net, k, a)
	a.host.TickAt(0)
	a.host.Start(l.engine.Add(a.host, 0))
	l.apps = append(l.apps, a)
	return a
}

func (l *lab) run(until time.Duration) {
	l.engine.Run(until, func(time.Duration) bool { return true })
}

const block = 16<<10 + 13

// feed keeps a connection supplied with blocks.
func feed(a *app, c ConnID) { a.host.Send(c, &Message{Bytes: block, Notify: true}, nil) }

// dialAll opens n connections to host 0.
func dialAll(n int) func(*app) {
	return func(a *app) {
		for range n {
			a.host.Dial(0, 10*time.Second)
		}
	}
}

// A saturated uplink carries its rate: within 0.5 %, headers included.
func TestUplinkCarriesItsRate(t *testing.T) {
	for _, segment := range []uint32{packet.MaxSegment, 4096, 16 << 10} {
		l := newLab(25*time.Millisecond, segment, 256<<10)
		to := l.add(100e6, 100e6)
		from := l.add(1e6, 1e6)
		from.start = dialAll(3)
		from.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
		from.sent = feed
		l.run(100 * time.Second)
		wire := float64(from.host.Traffic.WireSent)
		if wire < 0.995*100e6 || wire > 1.005*100e6 {
			t.Errorf("segments of %d: %.0f bytes in 100 s on a link of 1 MB/s", segment, wire)
		}
		// Of 1,500 bytes, 1,448 are payload: what real clients' traffic shows.
		payload := float64(to.bytes[1])
		if share := payload / wire; share < 0.955 || share > 1448.0/1500 {
			t.Errorf("segments of %d: %.4f of the link is stream, at most %.4f can be", segment, share, 1448.0/1500)
		}
	}
}

// A slow downlink is carried full as well, and never beyond its rate.
func TestDownlinkCarriesItsRate(t *testing.T) {
	l := newLab(25*time.Millisecond, 16<<10, 256<<10)
	to := l.add(1e6, 1e6)
	from := l.add(10e6, 10e6)
	from.start = dialAll(2)
	from.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
	from.sent = feed
	l.run(100 * time.Second)
	if got := float64(to.host.Traffic.WireReceived); got < 0.995*100e6 || got > 1.0001*100e6 {
		t.Errorf("%.0f bytes in 100 s on a link of 1 MB/s", got)
	}
}

// Fifty connections share an uplink for 300 s: each gets within 10 % of a fair
// share, and none starves.
func TestFiftyConnectionsShareFairly(t *testing.T) {
	l := newLab(25*time.Millisecond, 16<<10, 256<<10)
	from := l.add(1e6, 1e6)
	from.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
	from.sent = feed
	for range 50 {
		l.add(1e6, 4e6).start = dialAll(1)
	}
	l.run(300 * time.Second)
	fair := 300e6 * 1448 / 1500 / 50
	for _, a := range l.apps[1:] {
		if got := float64(a.bytes[0]); got < 0.9*fair || got > 1.1*fair {
			t.Errorf("host %d got %.0f bytes; %.0f would be fair", a.host.ID(), got, fair)
		}
	}
}

// Setting up a connection takes the dialer a round trip, and the other end a
// one-way trip more.
func TestDialTakesARoundTrip(t *testing.T) {
	l := newLab(40*time.Millisecond, 16<<10, 256<<10)
	to := l.add(1e6, 1e6)
	from := l.add(1e6, 1e6)
	from.start = dialAll(1)
	l.run(time.Second)
	perPacket := time.Duration(packet.Headers) * time.Microsecond // at 1 MB/s
	want := []time.Duration{2*40*time.Millisecond + 4*perPacket, 3*40*time.Millisecond + 6*perPacket}
	if len(from.opens) != 1 || len(to.opens) != 1 || from.opens[0] != want[0] || to.opens[0] != want[1] {
		t.Errorf("opened at %v and %v, want %v", from.opens, to.opens, want)
	}
	if cost := from.host.Traffic.WireSent + to.host.Traffic.WireSent; cost != 3*packet.Headers {
		t.Errorf("it cost %d bytes, want three packets of %d", cost, packet.Headers)
	}
}

func TestDialRefusedOrUnanswered(t *testing.T) {
	l := newLab(40*time.Millisecond, 16<<10, 256<<10)
	deaf, off := l.add(1e6, 1e6), l.add(1e6, 1e6)
	deaf.host.Listen(false)
	off.start = func(a *app) { a.host.Off() }
	from := l.add(1e6, 1e6)
	from.start = func(a *app) {
		a.host.Dial(0, 5*time.Second)
		a.host.Dial(1, 5*time.Second)
	}
	l.run(20 * time.Second)
	if len(from.failed) != 2 || from.failed[0] > 100*time.Millisecond || from.failed[1] != 5*time.Second {
		t.Errorf("dials failed at %v; want one after a round trip, one after 5 s", from.failed)
	}
}

// Messages arrive in order with what they carry, whatever the segment size and
// however small the window.
func TestStreamKeepsOrder(t *testing.T) {
	for i, segment := range []uint32{packet.MaxSegment, 16 << 10, packet.MaxSegment, 16 << 10, packet.MaxSegment} {
		l := newLab(10*time.Millisecond, segment, 4<<10)
		if i >= 2 { // a path that loses much
			l.net.Transport, l.net.Loss, l.net.Jitter = Cubic, 0.1, 5*time.Millisecond
		}
		if i == 4 {
			l.net.Transport = Ledbat
		}
		to := l.add(1e6, 1e6)
		from := l.add(1e6, 1e6)
		from.start = dialAll(1)
		from.opened = func(a *app, c ConnID, _ bool) {
			for i := range 500 {
				m := Message{Bytes: uint32(5 + i%7*3000), X: uint32(i)}
				a.host.Send(c, &m, fmt.Appendf(nil, "%d", i))
			}
		}
		l.run(300 * time.Second)
		if len(to.order) != 500 {
			t.Fatalf("segments of %d: %d of 500 messages arrived", segment, len(to.order))
		}
		for i, x := range to.order {
			if x != uint32(i) || to.blobs[i] != fmt.Sprint(i) {
				t.Fatalf("segments of %d: message %d with %q came in place %d", segment, x, to.blobs[i], i)
			}
		}
	}
}

// A window bounds what is in flight: with a long path the rate is a window a
// round trip.
func TestWindowLimitsRate(t *testing.T) {
	l := newLab(500*time.Millisecond, 16<<10, 64<<10)
	l.add(100e6, 100e6)
	from := l.add(100e6, 100e6)
	from.start = dialAll(1)
	from.opened = func(a *app, c ConnID, _ bool) { feed(a, c) }
	from.sent = feed
	l.run(101 * time.Second)
	got := float64(l.apps[0].bytes[1]) / 100
	if want := float64(64 << 10); got < 0.9*want || got > 1.3*want { // a segment may overshoot the window
		t.Errorf("%.0f bytes a round trip of 1 s, window %.0f", got, want)
	}
}

// A split stalls what crosses it, and nothing is lost: after it heals the
// stream goes on where it was.
func TestSplitHeals(t *testing.T) {
	l := newLab(10*time.Millisecond, 16<<10, 256<<10)
	l.net.Splits = []Split{{5 * time.Second, 15 * time.Second, func(id engine.HostID) bool { return id == 0 }}}
	to := l.add(1e6, 1e6)
	from := l.add(1e6, 1e6)
	from.start = dialAll(1)
	n := uint32(0)
	next := func(a *app, c ConnID) {
		a.host.Send(c, &Message{Bytes: block, X: n, Notify: true}, nil)
		n++
	}
	from.opened = func(a *app, c ConnID, _ bool) { next(a, c) }
	from.sent = next
	l.run(20 * time.Second)
	for i, x := range to.order {
		if x != uint32(i) {
			t.Fatalf("message %d came in place %d", x, i)
		}
	}
	if want := 10e6 * 1448 / 1500; float64(to.bytes[1]) < 0.97*want || float64(to.bytes[1]) > want*1.03 {
		t.Errorf("%d bytes arrived; 10 of 20 s were open, for about %.0f", to.bytes[1], want)
	}
}

// A small message waits for the uplink as a split begins: it comes once that heals,
// once, and before what was said after it.
func TestSplitFindsMessagesInTheLine(t *testing.T) {
	l := newLab(10*time.Millisecond, 16<<10, 256<<10)
	l.net.Splits = []Split{{time.Second, 3 * time.Second, func(id engine.HostID) bool { return id == 0 }}}
	to, other, from := l.add(1e6, 1e6), l.add(1e6, 1e6), l.add(16<<10, 1e6) // a block takes a second
	from.start = func(a *app) {
		a.host.Dial(0, time.Second)
		a.host.Dial(1, time.Second)
	}
	say := func(to ConnID, bytes, x uint32) func(*app) {
		return func(a *app) { a.host.Send(to, &Message{Bytes: bytes, X: x}, nil) }
	}
	from.plan = []timed{
		{900 * time.Millisecond, say(1, block, 9)},
		{950 * time.Millisecond, say(0, 17, 1)}, // in the line behind the block
		{2500 * time.Millisecond, say(0, 17, 2)},
	}
	to.received = func(a *app, _ ConnID, m Message) {
		if a.host.Now() < 3*time.Second {
			t.Errorf("message %d crossed the split at %v", m.X, a.host.Now())
		}
	}
	l.run(5 * time.Second)
	if !slices.Equal(to.order, []uint32{1, 2}) || !slices.Equal(other.order, []uint32{9}) {
		t.Errorf("messages %v and %v came, want [1 2] and [9]", to.order, other.order)
	}
}

// Whatever hosts do - dial, send, hang up, crash - bytes sent are bytes
// received, lost or in flight, connection by connection where both ends are
// still there.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		segment := rapid.SampledFrom([]uint32{packet.MaxSegment, 4 << 10, 16 << 10}).Draw(r, "segment")
		l := newLab(7*time.Millisecond, segment, 32<<10)
		l.net.Transport = Transport(rapid.IntRange(int(Ideal), int(Ledbat)).Draw(r, "transport"))
		if l.net.Transport != Ideal {
			l.net.Loss = rapid.SampledFrom([]float64{0, 0.01, 0.3}).Draw(r, "loss")
			l.net.Jitter = rapid.SampledFrom([]time.Duration{0, 20 * time.Millisecond}).Draw(r, "jitter")
			l.net.Seed = seed
		}
		var router engine.HostID
		routed := l.net.Transport != Ideal && rapid.Bool().Draw(r, "router")
		if routed {
			l.net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return router, h < 2 }
		}
		for i := range 5 {
			k := Link{UpBytesPerSec: int64(20_000 + 100_000*i), DownBytesPerSec: int64(300_000 - 50_000*i)}
			if l.net.Transport != Ideal {
				k.UpQueueBytes, k.DownQueueBytes, k.FairQueue = int64(5_000*i), int64(9_000*i), i == 2
			}
			a := l.addLink(k)
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			var open []ConnID
			a.opened = func(_ *app, c ConnID, _ bool) { open = append(open, c) }
			at := time.Duration(0)
			for range 60 {
				at += time.Duration(rng.Int64N(int64(300 * time.Millisecond)))
				a.plan = append(a.plan, timed{at, func(a *app) { a.misbehave(rng, &open) }})
			}
			if rng.IntN(4) == 0 {
				a.plan = append(a.plan, timed{at, func(a *app) { a.host.Off() }})
			}
		}
		if routed {
			l.router = NewRouter(l.net, 7*time.Millisecond, Lane{BytesPerSec: 100e3, QueueBytes: 20e3}, Lane{BytesPerSec: 50e3, QueueBytes: 20e3})
			router = l.engine.Add(l.router, engine.Never)
			l.router.Start(router)
		}
		until := time.Duration(rapid.IntRange(1, 30_000).Draw(r, "ms")) * time.Millisecond
		l.run(until)
		l.checkConservation(r)
	})
}

// check compares what a flow counts with what it keeps.
func (f *flow) check(r *rapid.T) {
	pipe, beyond, missing, at := uint32(0), uint32(0), uint32(0), f.sndUna
	for _, s := range f.unacked[f.firstUnacked:] {
		if before(s.seq, at) {
			r.Fatalf("ranges overlap between %d and %d", s.seq, at)
		}
		at = s.end()
		switch {
		case s.sacked:
			beyond += s.n
		case s.inFlight():
			pipe += s.n
		default:
			missing += s.n
		}
	}
	if before(f.sndNxt, at) || pipe != f.pipe || beyond != f.sacked || missing != f.lost {
		r.Fatalf("%d to %d: on the way %d, beyond a hole %d, missing %d; counted %d, %d, %d", f.sndUna, f.sndNxt, pipe, beyond, missing, f.pipe, f.sacked, f.lost)
	}
}

func (a *app) misbehave(rng *rand.Rand, open *[]ConnID) {
	switch k := rng.IntN(8); {
	case k == 0 || len(*open) == 0:
		a.host.Dial(engine.HostID(rng.IntN(len(a.lab.apps))), time.Second)
	case k == 1:
		i := rng.IntN(len(*open))
		a.host.Close((*open)[i])
		*open = append((*open)[:i], (*open)[i+1:]...)
	default:
		most := 20_000 >> (8 * rng.IntN(2)) // of both kinds, blocks and what is lone
		a.host.Send((*open)[rng.IntN(len(*open))], &Message{Bytes: uint32(1 + rng.IntN(most))}, nil)
	}
}

func (l *lab) checkConservation(r *rapid.T) {
	type end struct{ host, conn, key uint32 }
	type spot struct {
		end
		seq uint32
	}
	flying, acks := map[end]int64{}, map[end]int64{} // towards each end
	lones := map[spot]bool{}                         // where lone messages under way begin
	total := int64(0)
	fly := func(to engine.HostID, p *Packet) {
		flying[end{uint32(to), p.Conn, p.Key}] += int64(p.Bytes)
		acks[end{uint32(to), p.Conn, p.Key}] += int64(p.Ack)
		if p.Kind == Small {
			lones[spot{end{uint32(to), p.Conn, p.Key}, p.Seq}] = true
		}
		total += int64(p.Bytes)
	}
	l.engine.Pending(func(to engine.HostID, e *engine.Event[Packet]) { fly(to, &e.Body) })
	sum := Traffic{}
	if l.router != nil {
		sum = l.router.Traffic
	}
	for _, a := range l.apps {
		a.host.Waiting(func(p *Packet) { fly(a.host.Self, p) })
		t := a.host.Traffic
		sum.StreamSent += t.StreamSent
		sum.StreamReceived += t.StreamReceived
		sum.StreamLost += t.StreamLost
		sum.StreamDropped += t.StreamDropped
		if q := a.host.fqCoDel; q != nil {
			total += q.StreamBytes()
		}
	}
	if sum.StreamSent != sum.StreamReceived+sum.StreamLost+sum.StreamDropped+total {
		r.Fatalf("sent %d, received %d, lost %d, dropped %d, in flight %d", sum.StreamSent, sum.StreamReceived, sum.StreamLost, sum.StreamDropped, total)
	}
	for _, a := range l.apps {
		for slot := range a.host.Conns {
			c := &a.host.Conns[slot]
			if c.State != Open {
				continue
			}
			other := l.apps[c.Remote].host
			o := &other.Conns[c.RemoteConn]
			if o.State != Open || o.Key != c.RemoteKey {
				continue
			}
			if l.net.Transport != Ideal {
				f, g := a.host.flow(uint32(slot)), other.flow(c.RemoteConn)
				sure := lones[spot{end{uint32(c.Remote), c.RemoteConn, c.RemoteKey}, g.rcvNxt}] // nobody waits for its acknowledgement
				if before(g.rcvNxt, f.sndUna) && !sure || before(f.sndNxt, g.rcvNxt) {
					r.Fatalf("connection %d of host %d: %d acknowledged and %d sent, %d expected", slot, a.host.Self, f.sndUna, f.sndNxt, g.rcvNxt)
				}
				f.check(r)
				continue
			}
			// What is not acknowledged is on its way, has arrived, or its
			// acknowledgement is on its way.
			f, back := flying[end{uint32(c.Remote), c.RemoteConn, c.RemoteKey}], acks[end{uint32(a.host.Self), uint32(slot), c.Key}]
			if int64(c.InFlight) != f+int64(o.UnackedBytes)+back {
				r.Fatalf("connection %d of host %d: %d not acknowledged; %d in flight, %d to acknowledge, acknowledgements for %d in flight", slot, a.host.Self, c.InFlight, f, o.UnackedBytes, back)
			}
		}
	}
}

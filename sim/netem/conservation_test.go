package netem_test

import (
	"math/rand/v2"
	"pgregory.net/rapid"
	"slices"
	"testing"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// Whatever hosts do - dial, send, close, crash - bytes sent are bytes received, lost or in flight,
// connection by connection where both ends exist.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		seed := rapid.Uint64().Draw(r, "seed")
		segment := rapid.SampledFrom([]uint32{packet.MSS, 4 << 10, 16 << 10}).Draw(r, "segment")
		l := netemtest.New(7*time.Millisecond, segment, 32<<10)
		l.Net.Transport = netem.Transport(rapid.IntRange(int(netem.Ideal), int(netem.UTP)).Draw(r, "transport"))
		if l.Net.Transport != netem.Ideal {
			l.Net.Loss = rapid.SampledFrom([]float64{0, 0.01, 0.3}).Draw(r, "loss")
			l.Net.Jitter = rapid.SampledFrom([]time.Duration{0, 20 * time.Millisecond}).Draw(r, "jitter")
			l.Net.Seed = seed
		}
		var router engine.HostID
		var routers []*netem.Router
		routed := l.Net.Transport != netem.Ideal && rapid.Bool().Draw(r, "router")
		if routed {
			l.Net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return router, h < 2 }
		}
		for i := range 5 {
			k := netem.Link{UpBytesPerSec: int64(20_000 + 100_000*i), DownBytesPerSec: int64(300_000 - 50_000*i)}
			if l.Net.Transport != netem.Ideal {
				k.UpQueueBytes, k.DownQueueBytes, k.FairQueue = int64(5_000*i), int64(9_000*i), i == 2
			}
			a := l.AddLink(k)
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			var open []netem.ConnID
			a.OnOpened = func(_ *netemtest.App, c netem.ConnID, _ bool) { open = append(open, c) }
			at := time.Duration(0)
			for range 60 {
				at += time.Duration(rng.Int64N(int64(300 * time.Millisecond)))
				a.Plan = append(a.Plan, netemtest.Timed{At: at, Do: func(a *netemtest.App) { misbehave(a, rng, &open) }})
			}
			if rng.IntN(4) == 0 {
				a.Plan = append(a.Plan, netemtest.Timed{At: at, Do: func(a *netemtest.App) { a.Host.Off() }})
			}
		}
		if routed {
			up := netem.Lane{BytesPerSec: 100e3, QueueBytes: 20e3}
			down := netem.Lane{BytesPerSec: 50e3, QueueBytes: 20e3}
			x := netem.NewRouter(l.Net, 7*time.Millisecond, up, down)
			router = l.Engine.Add(x, engine.Never)
			x.Start(router)
			routers = append(routers, x)
		}
		until := time.Duration(rapid.IntRange(1, 30_000).Draw(r, "ms")) * time.Millisecond
		l.Run(until)
		checkConservation(r, l, routers)
	})
}

// misbehave dials, closes or sends at random.
func misbehave(a *netemtest.App, rng *rand.Rand, open *[]netem.ConnID) {
	switch k := rng.IntN(8); {
	case k == 0 || len(*open) == 0:
		a.Host.Dial(engine.HostID(rng.IntN(len(a.Lab.Apps))), time.Second)
	case k == 1:
		i := rng.IntN(len(*open))
		a.Host.Close((*open)[i])
		*open = append((*open)[:i], (*open)[i+1:]...)
	default:
		most := 20_000 >> (8 * rng.IntN(2)) // blocks, and small messages
		a.Host.Send((*open)[rng.IntN(len(*open))], &netem.Message{Bytes: uint32(1 + rng.IntN(most))}, nil)
	}
}

// end is an end of a connection, as packets name it.
type end struct{ host, conn, key uint32 }

// inFlight is what is on its way to each end.
type inFlight struct {
	bytes, acks map[end]int64
	small       map[end][]uint32 // where small messages begin
	total       int64
}

func (f *inFlight) add(to engine.HostID, p *netem.Packet) {
	e := end{uint32(to), p.Conn, p.Key}
	f.bytes[e] += int64(p.Bytes)
	f.acks[e] += int64(p.Ack)
	if p.Kind == packet.Small {
		f.small[e] = append(f.small[e], p.Seq)
	}
	f.total += int64(p.Bytes)
}

func checkConservation(r *rapid.T, l *netemtest.Lab, routers []*netem.Router) {
	flight := inFlight{map[end]int64{}, map[end]int64{}, map[end][]uint32{}, 0}
	l.Engine.Pending(func(to engine.HostID, e *engine.Event[netem.Packet]) { flight.add(to, &e.Body) })
	sum := netem.Traffic{}
	for _, x := range routers {
		sum = x.Traffic
	}
	for _, a := range l.Apps {
		a.Host.Waiting(func(p *netem.Packet) { flight.add(a.Host.ID(), p) })
		t := a.Host.Traffic()
		sum.StreamSent += t.StreamSent
		sum.StreamReceived += t.StreamReceived
		sum.StreamLost += t.StreamLost
		sum.StreamDropped += t.StreamDropped
		if tcp := a.Host.TCP(); tcp != nil {
			flight.total += tcp.UplinkQueueBytes()
		}
	}
	if sum.StreamSent != sum.StreamReceived+sum.StreamLost+sum.StreamDropped+flight.total {
		r.Fatalf("sent %d, received %d, lost %d, dropped %d, in flight %d",
			sum.StreamSent, sum.StreamReceived, sum.StreamLost, sum.StreamDropped, flight.total)
	}
	for _, a := range l.Apps {
		for slot := range a.Host.Stack().Conns {
			checkConn(r, l, a.Host, uint32(slot), &flight)
		}
	}
}

// checkConn compares both ends of an open connection.
func checkConn(r *rapid.T, l *netemtest.Lab, h *netem.Host, slot uint32, flight *inFlight) {
	c := &h.Stack().Conns[slot]
	if c.State != stack.Open {
		return
	}
	other := l.Apps[c.Remote].Host
	o := &other.Stack().Conns[c.RemoteConn]
	if o.State != stack.Open || o.Key != c.RemoteKey {
		return
	}
	there, here := end{uint32(c.Remote), c.RemoteConn, c.RemoteKey}, end{uint32(h.ID()), slot, c.Key}
	if h.TCP() != nil {
		f, g := h.TCP().Info(slot), other.TCP().Info(c.RemoteConn)
		small := slices.Contains(flight.small[there], g.RcvNxt) // it counts as acknowledged once sent
		if int32(g.RcvNxt-f.SndUna) < 0 && !small || int32(f.SndNxt-g.RcvNxt) < 0 {
			r.Fatalf("connection %d of host %d: %d acknowledged and %d sent, %d expected",
				slot, h.ID(), f.SndUna, f.SndNxt, g.RcvNxt)
		}
		if err := h.TCP().Check(slot); err != nil {
			r.Fatalf("connection %d of host %d: %v", slot, h.ID(), err)
		}
		return
	}
	// What is not acknowledged is in flight, or has arrived, or its acknowledgement is in flight.
	if int64(c.InFlight) != flight.bytes[there]+int64(o.UnackedBytes)+flight.acks[here] {
		r.Fatalf("connection %d of host %d: %d not acknowledged; %d in flight, %d to acknowledge, "+
			"acknowledgements for %d in flight", slot, h.ID(), c.InFlight, flight.bytes[there], o.UnackedBytes, flight.acks[here])
	}
}

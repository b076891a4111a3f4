package tcp

import (
	"math"
	"testing"
	"time"

	"swarmsim/sim/netem/packet"
)

// grow lets a controller see acknowledgements of whole windows at each round trip.
func grow(c congestionControl, r *reno, from, until, rtt time.Duration) {
	for now := from; now < until; now += rtt {
		c.onAck(ackSample{now: now, minRTT: rtt, bytes: uint32(r.cwnd), cwndLimited: true})
	}
}

// RFC 9438, section 4.6: a loss reduces the window to 0.7. Section 4.2: it is W_max again K
// seconds later, K = cubic root of (W_max - cwnd)/C.
func TestCubicReturnsToWMaxAfterK(t *testing.T) {
	const wMax = 1000 * packet.MSS
	c := &cubic{reno: reno{cwnd: wMax, ssthresh: unlimited}}
	c.onLoss(0)
	if share := c.cwnd / wMax; math.Abs(share-0.7) > 1e-9 {
		t.Errorf("a loss leaves %.3f of the window", share)
	}
	k := time.Duration(math.Cbrt(0.3*1000/0.4) * float64(time.Second))
	grow(c, &c.reno, time.Second, time.Second+k, 200*time.Millisecond)
	if share := c.cwnd / wMax; math.Abs(share-1) > 0.01 {
		t.Errorf("after K = %v the window is %.3f of W_max", k, share)
	}
}

// RFC 9438, section 4.7: a second loss below W_max lowers W_max, for new flows.
func TestCubicFastConvergence(t *testing.T) {
	c := &cubic{reno: reno{cwnd: 100 * packet.MSS, ssthresh: unlimited}}
	c.onLoss(0)
	c.onLoss(0)
	if want := float64(70 * packet.MSS * 1.7 / 2); math.Abs(c.wMax-want) > 1 {
		t.Errorf("W_max is %.0f after two losses; want %.0f", c.wMax, want)
	}
}

// RFC 5681, section 3.1: slow start ends at the threshold, and then the window grows by a
// segment in a round trip.
func TestRenoGrowth(t *testing.T) {
	r := &reno{cwnd: 10 * packet.MSS, ssthresh: 20 * packet.MSS}
	grow(r, r, 0, 1, 1)
	if r.cwnd != r.ssthresh {
		t.Errorf("the window is %.0f at the end of slow start; want %.0f", r.cwnd, r.ssthresh)
	}
	before := r.cwnd
	grow(r, r, 0, 1, 1)
	if grown := r.cwnd - before; math.Abs(grown-packet.MSS) > 1 {
		t.Errorf("a round trip adds %.0f bytes; want %d", grown, packet.MSS)
	}
	r.onRTO(0)
	if r.cwnd != packet.MSS {
		t.Errorf("the window is %.0f after a timeout", r.cwnd)
	}
}

// RFC 6937: while more than the new window is in flight, what is sent is in proportion to
// what is received.
func TestPRRSendsInProportion(t *testing.T) {
	f := &flow{inRecovery: true, pipe: 99 * packet.MSS}
	f.cubic.cwnd = 50 * packet.MSS
	f.prr = prr{priorCwnd: 100 * packet.MSS}
	sent := 0.0
	for range 40 { // acknowledgements of two segments each
		f.pipe -= 2 * packet.MSS
		f.updatePRR(2*packet.MSS, true)
		if room := f.sendWindow() - float64(f.pipe); room > 0 {
			sent += room
			f.pipe += uint32(room)
			f.prr.out += uint32(room)
		}
		if want := float64(f.prr.delivered) / 2; math.Abs(sent-want) > packet.MSS {
			t.Fatalf("%.0f bytes are sent after %d are received; want half of them", sent, f.prr.delivered)
		}
	}
}

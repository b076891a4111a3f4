package netem

import (
	"math"
	"time"

	"swarmsim/sim/netem/packet"
)

// cubic grows as a cubic function of the time since the last loss, so that its
// rate depends little on the round trip (RFC 9438), and never slower than Reno
// would. It leaves slow start when queues build up (HyStart's delay rule, Ha
// and Rhee 2008), as Linux does.
type cubic struct {
	reno
	wMax         float64       // window when something was last lost
	epochStart   time.Duration // since when it grows; 0 for not yet
	k            time.Duration // from epoch until it is at most again
	origin       float64
	wEst         float64       // what Reno would have
	roundSamples int           // samples in this round trip, one for two packets
	roundMinRTT  time.Duration // the shortest of them
}

const (
	cubicC    = 0.4 // segments per second cubed
	cubicBeta = 0.7
	renoAlpha = 3 * (1 - cubicBeta) / (1 + cubicBeta) // as fair to Reno

	hystartLowWindow  = 16 * packet.MaxSegment
	hystartMinSamples = 8
	hystartDelayMin   = 4 * time.Millisecond
	hystartDelayMax   = 16 * time.Millisecond
)

func (c *cubic) onAck(s ackSample) {
	c.hystart(s)
	if !s.cwndLimited {
		return
	}
	left := c.slowStart(s.bytes)
	if left <= 0 {
		return
	}
	if c.epochStart == 0 {
		c.startEpoch(s.now)
	}
	t := s.now - c.epochStart
	target := c.window(t + s.minRTT)
	target = min(max(target, c.cwnd), float64(1.5*c.cwnd))
	alpha := renoAlpha
	if c.wEst >= c.wMax {
		alpha = 1
	}
	c.wEst += float64(alpha*packet.MaxSegment) * left / c.cwnd
	if c.window(t) < c.wEst {
		c.cwnd = max(c.cwnd, c.wEst)
		return
	}
	c.cwnd += float64((target - c.cwnd) / c.cwnd * left)
}

// begin starts a period of growth.
func (c *cubic) startEpoch(now time.Duration) {
	c.epochStart, c.wEst = now, c.cwnd
	if c.cwnd >= c.wMax {
		c.origin, c.k = c.cwnd, 0
		return
	}
	c.origin = c.wMax
	c.k = time.Duration(math.Cbrt((c.wMax-c.cwnd)/packet.MaxSegment/cubicC) * float64(time.Second))
}

// at is the cubic function.
func (c *cubic) window(t time.Duration) float64 {
	x := (t - c.k).Seconds()
	return c.origin + float64(cubicC*packet.MaxSegment*x*x*x)
}

func (c *cubic) onLoss(time.Duration) {
	c.resetEpoch()
	if c.cwnd < c.wMax { // fast convergence: make room for newcomers
		c.wMax = float64(c.cwnd * (1 + cubicBeta) / 2)
	} else {
		c.wMax = c.cwnd
	}
	c.reduce(cubicBeta)
}

func (c *cubic) onRTO(now time.Duration) {
	c.onLoss(now)
	c.cwnd = packet.MaxSegment
}

func (c *cubic) onIdle(timeouts int) {
	c.resetEpoch()
	c.reno.onIdle(timeouts)
}

// again: what was seen of the path is old.
func (c *cubic) resetEpoch() { c.epochStart, c.roundSamples, c.roundMinRTT = 0, 0, 0 }

// hystart ends slow start when the round trips of a round have grown. The
// acknowledgement of a coarse segment counts as the several it stands for.
func (c *cubic) hystart(s ackSample) {
	if c.cwnd >= c.ssthresh || c.cwnd < hystartLowWindow {
		return
	}
	if s.roundEnded {
		c.roundSamples, c.roundMinRTT = 0, 0
	}
	if s.rtt == 0 {
		return
	}
	c.roundSamples += max(1, int(s.bytes)/(2*packet.MaxSegment))
	if c.roundMinRTT == 0 || s.rtt < c.roundMinRTT {
		c.roundMinRTT = s.rtt
	}
	slack := min(max(s.minRTT/8, hystartDelayMin), hystartDelayMax)
	if c.roundSamples >= hystartMinSamples && c.roundMinRTT >= s.minRTT+slack {
		c.ssthresh = c.cwnd
	}
}

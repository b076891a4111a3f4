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
	most    float64       // window when something was last lost
	epoch   time.Duration // since when it grows; 0 for not yet
	zenith  time.Duration // from epoch until it is at most again
	origin  float64
	asReno  float64       // what Reno would have
	roundOf int           // samples in this round trip, one for two packets
	fastest time.Duration // the shortest of them
}

const (
	cubicC    = 0.4 // segments per second cubed
	cubicBeta = 0.7
	renoAlpha = 3 * (1 - cubicBeta) / (1 + cubicBeta) // as fair to Reno

	hystartFrom    = 16 * packet.MaxSegment
	hystartSamples = 8
	hystartLeast   = 4 * time.Millisecond
	hystartMost    = 16 * time.Millisecond
)

func (c *cubic) acked(s sample) {
	c.hystart(s)
	if !s.limited {
		return
	}
	left := c.slowStart(s.bytes)
	if left <= 0 {
		return
	}
	if c.epoch == 0 {
		c.begin(s.now)
	}
	t := s.now - c.epoch
	target := c.at(t + s.least)
	target = min(max(target, c.cwnd), float64(1.5*c.cwnd))
	alpha := renoAlpha
	if c.asReno >= c.most {
		alpha = 1
	}
	c.asReno += float64(alpha*packet.MaxSegment) * left / c.cwnd
	if c.at(t) < c.asReno {
		c.cwnd = max(c.cwnd, c.asReno)
		return
	}
	c.cwnd += float64((target - c.cwnd) / c.cwnd * left)
}

// begin starts a period of growth.
func (c *cubic) begin(now time.Duration) {
	c.epoch, c.asReno = now, c.cwnd
	if c.cwnd >= c.most {
		c.origin, c.zenith = c.cwnd, 0
		return
	}
	c.origin = c.most
	c.zenith = time.Duration(math.Cbrt((c.most-c.cwnd)/packet.MaxSegment/cubicC) * float64(time.Second))
}

// at is the cubic function.
func (c *cubic) at(t time.Duration) float64 {
	x := (t - c.zenith).Seconds()
	return c.origin + float64(cubicC*packet.MaxSegment*x*x*x)
}

func (c *cubic) lost(time.Duration) {
	c.again()
	if c.cwnd < c.most { // fast convergence: make room for newcomers
		c.most = float64(c.cwnd * (1 + cubicBeta) / 2)
	} else {
		c.most = c.cwnd
	}
	c.shrink(cubicBeta)
}

func (c *cubic) timeout(now time.Duration) {
	c.lost(now)
	c.cwnd = packet.MaxSegment
}

func (c *cubic) idle(timeouts int) {
	c.again()
	c.reno.idle(timeouts)
}

// again: what was seen of the path is old.
func (c *cubic) again() { c.epoch, c.roundOf, c.fastest = 0, 0, 0 }

// hystart ends slow start when the round trips of a round have grown. The
// acknowledgement of a coarse segment counts as the several it stands for.
func (c *cubic) hystart(s sample) {
	if c.cwnd >= c.ssthresh || c.cwnd < hystartFrom {
		return
	}
	if s.round {
		c.roundOf, c.fastest = 0, 0
	}
	if s.rtt == 0 {
		return
	}
	c.roundOf += max(1, int(s.bytes)/(2*packet.MaxSegment))
	if c.fastest == 0 || s.rtt < c.fastest {
		c.fastest = s.rtt
	}
	slack := min(max(s.least/8, hystartLeast), hystartMost)
	if c.roundOf >= hystartSamples && c.fastest >= s.least+slack {
		c.ssthresh = c.cwnd
	}
}

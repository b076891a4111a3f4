package tcp

import (
	"math"
	"time"

	"swarmsim/sim/netem/packet"
)

// cubic is CUBIC (RFC 9438): its window is a cubic function of the time since the last loss,
// so that it depends little on the round trip, and never less than Reno's. It leaves slow
// start when round trips grow (HyStart's delay increase rule, Ha and Rhee 2008), as Linux
// does. Names are those of RFC 9438, section 4.1; windows are in bytes.
type cubic struct {
	reno
	wMax         float64       // the window before the last loss
	epochStart   time.Duration // of the present growth, 0 before the first acknowledgement
	k            time.Duration // from epochStart until the window is wMax again
	origin       float64       // the window at k
	wEst         float64       // what Reno's window would be
	roundSamples int           // HyStart's samples in this round trip, one for two packets
	roundMinRTT  time.Duration // the shortest of them
}

const (
	cubicC    = 0.4 // segments per second cubed
	cubicBeta = 0.7
	renoAlpha = 3 * (1 - cubicBeta) / (1 + cubicBeta) // as fair to Reno: RFC 9438, section 4.3

	// Linux, net/ipv4/tcp_cubic.c.
	hystartLowWindow  = 16 * packet.MSS
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
	c.wEst += float64(alpha*packet.MSS) * left / c.cwnd
	if c.window(t) < c.wEst {
		c.cwnd = max(c.cwnd, c.wEst)
		return
	}
	c.cwnd += float64((target - c.cwnd) / c.cwnd * left)
}

// startEpoch starts a period of growth.
func (c *cubic) startEpoch(now time.Duration) {
	c.epochStart, c.wEst = now, c.cwnd
	if c.cwnd >= c.wMax {
		c.origin, c.k = c.cwnd, 0
		return
	}
	c.origin = c.wMax
	c.k = time.Duration(math.Cbrt((c.wMax-c.cwnd)/packet.MSS/cubicC) * float64(time.Second))
}

// window is W_cubic(t) (RFC 9438, section 4.2).
func (c *cubic) window(t time.Duration) float64 {
	x := (t - c.k).Seconds()
	return c.origin + float64(cubicC*packet.MSS*x*x*x)
}

func (c *cubic) onLoss(time.Duration) {
	c.resetEpoch()
	if c.cwnd < c.wMax { // fast convergence (RFC 9438, section 4.7) makes room for new flows
		c.wMax = float64(c.cwnd * (1 + cubicBeta) / 2)
	} else {
		c.wMax = c.cwnd
	}
	c.reduce(cubicBeta)
}

func (c *cubic) onRTO(now time.Duration) {
	c.onLoss(now)
	c.cwnd = packet.MSS
}

func (c *cubic) onIdle(timeouts int) {
	c.resetEpoch()
	c.reno.onIdle(timeouts)
}

// resetEpoch forgets the growth and the samples so far.
func (c *cubic) resetEpoch() { c.epochStart, c.roundSamples, c.roundMinRTT = 0, 0, 0 }

// hystart ends slow start when the round trips of a round have grown. The acknowledgement of a
// segment of several packets counts as several.
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
	c.roundSamples += max(1, int(s.bytes)/(2*packet.MSS))
	if c.roundMinRTT == 0 || s.rtt < c.roundMinRTT {
		c.roundMinRTT = s.rtt
	}
	thresh := min(max(s.minRTT/8, hystartDelayMin), hystartDelayMax)
	if c.roundSamples >= hystartMinSamples && c.roundMinRTT >= s.minRTT+thresh {
		c.ssthresh = c.cwnd
	}
}

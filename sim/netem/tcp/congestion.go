package tcp

import (
	"time"

	"swarmsim/sim/netem/packet"
)

// congestionControl decides how many bytes a flow may have in flight: its reno.cwnd. It
// knows nothing of retransmissions.
type congestionControl interface {
	// onAck is called for each acknowledgement outside of a recovery.
	onAck(s ackSample)
	// onLoss is called once for each window in which something is lost.
	onLoss(now time.Duration)
	// onRTO is called when the retransmission timeout expires.
	onRTO(now time.Duration)
	// onIdle is called when the flow has sent nothing for a number of timeouts (RFC 2861).
	onIdle(timeouts int)
}

// ackSample is what an acknowledgement shows.
type ackSample struct {
	now         time.Duration
	rtt         time.Duration // of the newest packet it covers, 0 if unknown
	minRTT      time.Duration // the shortest round trip so far
	bytes       uint32        // received
	queueDelay  time.Duration // time that they were queued on their way; only of LEDBAT
	roundEnded  bool          // a round trip has ended
	cwndLimited bool          // the window has limited the flow
	smallSACKed bool          // a small message has arrived beyond a hole
}

const (
	initialWindow = 10 * packet.MSS // RFC 6928
	unlimited     = 1 << 30         // of a slow start threshold that is not set
	dupThresh     = 3 * packet.MSS  // bytes beyond a hole that deem it lost (RFC 6675)
)

package netem

import "time"

// controller decides how many bytes a flow may have in flight: congestion
// control. It knows nothing of packets that are lost or sent again. What it decides
// is in its flow's reno.
type congestionControl interface {
	// acked hears of bytes that arrived while the window was what held the
	// flow back.
	onAck(s ackSample)
	// lost hears once for each window that lost something.
	onLoss(now time.Duration)
	// timeout: nothing was heard of the flow for too long.
	onRTO(now time.Duration)
	// idle: the flow sent nothing for so many timeouts (RFC 2861).
	onIdle(timeouts int)
}

// sample is what an acknowledgement says.
type ackSample struct {
	now         time.Duration
	rtt         time.Duration // of the newest packet it covers, 0 if that is not known
	minRTT      time.Duration // the shortest round trip so far
	bytes       uint32        // that arrived
	queueDelay  time.Duration // that they spent in queues on their way; for Ledbat
	roundEnded  bool          // a round trip's worth has been acknowledged since the last such sample
	cwndLimited bool          // the window held the flow back
	smallSACKed bool          // a lone message came past something
}

const unlimited = 1 << 30

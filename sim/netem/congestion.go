package netem

import "time"

// controller decides how many bytes a flow may have in flight: congestion
// control. It knows nothing of packets that are lost or sent again. What it decides
// is in its flow's reno.
type controller interface {
	// acked hears of bytes that arrived while the window was what held the
	// flow back.
	acked(s sample)
	// lost hears once for each window that lost something.
	lost(now time.Duration)
	// timeout: nothing was heard of the flow for too long.
	timeout(now time.Duration)
	// idle: the flow sent nothing for so many timeouts (RFC 2861).
	idle(timeouts int)
}

// sample is what an acknowledgement says.
type sample struct {
	now     time.Duration
	rtt     time.Duration // of the newest packet it covers, 0 if that is not known
	least   time.Duration // the shortest round trip so far
	bytes   uint32        // that arrived
	queued  time.Duration // that they spent in queues on their way; for Ledbat
	round   bool          // a round trip's worth has been acknowledged since the last such sample
	limited bool          // the window held the flow back
	passed  bool          // a lone message came past something
}

const unlimited = 1 << 30

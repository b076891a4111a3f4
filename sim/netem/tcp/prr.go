package tcp

import "swarmsim/sim/netem/packet"

// prr spreads the reduction of the window over a recovery: what is sent is in proportion to
// what is received. Once less than the new window is in flight, as many bytes as are
// received and one packet more are sent. Without it a whole window would go at once to the
// queue that has just overflowed (proportional rate reduction, RFC 6937; Linux:
// net/ipv4/tcp_input.c, tcp_cwnd_reduction).
type prr struct {
	priorCwnd float64 // the window before the loss; 0 without a recovery
	delivered uint32  // bytes received since
	out       uint32  // bytes sent since
	maxPipe   float64 // bytes that may be in flight now
}

// updatePRR takes an acknowledgement of the given bytes. clean is whether it was cumulative and
// showed no new loss.
func (f *flow) updatePRR(bytes uint32, clean bool) {
	r := &f.prr
	r.delivered += bytes
	send, target, pipe := 0.0, f.cubic.cwnd, float64(f.pipe)
	if pipe > target {
		send = float64(target*float64(r.delivered))/r.priorCwnd - float64(r.out)
	} else {
		send = max(float64(r.delivered)-float64(r.out), float64(bytes))
		if clean {
			send += packet.MaxSegment
		}
		send = min(send, target-pipe)
	}
	if r.out == 0 { // the first loss is retransmitted at once
		send = max(send, packet.MaxSegment)
	}
	r.maxPipe = pipe + max(send, 0)
}

// sendWindow is how many bytes may be in flight.
func (f *flow) sendWindow() float64 {
	if f.inRecovery && !f.rtoRecovery && f.prr.priorCwnd > 0 {
		return f.prr.maxPipe
	}
	return f.cubic.cwnd
}

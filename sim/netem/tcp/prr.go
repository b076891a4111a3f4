package tcp

import "swarmsim/sim/netem/packet"

// prr spreads the reduction of the window over a recovery: what is sent is in proportion to
// what is delivered. Once no more than the new window is in flight, as many bytes are sent as
// are delivered, and one packet more for a clean acknowledgement (see updatePRR), until the
// window is full. Without it up to a whole window would go at once to the queue that has just
// overflowed (proportional rate reduction, RFC 6937; Linux: net/ipv4/tcp_input.c,
// tcp_cwnd_reduction).
type prr struct {
	priorCwnd float64 // the window before the loss; 0 for uTP, which does without
	delivered uint32  // bytes delivered since
	out       uint32  // bytes sent since
	maxPipe   float64 // bytes that may be in flight now
}

// updatePRR takes an acknowledgement that shows the given bytes to be delivered. clean is whether
// it advanced SND.UNA and showed no new loss. As in Linux, only a clean one allows the additional
// packet of RFC 6937's slow start reduction bound.
func (f *flow) updatePRR(bytes uint32, clean bool) {
	r := &f.prr
	r.delivered += bytes
	send, target, pipe := 0.0, f.cubic.cwnd, float64(f.pipe)
	if pipe > target {
		send = float64(target*float64(r.delivered))/r.priorCwnd - float64(r.out)
	} else {
		send = max(float64(r.delivered)-float64(r.out), float64(bytes))
		if clean {
			send += packet.MSS
		}
		send = min(send, target-pipe)
	}
	if r.out == 0 { // the first loss is retransmitted at once
		send = max(send, packet.MSS)
	}
	r.maxPipe = pipe + max(send, 0)
}

// sendWindow is how many bytes may be in flight. cubic.cwnd is the window of Reno and LEDBAT too.
func (f *flow) sendWindow() float64 {
	if f.inRecovery && !f.rtoRecovery && f.prr.priorCwnd > 0 {
		return f.prr.maxPipe
	}
	return f.cubic.cwnd
}

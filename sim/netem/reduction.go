package netem

import "swarmsim/sim/netem/packet"

// reduction spreads the fall of the window over a recovery: what goes out is in
// proportion to what arrives, and where so much was lost that less than the new
// window is on its way, no more than arrives and a packet besides. Without it a
// whole window would go at once into the queue that has just overflowed
// (proportional rate reduction, RFC 6937 as Linux has it: tcp_input.c,
// tcp_cwnd_reduction).
type prr struct {
	priorCwnd float64 // the window before the loss
	delivered uint32  // bytes that arrived since
	out       uint32  // bytes sent since
	maxPipe   float64 // bytes that may be on their way now
}

// reduce takes an acknowledgement for so many bytes; clean tells that it moved
// on in the stream and showed no new loss.
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
	if r.out == 0 { // the first loss is repeated at once
		send = max(send, packet.MaxSegment)
	}
	r.maxPipe = pipe + max(send, 0)
}

// window is what may be on its way, in bytes.
func (f *flow) sendWindow() float64 {
	if f.inRecovery && !f.rtoRecovery && f.prr.priorCwnd > 0 {
		return f.prr.maxPipe
	}
	return f.cubic.cwnd
}

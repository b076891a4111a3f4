package tcp

import "swarmsim/sim/netem/packet"

// retransmitLost retransmits what is lost as far as the window allows, oldest first; one packet
// is sent in any case when nothing is in flight. When the oldest is sent again the timeout starts
// anew.
func (l *Layer) retransmitLost(slot uint32, f *flow) {
	c := &l.Conns[slot]
	for i := f.firstUnacked; i < len(f.unacked) && f.lost > 0; i++ {
		r := &f.unacked[i]
		if r.sacked || !r.lost || r.retransmitted {
			continue
		}
		if room := f.sendWindow() - float64(f.pipe); float64(r.n) > room {
			most := uint32(max(room, 0)) / packet.MSS * packet.MSS
			if f.pipe == 0 {
				most = max(most, packet.MSS)
			}
			if most == 0 {
				return
			}
			if most < r.n {
				f.splitRange(i, r.seq+most)
				r = &f.unacked[i]
			}
		}
		r.retransmitted = true
		f.lost -= r.n
		f.pipe += r.n
		f.prr.out += r.n
		l.retransmit(slot, f, r)
		l.onAckCarried(c, f)
		if i == f.firstUnacked && !f.rtoRecovery { // as in Linux, tcp_xmit_retransmit_queue
			l.resetTimers(f)
		}
	}
	if f.rtoAt == 0 {
		l.resetTimers(f)
	}
}

// retransmit sends a range again.
func (l *Layer) retransmit(slot uint32, f *flow, r *sentRange) {
	r.sentAt = f.sendTime(l.Now)
	p := packet.Packet{
		Kind:  packet.Data,
		Seq:   r.seq,
		Bytes: uint16(r.n),
		Wire:  uint16(packet.OnWire(r.n)),
		Ack:   f.rcvNxt,
	}
	var blob []byte
	if r.node != 0 {
		n := &l.Nodes[r.node]
		p.Message, p.Whole = n.Message, true
		blob = l.Blobs.Get(n.Blob)
	}
	l.toUplink(slot, f, &p, blob, r.sentAt-l.Now, r.n)
}

// sendTailProbe sends the newest packet again: its acknowledgement shows what is missing before it
// (tail-loss probe, RFC 8985, section 7).
func (l *Layer) sendTailProbe(slot uint32, f *flow) {
	f.tlpAt, f.tlpSent = 0, true
	if last := len(f.unacked) - 1; last >= f.firstUnacked && f.unacked[last].inFlight() {
		if r := &f.unacked[last]; r.n > packet.MSS {
			f.splitRange(last, r.end()-packet.MSS)
			last++
		}
		l.retransmit(slot, f, &f.unacked[last])
	}
	f.rtoAt = l.Now + f.rto()
}

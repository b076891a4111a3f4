package tcp

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// seqRange is a part of the stream.
type seqRange struct{ from, to uint32 }

// oooMessage is a message that is complete before what precedes it.
type oooMessage struct {
	end     uint32 // sequence number of its last byte, plus one
	message packet.Message
	blob    uint32
}

// keepOutOfOrder stores a packet that has arrived beyond a hole.
func (l *Layer) keepOutOfOrder(f *flow, p *packet.Packet, blob []byte) {
	end := p.Seq + uint32(p.Bytes)
	f.addOutOfOrder(p.Seq, end)
	if p.Whole && !f.hasOOOMessage(end) {
		f.oooMessages = append(f.oooMessages, oooMessage{end, p.Message, l.Blobs.Put(blob)})
		for i := len(f.oooMessages) - 1; i > 0 && before(end, f.oooMessages[i-1].end); i-- {
			f.oooMessages[i], f.oooMessages[i-1] = f.oooMessages[i-1], f.oooMessages[i]
		}
	}
	f.newestOOO = p.Seq
}

// addOutOfOrder adds bytes that have arrived beyond a hole, and joins ranges that touch.
func (f *flow) addOutOfOrder(from, to uint32) {
	f.hasHole = true
	i := 0
	for i < len(f.outOfOrder) && before(f.outOfOrder[i].to, from) {
		i++
	}
	j := i
	for j < len(f.outOfOrder) && !before(to, f.outOfOrder[j].from) {
		if before(f.outOfOrder[j].from, from) {
			from = f.outOfOrder[j].from
		}
		if before(to, f.outOfOrder[j].to) {
			to = f.outOfOrder[j].to
		}
		j++
	}
	if i == j {
		f.outOfOrder = append(f.outOfOrder, seqRange{})
		copy(f.outOfOrder[i+1:], f.outOfOrder[i:])
		f.outOfOrder[i] = seqRange{from, to}
		return
	}
	f.outOfOrder[i] = seqRange{from, to}
	f.outOfOrder = append(f.outOfOrder[:i+1], f.outOfOrder[j:]...)
}

// hasOOOMessage reports whether the message with that end is stored.
func (f *flow) hasOOOMessage(at uint32) bool {
	for i := range f.oooMessages {
		if f.oooMessages[i].end == at {
			return true
		}
	}
	return false
}

// deliverOutOfOrder takes the next range or message that is in order now, and reports whether there
// was one.
func (l *Layer) deliverOutOfOrder(slot uint32, f *flow) (more bool) {
	if len(f.outOfOrder) > 0 && !before(f.rcvNxt, f.outOfOrder[0].from) {
		if to := f.outOfOrder[0].to; before(f.rcvNxt, to) {
			f.rcvNxt = to
		}
		f.outOfOrder = f.outOfOrder[:copy(f.outOfOrder, f.outOfOrder[1:])]
		return true
	}
	if len(f.oooMessages) > 0 && !before(f.rcvNxt, f.oooMessages[0].end) {
		e := f.oooMessages[0]
		f.oooMessages = f.oooMessages[:copy(f.oooMessages, f.oooMessages[1:])]
		l.scratch = e.message
		l.App.Received(stack.ConnID(slot), &l.scratch, l.Blobs.Take(e.blob))
		return true
	}
	f.hasHole = len(f.outOfOrder) > 0
	return false
}

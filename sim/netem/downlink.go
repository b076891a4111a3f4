package netem

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// downlink is a first-in, first-out queue and the link behind it: a packet is received
// when all packets before it and it itself have been serialized.
//
// What arrives in a window stays in the engine's list of arrivals until the window ends.
// Only what has not been received by then moves to the ring, ahead of all that arrives
// later.
type downlink struct {
	next        time.Duration // when the first packet is received, or engine.Never
	ring        []waiting     // its length is a power of two
	head, n     uint32
	first, last int32 // of the window's arrivals: the next to be received, and one past the newest

	rate       int64         // wire bytes per second
	free       time.Duration // when the link has received what has arrived
	limit      int64         // bytes in the queue, 0 for no limit
	packetwise bool          // packets of a segment arrive one by one, and the queue has its limit
}

// waiting is a packet that waits for the downlink or is on it.
type waiting struct {
	at   time.Duration // when its last byte is received
	blob uint32
	Packet
}

// at is the i-th packet in the ring.
func (d *downlink) at(i uint32) *waiting { return &d.ring[int(d.head+i)&(len(d.ring)-1)] }

func (d *downlink) push(w waiting) {
	if int(d.n) == len(d.ring) {
		bigger := make([]waiting, 2*len(d.ring))
		for i := range d.n {
			bigger[i] = *d.at(i)
		}
		d.ring, d.head = bigger, 0
	}
	*d.at(d.n) = w
	d.n++
}

// admit queues the window's next arrival for the downlink. It reports whether it is the
// first in the queue.
func (h *Host) admit() (first bool) {
	s, d := &h.stack, &h.downlink
	e, _ := s.Events.Pop()
	d.last++
	p := &e.Body
	if h.isDown {
		countLost(s, p)
		p.Kind = packet.Dropped
		return false
	}
	start := max(d.free, e.At)
	if d.packetwise {
		if start = d.admitPackets(s, p, e.At); p.Kind == packet.Dropped {
			return false
		}
	}
	d.free = start + packet.Serialization(uint32(p.Wire), d.rate)
	e.At = d.free
	if d.next != engine.Never {
		return false
	}
	d.first, d.next = d.last-1, e.At
	return true
}

// admitPackets drops what the queue has no room for, and returns when the link begins to
// serialize the rest: all packets of a segment but the last have arrived before.
func (d *downlink) admitPackets(s *stack.Stack, p *Packet, now time.Duration) (start time.Duration) {
	start = max(d.free, now)
	if p.Kind != packet.Small {
		room := d.limit
		if wait := start - now; wait > 0 {
			room -= packet.Sent(wait, d.rate)
			p.AddQueued(wait)
		}
		if d.limit > 0 && !p.Lossless() {
			s.Traffic.StreamDropped += p.Keep(p.Size().Cut(room))
			if p.Wire == 0 {
				p.Kind = packet.Dropped
				return start
			}
		}
	}
	if wire := uint32(p.Wire); wire > packet.MTU {
		start = max(d.free, now-packet.Serialization(wire-packet.MTU, d.rate))
	}
	return start
}

// pop removes the first packet. It stays as it is until the window ends.
func (d *downlink) pop(s *stack.Stack) (*Packet, []byte) {
	if d.n > 0 {
		w := d.at(0)
		d.head++
		if d.n--; d.n == 0 {
			d.head = 0 // stay on the same cache lines
		}
		d.setNext(s)
		return &w.Packet, s.Blobs.Take(w.blob)
	}
	e, blob := s.Events.Arrival(int(d.first))
	d.first++
	d.setNext(s)
	return &e.Body, blob
}

// setNext updates next after a change of the queue.
func (d *downlink) setNext(s *stack.Stack) {
	d.next = engine.Never
	if d.n > 0 {
		d.next = d.at(0).at
		return
	}
	for ; d.first < d.last; d.first++ {
		if e := s.Events.At(int(d.first)); e.Body.Kind != packet.Dropped {
			d.next = e.At
			return
		}
	}
}

// save moves the arrivals that have not been received to the ring, as the window ends.
func (d *downlink) save(s *stack.Stack) {
	for ; d.first < d.last; d.first++ {
		if e, blob := s.Events.Arrival(int(d.first)); e.Body.Kind != packet.Dropped {
			d.push(waiting{e.At, s.Blobs.Put(blob), e.Body})
		}
	}
	d.first, d.last = 0, 0
}

package client

import (
	"time"

	"swarmsim/client/backlog"
)

// A client that works in pulses, as Transmission does, looks at what to ask for
// a few times a second, and holds back what it says: a pass over a neighbour
// first notes that there is something to say, and one that comes late enough
// afterwards says it all. Passes are made at each pulse and whenever a block
// has gone to the neighbour.

// interestDelay is how long interest may wait for company.
const interestDelay = 2 * time.Second

// pulse makes requests and passes over everybody.
func (p *Peer) pulse() {
	for i := len(p.established) - 1; i >= 0; i-- {
		id := p.established[i]
		p.request(id, backlog.Timer)
		p.flushOutbox(id)
		p.upload(id)
	}
}

// blockWent: the network has taken a block. While there is another for it this
// is as good as a pulse; what is asked for once it has taken all waits for the
// next one (peer-io.c: event_write_cb goes on only if something is left, and
// only then calls didWrite, which fills up).
func (p *Peer) onBlockTaken(id ConnID) {
	p.request(id, backlog.Timer)
	p.flushOutbox(id)
	if p.conns[id].sendQueued > 0 {
		p.upload(id)
	}
}

// hold keeps a message for a later pass.
func (p *Peer) enqueue(id ConnID, k Kind) *Message {
	s := p.conns[id].cold
	wait := time.Duration(0)
	switch k {
	case Have, Reject:
		wait = p.set.HaveDelay
	case Interested, NotInterested:
		wait = interestDelay
	}
	if len(s.outbox) == 0 || wait < s.maxDelay {
		s.maxDelay = wait
	}
	s.outbox = append(s.outbox, Message{Kind: k})
	return &s.outbox[len(s.outbox)-1]
}

// seconds is a time in whole seconds of the clock on the wall, which is how
// Transmission tells the time here (peer-msgs.c: peerPulse, tr_time): two
// seconds are any time above one.
func (p *Peer) seconds(t time.Duration) time.Duration {
	return (t + p.clockPhase).Truncate(time.Second)
}

// pass says what is held for a neighbour if it has waited long enough since the
// pass that first saw it.
func (p *Peer) flushOutbox(id ConnID) {
	s := p.conns[id].cold
	switch {
	case len(s.outbox) == 0:
		return
	case s.batchSince == 0:
		s.batchSince = p.now
		return
	case p.seconds(p.now)-p.seconds(s.batchSince) < s.maxDelay:
		return
	}
	s.batchSince = 0
	for _, m := range s.outbox {
		*p.sendNow(id, m.Kind) = m
	}
	clear(s.outbox)
	s.outbox = s.outbox[:0]
}

package client

import (
	"time"

	"swarmsim/client/backlog"
)

// PulseSettings are those of the loop named pulse.
type PulseSettings struct {
	Interval  time.Duration `json:"interval,omitempty" jsonschema:"time between pulses" min:"10 ms"`
	HaveDelay time.Duration `json:"have_delay,omitempty" jsonschema:"how long HAVE and REJECT may wait to be sent together with others"`
}

var pulseEntry = LoopEntry{
	Name:     "pulse",
	About:    "Send requests and queued messages a few times a second (Transmission).",
	Defaults: func() any { return &PulseSettings{Interval: 500 * time.Millisecond} },
	New:      func(s any) Loop { return &pulseLoop{set: *s.(*PulseSettings), nextPulse: Never} },
}

// pulseLoop works in pulses, as Transmission does (peer-mgr.c: bandwidthPulse; peer-msgs.c:
// peerPulse). Requests are sent only at a pulse. Other messages are queued in the connection's outbox. A
// pass over the connection sends the outbox if an earlier pass found it filled and the shortest delay
// of its messages has passed since. There is a pass at each pulse, and whenever the network has taken
// a block.
type pulseLoop struct {
	immediate
	set       PulseSettings
	nextPulse time.Duration
	phase     time.Duration // the part of a wall-clock second that had passed at virtual time 0; random
}

func (l *pulseLoop) attach(p *Peer) Loop {
	l.p = p
	return l
}

// interestDelay is how long INTERESTED may wait to be sent together with other messages.
const interestDelay = 2 * time.Second

func (l *pulseLoop) begin() {
	p := l.p
	l.nextPulse = p.now + l.set.Interval
	if p.settings.Choking.FirstRound == 0 { // with a fixed first round all timers start in phase
		l.nextPulse = p.now + p.drawTime(l.set.Interval)
	}
	l.phase = p.drawTime(time.Second)
	l.immediate.begin()
}

func (l *pulseLoop) next() time.Duration { return min(l.p.nextRound, l.nextPulse) }

func (l *pulseLoop) tick() {
	l.immediate.tick()
	p := l.p
	if p.now < l.nextPulse {
		return
	}
	l.nextPulse += l.set.Interval
	for i := len(p.established) - 1; i >= 0; i-- {
		id := p.established[i]
		p.sendRequests(id, backlog.Timer)
		l.flush(id)
		p.upload(id)
	}
}

// request does nothing: requests are sent at the next pulse.
func (*pulseLoop) request(ConnID, backlog.Trigger) {}

// onBlockTaken acts like a pulse at one connection, as long as further blocks are queued for it. Once
// the network has taken all of them, new requests of the neighbour wait for the next pulse (peer-io.c:
// event_write_cb calls didWrite, which fills the buffer, only if bytes remain).
func (l *pulseLoop) onBlockTaken(id ConnID) {
	l.p.sendRequests(id, backlog.Timer)
	l.flush(id)
	if l.p.conns[id].sendQueued > 0 {
		l.p.upload(id)
	}
}

// uploadSoon does nothing: uploads start at the next pulse.
func (*pulseLoop) uploadSoon(ConnID) {}

// send queues a message, unless it is a block or a handshake.
func (l *pulseLoop) send(id ConnID, k Kind) *Message {
	if k == Piece || k == Handshake {
		return l.p.sendNow(id, k)
	}
	s := l.p.conns[id].cold
	delay := time.Duration(0)
	switch k {
	case Have, Reject:
		delay = l.set.HaveDelay
	case Interested, NotInterested:
		delay = interestDelay
	}
	if len(s.outbox) == 0 || delay < s.flushDelay {
		s.flushDelay = delay
	}
	s.outbox = append(s.outbox, Message{Kind: k})
	return &s.outbox[len(s.outbox)-1]
}

// flush sends the outbox of a connection if it has waited long enough since the pass that found it
// filled; the first pass that finds it filled only notes the time.
func (l *pulseLoop) flush(id ConnID) {
	s, now := l.p.conns[id].cold, l.p.now
	switch {
	case len(s.outbox) == 0:
		return
	case s.batchSince == 0:
		s.batchSince = now
		return
	case l.wallSeconds(now)-l.wallSeconds(s.batchSince) < s.flushDelay:
		return
	}
	s.batchSince = 0
	for _, m := range s.outbox {
		*l.p.sendNow(id, m.Kind) = m
	}
	clear(s.outbox)
	s.outbox = s.outbox[:0]
}

// wallSeconds rounds a time down to whole seconds of the wall clock, with which Transmission measures
// these delays (peer-msgs.c: peerPulse, tr_time): a delay of 2 s lasts between 1 and 2 s.
func (l *pulseLoop) wallSeconds(t time.Duration) time.Duration {
	return (t + l.phase).Truncate(time.Second)
}

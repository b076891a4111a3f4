package client

import (
	"time"

	"swarmsim/client/backlog"
)

// PulseSettings are those of the loop named pulse.
type PulseSettings struct {
	Interval  time.Duration `json:"interval,omitempty" jsonschema:"between pulses" min:"10 ms"`
	HaveDelay time.Duration `json:"have_delay,omitempty" jsonschema:"how long HAVE and REJECT may wait to be sent together with others"`
}

var pulseEntry = LoopEntry{
	Name:     "pulse",
	About:    "Send requests and queued messages a few times a second (Transmission).",
	Defaults: func() any { return &PulseSettings{Interval: 500 * time.Millisecond} },
	New:      func(s any) Loop { return &pulseLoop{set: *s.(*PulseSettings), nextPulse: Never} },
}

// pulseLoop works in pulses, as Transmission does (peer-mgr.c: bandwidthPulse; peer-msgs.c:
// peerPulse). Requests are sent only at a pulse. Other messages are queued: the first pass over a
// connection notes that its outbox is not empty, and the first pass that is late enough after
// that sends all of it. There is a pass at each pulse, and whenever the network has taken a block.
type pulseLoop struct {
	immediate
	set       PulseSettings
	nextPulse time.Duration
	phase     time.Duration // how much of a second of the wall clock had passed at 0
}

// interestDelay is how long INTERESTED may wait to be sent together with other messages.
const interestDelay = 2 * time.Second

func (l *pulseLoop) begin() {
	p := l.p
	l.nextPulse = p.now + l.set.Interval
	if p.set.Choking.FirstRound == 0 { // otherwise the timers start together
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

func (*pulseLoop) request(ConnID, backlog.Trigger) {}

// onBlockTaken: as long as there is another block for the neighbour this is as good as a pulse;
// requests that come once the network has taken all wait for the next one (peer-io.c:
// event_write_cb continues only if something is left, and only then calls didWrite, which fills
// the buffer).
func (l *pulseLoop) onBlockTaken(id ConnID) {
	l.p.sendRequests(id, backlog.Timer)
	l.flush(id)
	if l.p.conns[id].sendQueued > 0 {
		l.p.upload(id)
	}
}

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
	if len(s.outbox) == 0 || delay < s.maxDelay {
		s.maxDelay = delay
	}
	s.outbox = append(s.outbox, Message{Kind: k})
	return &s.outbox[len(s.outbox)-1]
}

// flush sends the outbox of a connection if it has waited long enough since the pass that first
// found it filled.
func (l *pulseLoop) flush(id ConnID) {
	s, now := l.p.conns[id].cold, l.p.now
	switch {
	case len(s.outbox) == 0:
		return
	case s.batchSince == 0:
		s.batchSince = now
		return
	case l.seconds(now)-l.seconds(s.batchSince) < s.maxDelay:
		return
	}
	s.batchSince = 0
	for _, m := range s.outbox {
		*l.p.sendNow(id, m.Kind) = m
	}
	clear(s.outbox)
	s.outbox = s.outbox[:0]
}

// seconds returns a time in whole seconds of the wall clock, which is how Transmission measures
// these delays (peer-msgs.c: peerPulse, tr_time): a delay of two seconds is any above one.
func (l *pulseLoop) seconds(t time.Duration) time.Duration {
	return (t + l.phase).Truncate(time.Second)
}

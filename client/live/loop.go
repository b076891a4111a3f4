package live

import (
	"time"

	"swarmsim/client"
	"swarmsim/client/live/storage"
)

// statsInterval is the time between updates of Stats.
const statsInterval = 250 * time.Millisecond

// now returns the time of the state machine.
func (t *Torrent) now() time.Duration { return time.Since(t.started) }

// loop plays the state machine until over reports true, or the torrent is closed.
func (t *Torrent) loop(over func() bool) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	t.step(client.Event{Kind: client.Tick}) // starts the peer
	var spare []letter
	nextStats, changed := time.Duration(0), true
	for !t.stopping && !over() {
		nextLayers := t.requestLayers()
		t.flush()
		now := t.now()
		if now >= nextStats {
			t.updateStats(now)
			nextStats, changed = now+statsInterval, false
		}
		wake := min(t.nextTick(now), nextLayers)
		if changed || !t.stats.Load().isIdle() {
			wake = min(wake, nextStats)
		}
		t.mailbox.wait(timer, wake-now)
		letters := t.mailbox.take(spare)
		changed = changed || len(letters) > 0
		for i := range letters {
			t.handle(&letters[i])
		}
		spare = letters
		for ticks := 0; t.now() >= t.machine.NextTick() && ticks < maxMissedTicks; ticks++ {
			t.step(client.Event{Kind: client.Tick})
		}
	}
	t.updateStats(t.now())
}

// idleTick is the time between ticks of a seed without connections: it times nothing but announces and
// dials, which may be late by as long.
const idleTick = 10 * time.Second

// maxMissedTicks is the number of ticks that are made up for at a time. Some clients' loops tick ten times a
// second.
const maxMissedTicks = 200

// nextTick returns when the loop wakes for the state machine.
func (t *Torrent) nextTick(now time.Duration) time.Duration {
	next := t.machine.NextTick()
	if t.State() == Seeding && len(t.conns) == len(t.freeConns) {
		next = max(next, now+idleTick)
	}
	return next
}

// handle handles a letter.
func (t *Torrent) handle(l *letter) {
	if l.do != nil {
		l.do()
		return
	}
	c := l.conn
	if c == nil {
		switch l.event.Kind {
		case client.BlockRead, client.PieceVerified, client.StorageFailed:
			t.onAnswer(l.event, l.err)
		default:
			t.step(l.event)
		}
		return
	}
	switch l.event.Kind {
	case client.Received:
		t.received += int64(l.event.Message.Size())
		c.handled(&l.event.Message)
	case client.Sent:
		c.handled(&l.event.Message)
	}
	switch {
	case c.gone:
		t.release(l)
		return
	case l.event.Kind == client.Opened:
		t.open(c)
	case l.event.Kind == client.Closed:
		defer t.drop(c)
	}
	l.event.Conn = c.id
	t.taken = false
	t.step(l.event)
	switch m := &l.event.Message; {
	case l.event.Kind != client.Received:
	case m.Kind == client.Handshake:
		t.onHandshake(c, m)
	case m.Kind == client.Port:
		t.onPort(c, m)
	case m.Kind == client.HashRequest || m.Kind == client.Hashes || m.Kind == client.HashReject:
		t.onHashMessage(c, m)
	}
	if !t.taken {
		t.releaseReceived(&l.event.Message)
	}
}

// onHandshake handles what a peer's handshake says beside what the state machine reads from it.
func (t *Torrent) onHandshake(c *conn, m *client.Message) {
	if c.gone || c.shaken || len(m.Data) != 40 {
		return
	}
	c.shaken = true
	c.v2 = m.Index&client.SpeaksV2 != 0 || [20]byte(m.Data) == t.swarms.Load().second
	t.joinLayers(c)
	t.sendPort(c, m)
}

// step passes an event to the state machine and carries out its actions.
func (t *Torrent) step(e client.Event) {
	t.event = e // not &e: that would be allocated for each event
	t.actions = t.machine.Step(t.now(), &t.event, t.actions[:0])
	for i := range t.actions {
		t.act(&t.actions[i])
	}
}

// act carries out an action.
func (t *Torrent) act(a *client.Action) {
	switch a.Kind {
	case client.Send:
		t.send(a)
	case client.HangUp:
		if c := t.conns[a.Conn]; c != nil {
			t.session.log("hung up", "peer", c.addr, "torrent", t.Name(), "reason", a.Why())
			t.drop(c)
		}
	case client.Dial:
		t.connections.Add(1)
		go t.dial(a.Addr, t.dialHash(a.Addr))
	case client.Announce:
		t.announce(a)
	}
}

// send puts a message into the outbox of a connection.
func (t *Torrent) send(a *client.Action) {
	c := t.conns[a.Conn]
	if c == nil {
		t.releaseRead(&a.Message)
		return
	}
	if a.Message.Kind == client.Handshake {
		if c.skipHello {
			return
		}
		a.Message.Index |= t.speaks()
		if c.hash != ([20]byte{}) {
			copy(a.Message.Data, c.hash[:]) // the info hash that the peer knows
		}
	}
	t.sent += int64(a.Message.Size())
	if !c.dirty {
		c.dirty = true
		t.dirty = append(t.dirty, c)
	}
	c.outbox = append(c.outbox, a.Message)
}

// flush passes what has been sent to the writers.
func (t *Torrent) flush() {
	for len(t.dirty) > 0 { // hanging up may make further ones dirty
		dirty := t.dirty
		t.dirty = nil
		for _, c := range dirty {
			c.dirty = false
			if c.gone {
				continue
			}
			if err := c.flush(); err != nil {
				t.session.log("connection ended", "peer", c.addr, "reason", err)
				t.hangUp(c)
			}
		}
		t.dirty = append(t.dirty, dirty[:0]...)
	}
}

// open gives a new connection its number.
func (t *Torrent) open(c *conn) {
	if n := len(t.freeConns); n > 0 {
		c.id = t.freeConns[n-1]
		t.freeConns = t.freeConns[:n-1]
	} else {
		c.id = client.ConnID(len(t.conns))
		t.conns = append(t.conns, nil)
	}
	t.conns[c.id] = c
}

// drop ends a connection. Its number may be used again: letters that it still sends are dropped.
func (t *Torrent) drop(c *conn) {
	if c.gone {
		return
	}
	c.gone = true
	if t.layers != nil {
		t.layers.Part(c.id)
	}
	for i := range c.outbox {
		t.releaseRead(&c.outbox[i])
	}
	c.outbox = nil
	c.close()
	t.conns[c.id] = nil
	t.freeConns = append(t.freeConns, c.id)
	t.session.removeConnection(t)
}

// leave has the state machine leave the swarm, and ends the loop.
func (t *Torrent) leave() {
	if t.machine != nil {
		t.step(client.Event{Kind: client.Leave})
	}
	t.stopping = true
}

// onStored passes an answer of the storage to the loop.
func (t *Torrent) onStored(r storage.Result) {
	ref := &r.Ref
	l := letter{event: client.Event{
		Kind: client.StorageFailed, Conn: ref.Conn, Good: r.OK,
		Message: client.Message{Kind: client.Piece, Index: ref.Index, Begin: ref.Begin, Length: ref.Length, Data: r.Data},
	}}
	switch r.Kind {
	case storage.BlockRead:
		l.event.Kind = client.BlockRead
	case storage.PieceVerified:
		l.event.Kind, l.event.Message = client.PieceVerified, client.Message{Index: r.Piece}
	case storage.StoreFailed:
		l.event.Message = client.Message{Index: r.Piece}
	}
	l.err = r.Err
	if !t.mailbox.post(l) {
		t.release(&l)
	}
}

// onAnswer handles an answer of the storage.
func (t *Torrent) onAnswer(e client.Event, err error) {
	if e.Kind == client.StorageFailed && e.Message.Length == 0 {
		t.fail(err)
	}
	t.step(e)
	switch e.Kind {
	case client.BlockRead:
		if !t.sends(e.Message.Data) {
			t.session.pool.Read.Release(e.Message.Data)
		}
	case client.PieceVerified:
		if t.peer.Finished() {
			t.setState()
		}
	case client.StorageFailed:
		t.session.log("storage failed", "torrent", t.Name(), "reason", err)
	}
}

// sends reports whether a block is sent by one of the actions of the last step.
func (t *Torrent) sends(data []byte) bool {
	for i := range t.actions {
		m := &t.actions[i].Message
		if m.Kind == client.Piece && len(m.Data) > 0 && &m.Data[0] == &data[0] {
			return true
		}
	}
	return false
}

// loopStore is the store as the state machine sees it.
type loopStore struct{ t *Torrent }

func (s loopStore) Read(r client.BlockRef) ([]byte, bool) { return s.t.store.Read(r) }

func (s loopStore) Write(piece, begin uint32, data []byte) {
	s.t.taken = true
	s.t.store.Write(piece, begin, data)
}

func (s loopStore) Verify(piece uint32) client.Verdict { return s.t.store.Verify(piece) }

// release returns what a letter owns that will not be handled.
func (t *Torrent) release(l *letter) {
	if l.event.Kind == client.BlockRead {
		t.releaseRead(&l.event.Message)
	} else {
		t.releaseReceived(&l.event.Message)
	}
}

// releaseReceived returns the buffer of a block that was received and not stored.
func (t *Torrent) releaseReceived(m *client.Message) {
	if m.Kind == client.Piece && m.Data != nil {
		t.session.pool.Received.Release(m.Data)
	}
}

// releaseRead returns the buffer of a block that was read.
func (t *Torrent) releaseRead(m *client.Message) {
	if m.Kind == client.Piece && m.Data != nil {
		t.session.pool.Read.Release(m.Data)
	}
}

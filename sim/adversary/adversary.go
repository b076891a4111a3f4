package adversary

import (
	"math/rand/v2"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/pieces"
)

// Behaviour is how a peer misbehaves. The zero value is an ordinary peer.
type Behaviour struct {
	Corrupt          float64       // chance that a block is sent corrupt
	OverReport       float64       // chance that it claims to have a piece that it lacks
	Reply            Reply         // to requests for such pieces
	UnderReport      float64       // chance that it does not announce a piece
	PeerRate         float64       // bytes per second that a neighbour is sent at most; 0 for no limit
	AnnounceInterval time.Duration // between announces for more peers, whatever the tracker says; 0 for as it says
}

// Honest reports whether there is no misbehaviour.
func (b *Behaviour) Honest() bool { return *b == Behaviour{} }

// Adversary is a client with misbehaviour around it.
type Adversary struct {
	peer      *client.Peer
	behaviour Behaviour
	torrent   *client.Torrent
	real      bool // blocks carry data
	random    *rand.Rand

	claimed pieces.Bitset // pieces that it claims to have when it lacks them; nil for none
	hidden  pieces.Bitset // pieces that it does not announce; nil for none

	conns   []conn   // by ConnID
	corrupt []bool   // of the actions of the last step; shorter than those if the rest is not
	counts  Counters // of garbage
	now     time.Duration
}

// Counters are the blocks that an adversary sent beside the client, and the corrupt ones of both.
type Counters struct {
	CorruptSent int64 // blocks
	BlocksSent  int64 // garbage that the network has taken
	BytesSent   int64 // in them
}

// conn is what the adversary knows of a connection.
type conn struct {
	live        bool
	established bool // our first BITFIELD, HAVE ALL or HAVE NONE has been sent, if there is one
	ourFast     bool // we support the fast extension (BEP 6)
	theirFast   bool // the neighbour does
	amChoking   bool

	garbage []client.Message // requests that will be answered with garbage
	sending bool             // garbage is at the network
	sent    []bool           // of the blocks at the network, in order: whether each is garbage

	held        []client.Message // blocks that wait for the rate limit
	heldGarbage []bool           // whether each of them is garbage
	due         time.Duration    // when the next block may be sent
}

// New returns an adversary around a client that has not been stepped yet. real says that blocks
// carry data.
func New(p *client.Peer, b Behaviour, t *client.Torrent, real bool, r *rand.Rand) *Adversary {
	a := &Adversary{peer: p, behaviour: b, torrent: t, real: real, random: r}
	a.claimed = a.draw(b.OverReport)
	if a.hidden = a.draw(b.UnderReport); a.hidden != nil && a.claimed != nil {
		for i := range a.hidden {
			a.hidden[i] &^= a.claimed[i]
		}
	}
	return a
}

// draw returns a set that contains each piece with the given chance; nil for chance 0.
func (a *Adversary) draw(chance float64) pieces.Bitset {
	if chance == 0 {
		return nil
	}
	out := pieces.NewBitset(a.torrent.Pieces())
	for i := range a.torrent.Pieces() {
		if a.random.Float64() < chance {
			out.Set(i)
		}
	}
	return out
}

// Step passes an event to the client, unless it concerns the adversary alone, and appends to out
// the actions of both.
func (a *Adversary) Step(now time.Duration, e *client.Event, out []client.Action) []client.Action {
	a.now = now
	a.corrupt = a.corrupt[:0]
	changed := *e
	out, passed := a.filterEvent(&changed, out)
	if !passed {
		return out
	}
	first, handshakeConn := len(out), a.handshakeOn(&changed)
	if e.Kind != client.Tick || now >= a.peer.NextTick() {
		out = a.peer.Step(now, &changed, out)
	}
	return a.filterActions(first, handshakeConn, out)
}

// NextTick returns when the adversary wants a Tick.
func (a *Adversary) NextTick() time.Duration {
	at := a.peer.NextTick()
	for i := range a.conns {
		if c := &a.conns[i]; c.live && len(c.held) > 0 {
			at = min(at, c.due)
		}
	}
	return at
}

// Counters returns what it has sent so far.
func (a *Adversary) Counters() Counters { return a.counts }

// IsCorrupt reports whether the i-th action of the last step sends a corrupt block.
func (a *Adversary) IsCorrupt(i int) bool { return i < len(a.corrupt) && a.corrupt[i] }

// filterEvent updates the adversary's own state from an event, changes the event, and reports
// whether the client is to receive it. It appends the adversary's own answer.
func (a *Adversary) filterEvent(e *client.Event, out []client.Action) (answer []client.Action, passed bool) {
	switch e.Kind {
	case client.Opened:
		for int(e.Conn) >= len(a.conns) {
			a.conns = append(a.conns, conn{})
		}
		a.conns[e.Conn] = conn{live: true, amChoking: true}
	case client.Closed:
		a.forget(e.Conn)
	case client.Received:
		return a.filterMessage(e, out), true
	case client.Sent:
		return a.filterSent(e, out)
	case client.Announced:
		a.shortenInterval(e)
	case client.Tick:
		return a.sendDue(out), true
	}
	return out, true
}

// filterMessage updates the adversary's own state from a message. It answers a request for a piece
// that is claimed falsely, since the client cannot.
func (a *Adversary) filterMessage(e *client.Event, out []client.Action) []client.Action {
	switch e.Message.Kind {
	case client.Handshake:
		a.conn(e.Conn).theirFast = e.Message.Index&client.SpeaksFast != 0
	case client.Request:
		if a.claimsFalsely(e.Message.Index) && a.wellFormed(&e.Message) {
			out = a.reply(e, out)
		}
	case client.Cancel:
		c := a.conn(e.Conn)
		c.garbage = slices.DeleteFunc(c.garbage, func(r client.Message) bool { return sameBlock(&r, &e.Message) })
	}
	return out
}

// filterActions changes the client's actions from the first one on. handshakeConn is the connection
// on which the client has just received the first HANDSHAKE, or -1.
func (a *Adversary) filterActions(first, handshakeConn int, out []client.Action) []client.Action {
	list := slices.Clone(out[first:])
	out = out[:first]
	for i := range list {
		x := &list[i]
		switch x.Kind {
		case client.Send:
			out = a.filterSend(x, out)
			continue
		case client.HangUp:
			a.forget(x.Conn)
		}
		out = append(out, *x)
	}
	if handshakeConn < 0 {
		return out
	}
	if c := a.conn(client.ConnID(handshakeConn)); c.live && !c.established { // the client has sent no bitfield
		c.established = true
		out = a.sendForgedBitfield(client.ConnID(handshakeConn), out)
	}
	return out
}

// filterSend appends a message of the client as it is sent, if it is.
func (a *Adversary) filterSend(x *client.Action, out []client.Action) []client.Action {
	c := a.conn(x.Conn)
	switch m := &x.Message; m.Kind {
	case client.Handshake:
		c.ourFast = m.Index&client.SpeaksFast != 0
	case client.Choke:
		c.amChoking = true
		out = a.dropGarbage(x.Conn, out)
	case client.Unchoke:
		c.amChoking = false
	case client.Bitfield, client.HaveAll, client.HaveNone:
		c.established = true
		a.rewriteBitfield(m)
	case client.Have:
		if a.hidden != nil && a.hidden.Has(int(m.Index)) {
			return out
		}
	case client.Piece:
		return a.sendBlock(x.Conn, m, false, out)
	}
	return append(out, *x)
}

func (a *Adversary) conn(id client.ConnID) *conn {
	for int(id) >= len(a.conns) {
		a.conns = append(a.conns, conn{})
	}
	return &a.conns[id]
}

// forget drops a connection that is gone.
func (a *Adversary) forget(id client.ConnID) { *a.conn(id) = conn{} }

// sameBlock reports whether two messages name the same block.
func sameBlock(a, b *client.Message) bool {
	return a.Index == b.Index && a.Begin == b.Begin && a.Length == b.Length
}

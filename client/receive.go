package client

// onMessage passes a message to the method that handles it. The connection is closed if the message
// violates the protocol.
func (p *Peer) onMessage(e *Event) {
	id, m := e.Conn, &e.Message
	if int(id) >= len(p.conns) {
		return
	}
	c := &p.conns[id]
	if !c.live {
		return
	}
	c.lastReceived = p.now
	if !c.established {
		why := Violation
		if m.Kind == Handshake {
			why = p.onHandshake(id, m)
		}
		if why != NoReason {
			p.hangUpBecause(id, why, m.Kind)
		}
		return
	}
	if p.settings.Timeouts.Inactive > 0 && (m.Kind == Request || m.Kind == Piece) {
		c.lastContent = p.now
	}
	ok := true
	switch m.Kind {
	case Choke:
		p.onChoke(id)
	case Unchoke:
		p.onUnchoke(id)
	case Interested, NotInterested:
		p.onInterest(id, m.Kind == Interested)
	case Have:
		ok = p.onHave(id, m.Index)
	case Bitfield:
		ok = p.onBitfield(id, m.Data)
	case HaveAll:
		ok = p.onHaveAll(id)
	case HaveNone:
		ok = p.onHaveNone(id)
	case Request:
		ok = p.onRequest(id, m)
	case Piece:
		ok = p.onBlock(id, m)
	case Cancel:
		p.onCancel(id, m)
	case Reject:
		ok = p.onReject(id, m)
	case AllowedFast:
		ok = p.onAllowedFast(id, m.Index)
	case Suggest:
		ok = p.onSuggest(id, m.Index)
	case Extended:
		ok = p.onExtended(id, m.Data)
	case KeepAlive, Port, HashRequest, Hashes, HashReject, Unknown: // of no concern to the state machine
	default:
		ok = false
	}
	if !ok {
		p.hangUpBecause(id, p.whyRefused(&p.conns[id]), m.Kind)
	}
}

// whyRefused returns why a message ends its connection: what it says of the neighbour, or what it is.
func (p *Peer) whyRefused(c *conn) Reason {
	x := c.cold.extension
	if p.bothComplete(c) || x != nil && x.theirs.UploadOnly && p.uploadsOnly() {
		return NothingToExchange
	}
	return Violation
}

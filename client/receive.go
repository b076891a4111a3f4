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
		if m.Kind != Handshake || !p.onHandshake(id, m) {
			p.hangUp(id)
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
		p.hangUp(id)
	}
}

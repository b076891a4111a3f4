package adversary

import "swarmsim/client"

// Reply is the answer to a request for a piece that the peer claims to have and lacks.
type Reply uint8

// The replies.
const (
	Silence Reply = iota // none: the neighbour waits until the peer counts as snubbing it
	Reject               // REJECT, to neighbours that support the fast extension (BEP 6)
	Garbage              // a corrupt block
)

const (
	maxBlock   = 128 << 10 // bytes of the longest request that is answered
	maxGarbage = 500       // requests of a neighbour that wait for garbage
)

// wellFormed reports whether a request names content that there is. The client hangs up on others.
func (a *Adversary) wellFormed(m *client.Message) bool {
	return m.Length > 0 && m.Length <= maxBlock && int64(m.Begin)+int64(m.Length) <= a.torrent.PieceSize(int(m.Index))
}

// reply answers a request for a claimed piece. The client hears a keep-alive in its place.
func (a *Adversary) reply(e *client.Event, out []client.Action) []client.Action {
	c, request := a.conn(e.Conn), e.Message
	e.Message = client.Message{Kind: client.KeepAlive}
	switch {
	case a.behaviour.Reply == Silence:
		return out
	case a.behaviour.Reply == Garbage && !c.amChoking && len(c.garbage) < maxGarbage:
		c.garbage = append(c.garbage, request)
		return a.sendGarbage(e.Conn, out)
	}
	return reject(e.Conn, c, &request, out)
}

// sendGarbage appends the next corrupt block if none is at the network.
func (a *Adversary) sendGarbage(id client.ConnID, out []client.Action) []client.Action {
	c := a.conn(id)
	if c.sending || len(c.garbage) == 0 {
		return out
	}
	m := c.garbage[0]
	c.garbage = c.garbage[1:]
	c.sending = true
	m.Kind = client.Piece
	if a.real {
		m.Data = make([]byte, m.Length)
	}
	return a.sendBlock(id, &m, true, out)
}

// dropGarbage rejects the requests for claimed pieces of a neighbour that is being choked.
func (a *Adversary) dropGarbage(id client.ConnID, out []client.Action) []client.Action {
	c := a.conn(id)
	for i := range c.garbage {
		out = reject(id, c, &c.garbage[i], out)
	}
	c.garbage = nil
	return out
}

// reject appends a REJECT to a neighbour that supports the fast extension.
func reject(id client.ConnID, c *conn, request *client.Message, out []client.Action) []client.Action {
	if !c.ourFast || !c.theirFast {
		return out
	}
	m := *request
	m.Kind = client.Reject
	return append(out, client.Action{Kind: client.Send, Conn: id, Message: m})
}

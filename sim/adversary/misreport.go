package adversary

import (
	"swarmsim/client"
	"swarmsim/client/pieces"
)

// A peer that over-reports claims to have pieces that it lacks. Its neighbours are interested in
// it, believe those pieces to be less rare than they are, and request blocks that it cannot send.
//
// A peer that under-reports does not announce some of its pieces. It soon loses its neighbours'
// interest, looks incomplete to seeds, and is never asked for the hidden pieces.

// claims reports whether the peer claims to have a piece that it lacks.
func (a *Adversary) claims(piece uint32) bool {
	return a.claimed != nil && int(piece) < a.torrent.Pieces() && a.claimed.Has(int(piece)) && !a.peer.Have(int(piece))
}

// report replaces a BITFIELD, HAVE ALL or HAVE NONE of the client by the bitfield that is sent
// instead. An adversary that reports its pieces as they are leaves the message as it is.
func (a *Adversary) report(m *client.Message) {
	if a.claimed == nil && a.hidden == nil {
		return
	}
	count := a.torrent.Pieces()
	out := pieces.NewBitset(count)
	switch m.Kind {
	case client.Bitfield:
		out.Read(m.Data, count)
	case client.HaveAll:
		out.Fill(count)
	}
	for i := range count {
		if a.hidden != nil && a.hidden.Has(i) {
			out.Unset(i)
		}
		if a.claims(uint32(i)) {
			out.Set(i)
		}
	}
	*m = client.Message{Kind: client.Bitfield, Data: out.Bytes(count)}
}

// justGreeted returns the connection whose handshake an event brings; -1 for none.
func (a *Adversary) justGreeted(e *client.Event) int {
	if e.Kind != client.Received || e.Message.Kind != client.Handshake || a.conn(e.Conn).established {
		return -1
	}
	return int(e.Conn)
}

// announcePieces appends the bitfield of a peer that claims pieces and has none, to a neighbour
// without the fast extension: the client announces nothing then.
func (a *Adversary) announcePieces(id client.ConnID, out []client.Action) []client.Action {
	c := a.conn(id)
	if !c.live || c.established {
		return out
	}
	c.established = true
	if a.claimed == nil || a.peer.HaveCount() > 0 || c.ourFast && c.theirFast {
		return out
	}
	m := client.Message{Kind: client.HaveNone}
	a.report(&m)
	return append(out, client.Action{Kind: client.Send, Conn: id, Message: m})
}

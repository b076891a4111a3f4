package adversary

import (
	"swarmsim/client"
	"swarmsim/client/pieces"
)

// claimsFalsely reports whether the adversary claims to have a piece that it lacks: it
// over-reports. Its neighbours are interested in it, believe those pieces to be less rare than they
// are, and request blocks that it cannot send.
func (a *Adversary) claimsFalsely(piece uint32) bool {
	return a.claimed != nil && int(piece) < a.torrent.Pieces() && a.claimed.Has(int(piece)) && !a.peer.Have(int(piece))
}

// rewriteBitfield replaces a BITFIELD, HAVE ALL or HAVE NONE of the client by a BITFIELD with the
// claimed pieces and without the hidden ones. The message of an adversary that neither claims nor
// hides pieces stays as it is.
//
// An adversary that hides pieces under-reports: it soon loses its neighbours' interest, looks
// incomplete to seeds, and is never asked for the hidden pieces.
func (a *Adversary) rewriteBitfield(m *client.Message) {
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
		if a.claimsFalsely(uint32(i)) {
			out.Set(i)
		}
	}
	*m = client.Message{Kind: client.Bitfield, Data: out.Bytes(count)}
}

// handshakeOn returns the connection on which e delivers the first HANDSHAKE, or -1.
func (a *Adversary) handshakeOn(e *client.Event) int {
	if e.Kind != client.Received || e.Message.Kind != client.Handshake || a.conn(e.Conn).established {
		return -1
	}
	return int(e.Conn)
}

// sendForgedBitfield appends the BITFIELD of an over-reporting adversary that has no pieces. A
// client with no pieces sends no BITFIELD to a neighbour without BEP 6 (the fast extension), so
// there is none to rewrite.
func (a *Adversary) sendForgedBitfield(id client.ConnID, out []client.Action) []client.Action {
	c := a.conn(id)
	if a.claimed == nil || a.peer.HaveCount() > 0 || c.ourFast && c.theirFast {
		return out
	}
	m := client.Message{Kind: client.HaveNone}
	a.rewriteBitfield(&m)
	return append(out, client.Action{Kind: client.Send, Conn: id, Message: m})
}

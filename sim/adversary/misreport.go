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

// reported returns the bitfield that is sent instead of the true one; nil stands for no pieces.
func (a *Adversary) reported(bits []byte) []byte {
	count := a.torrent.Pieces()
	out := pieces.NewBitset(count)
	if bits != nil {
		out.Read(bits, count)
	}
	for i := range out {
		if a.hidden != nil {
			out[i] &^= a.hidden[i]
		}
		if a.claimed != nil {
			out[i] |= a.claimed[i]
		}
	}
	return out.Bytes(count)
}

// justGreeted returns the connection whose handshake an event brings; -1 for none.
func (a *Adversary) justGreeted(e *client.Event) int {
	if e.Kind != client.Received || e.Message.Kind != client.Handshake || a.conn(e.Conn).established {
		return -1
	}
	return int(e.Conn)
}

// announcePieces appends the bitfield of a peer that claims pieces and has none: the client sends
// no bitfield then.
func (a *Adversary) announcePieces(id client.ConnID, out []client.Action) []client.Action {
	c := a.conn(id)
	if !c.live || c.established {
		return out
	}
	c.established = true
	if a.claimed == nil {
		return out
	}
	return append(out, client.Action{Kind: client.Send, Conn: id,
		Message: client.Message{Kind: client.Bitfield, Data: a.reported(nil)}})
}

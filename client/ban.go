package client

import "swarmsim/client/pieces"

// attributeFailure finds who is to blame for a piece whose hash does not match: its only sender,
// which is banned. A piece that came from several is downloaded again from one neighbour alone,
// if the settings say so.
func (p *Peer) attributeFailure(a *pieces.Active) {
	sender, single := a.FailedBy()
	if !single {
		if p.settings.Requests.Parole {
			p.pieces.Suspect(a.Index())
		}
		return
	}
	for _, id := range p.established {
		if p.conns[id].serial == sender {
			p.ban(id)
			return
		}
	}
}

// ban ends a connection and refuses further ones with its peer.
func (p *Peer) ban(id ConnID) {
	p.counters.Banned++
	p.addresses.ban(p.conns[id].cold.addr.Addr(), p.conns[id].cold.id)
	p.hangUp(id, CorruptPiece)
}

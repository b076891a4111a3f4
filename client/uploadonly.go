package client

import "swarmsim/client/extension"

// A peer that only uploads (BEP 21) is a seed, or a partial seed: one that has all that it wants. It
// needs no slot, and two of them need no connection.

// uploadsOnly reports whether this peer says that it downloads nothing. A seed that announces its
// pieces one by one seems to be a leecher.
func (p *Peer) uploadsOnly() bool {
	return p.settings.Extensions.UploadOnly && p.Finished() && p.reveal == nil
}

// setUploadOnly notes whether a neighbour only uploads. It returns false if the connection is of no
// use because of that.
func (p *Peer) setUploadOnly(id ConnID, only bool) bool {
	x := p.conns[id].cold.extension
	if !p.settings.Extensions.UploadOnly || x.theirs.UploadOnly == only {
		x.theirs.UploadOnly = only
		return true
	}
	wants := x.wants || p.conns[id].peerInterested
	x.theirs.UploadOnly = false
	p.onInterest(id, wants && !only)
	x.theirs.UploadOnly, x.wants = only, wants
	return !only || !p.uploadsOnly()
}

// ignoresInterest notes what a neighbour says of its interest, and reports whether it does not
// count, because the neighbour only uploads.
func (p *Peer) ignoresInterest(id ConnID, wants bool) bool {
	x := p.conns[id].cold.extension
	if x == nil {
		return false
	}
	x.wants = wants
	return wants && x.theirs.UploadOnly && p.settings.Extensions.UploadOnly
}

// updateUploadOnly tells all neighbours if we only upload from now on, or no longer, and ends
// connections between two peers that only upload.
func (p *Peer) updateUploadOnly() {
	if p.ext == nil || p.ext.uploadsOnly == p.uploadsOnly() {
		return
	}
	only := p.uploadsOnly()
	p.ext.uploadsOnly = only
	for i := len(p.established) - 1; i >= 0; i-- {
		id := p.established[i]
		x := p.conns[id].cold.extension
		switch {
		case only && x.theirs.UploadOnly:
			p.hangUp(id, NothingToExchange)
		case p.supports(x, extension.UploadOnly):
			p.sendExtended(id, extension.UploadOnly, func(b []byte) []byte { return extension.AppendUploadOnly(b, only) })
		default: // BEP 21 knows the field of the handshake only
			p.sendExtensionHandshake(id)
		}
	}
}

package client

import (
	"time"

	"swarmsim/client/extension"
)

// The extension protocol (BEP 10): what is agreed on with each neighbour, and which messages go to
// which file. Nothing of it exists in a peer whose settings do not enable it.

// extensions is what a peer that supports the extension protocol keeps.
type extensions struct {
	ours     extension.IDs // that we offer
	exchange peerExchange
	votes    addressVotes

	uploadsOnly bool // what neighbours were last told of us
}

// neighbourExtensions is the state of a neighbour of such a peer.
type neighbourExtensions struct {
	agreed   bool                // both sides support the protocol
	theirs   extension.Handshake // what it has said, in all its extension handshakes
	exchange exchangeState
	wants    bool // it has said that it is interested, which does not count while it only uploads

	handshakes  allowance // its extension handshakes
	requests    allowance // its requests for metadata
	holepunches allowance // its messages about holes
}

// A neighbour may repeat its extension handshake (BEP 10), for example when it becomes a seed.
const (
	handshakeInterval = 10 * time.Second
	handshakeBurst    = 10
)

// newExtensions returns the state of the extension protocol; nil for a peer without it.
func (p *Peer) newExtensions() *extensions {
	s := &p.settings.Extensions
	if !s.Enabled {
		return nil
	}
	e := &extensions{exchange: peerExchange{next: Never}, uploadsOnly: p.uploadsOnly()}
	for x, on := range [extension.Count]bool{
		extension.PEX:        s.PEX && !p.torrent.Private,
		extension.Metadata:   p.servesMetadata(),
		extension.DontHave:   s.DontHave,
		extension.Holepunch:  s.Holepunch,
		extension.UploadOnly: s.UploadOnly,
	} {
		if on {
			e.ours[x] = extension.Extension(x).LocalID()
		}
	}
	return e
}

// supports reports whether both we and a neighbour support an extension.
func (p *Peer) supports(x *neighbourExtensions, e extension.Extension) bool {
	return x.theirs.IDs[e] != 0 && p.ext.ours[e] != 0
}

// beginExtensions makes the state of a neighbour with which handshakes have been exchanged.
func (p *Peer) beginExtensions(c *conn, agreed bool) {
	if p.ext == nil {
		return
	}
	c.cold.extension = &neighbourExtensions{agreed: agreed}
	p.list(c)
}

// sendExtensionHandshake sends the extension handshake to a neighbour that supports the protocol.
// It follows the announcement of pieces, which has to be the first message (BEP 3).
func (p *Peer) sendExtensionHandshake(id ConnID) {
	s := p.conns[id].cold
	if s.extension == nil || !s.extension.agreed {
		return
	}
	h := extension.Handshake{
		IDs:        p.ext.ours,
		Client:     p.cfg.ClientName,
		Port:       p.cfg.ListenPort,
		YourIP:     s.addr.Addr(),
		Requests:   p.settings.Upload.MaxRequests,
		UploadOnly: p.uploadsOnly(),
	}
	if p.servesMetadata() {
		h.MetadataSize = int64(len(p.cfg.Info))
	}
	if p.Complete() {
		h.CompleteSeconds = 1 + int64((p.now-p.counters.Finished)/time.Second)
	}
	p.send(id, Extended).Data = h.Append([]byte{extension.HandshakeID})
}

// sendExtended sends a neighbour a message of an extension that it supports. body appends the message
// behind its id.
func (p *Peer) sendExtended(id ConnID, e extension.Extension, body func([]byte) []byte) {
	theirs := p.conns[id].cold.extension.theirs.IDs[e]
	p.send(id, Extended).Data = body([]byte{theirs})
}

// onExtended handles a message of the extension protocol. One that was not agreed on is ignored.
// It returns false, which ends the connection, if the message is malformed or one too many.
func (p *Peer) onExtended(id ConnID, payload []byte) bool {
	x := p.conns[id].cold.extension
	if x == nil || !x.agreed || len(payload) == 0 {
		return true
	}
	kind, body := payload[0], payload[1:]
	if kind == extension.HandshakeID {
		return p.onExtensionHandshake(id, body)
	}
	e, known := p.ext.ours.Find(kind)
	if !known {
		return true
	}
	switch e {
	case extension.PEX:
		return p.onPeerExchange(id, body)
	case extension.Metadata:
		return p.onMetadata(id, body)
	case extension.DontHave:
		return p.onDontHave(id, body)
	case extension.Holepunch:
		return p.onHolepunch(id, body)
	default:
		only, err := extension.DecodeUploadOnly(body)
		return err == nil && p.setUploadOnly(id, only)
	}
}

// onExtensionHandshake handles an extension handshake, the first one or a later one.
func (p *Peer) onExtensionHandshake(id ConnID, data []byte) bool {
	c := &p.conns[id]
	x := c.cold.extension
	if !x.handshakes.take(p.now, handshakeInterval, handshakeBurst) {
		return false
	}
	before := x.theirs.UploadOnly
	if x.theirs.Decode(data) != nil {
		return false
	}
	p.ext.votes.add(c.cold.addr.Addr(), x.theirs.YourIP)
	p.list(c)
	p.addIncoming(c)
	if p.supports(x, extension.PEX) {
		p.ext.exchange.next = min(p.ext.exchange.next, max(p.now, x.exchange.next))
	}
	only := x.theirs.UploadOnly
	x.theirs.UploadOnly = before
	return p.setUploadOnly(id, only)
}

// limitRequests returns how many of the wanted requests may be added at a neighbour that has
// outstanding ones: it keeps no more than it has said (BEP 10, reqq).
func (c *conn) limitRequests(want, outstanding int) int {
	x := c.cold.extension
	if x == nil || x.theirs.Requests == 0 {
		return want
	}
	return min(want, x.theirs.Requests-outstanding)
}

// allowance limits how often a neighbour may do something: burst times at once, and once an
// interval after that. It is when the neighbour will have no arrears (the generic cell rate
// algorithm, ITU-T I.371).
type allowance time.Duration

// take reports whether the neighbour may do it now, and counts it if so.
func (a *allowance) take(now, interval time.Duration, burst int) bool {
	due := time.Duration(*a)
	if due-now > time.Duration(burst-1)*interval {
		return false
	}
	*a = allowance(max(due, now) + interval)
	return true
}

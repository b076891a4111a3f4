package client

import (
	"net/netip"
	"slices"
	"time"

	"swarmsim/client/extension"
)

// Two peers behind NATs can connect if they dial each other at the same time. A neighbour of both
// tells them when: the relay (BEP 55).

// How often a neighbour may ask for a rendezvous, or have us dial.
const (
	holepunchInterval = 5 * time.Second
	holepunchBurst    = 20
)

// onHolepunch handles a message of ut_holepunch. Those that come too often are ignored.
func (p *Peer) onHolepunch(id ConnID, data []byte) bool {
	var m extension.HolepunchMessage
	if m.Decode(data) != nil {
		return false
	}
	c := &p.conns[id]
	if !p.supports(c.cold.extension, extension.Holepunch) ||
		!c.cold.extension.holepunches.take(p.now, holepunchInterval, holepunchBurst) {
		return true
	}
	switch m.Type {
	case extension.Rendezvous:
		if reason := p.relay(id, m.Addr); reason != 0 {
			p.sendHolepunch(id, extension.HolepunchMessage{Type: extension.Failed, Addr: m.Addr, Error: reason})
		}
	case extension.Connect:
		p.dialThroughHole(c, m.Addr)
	}
	return true
}

// relay has a neighbour and the one at an address connect to each other. It returns why it
// cannot; 0 if it can.
func (p *Peer) relay(id ConnID, target netip.AddrPort) extension.HolepunchError {
	if !IsUsable(target) {
		return extension.NoSuchPeer
	}
	if p.isOwn(target) {
		return extension.NoSelf
	}
	for _, other := range p.established {
		c := &p.conns[other]
		if c.listenAddr() != target && c.cold.addr != target {
			continue
		}
		switch {
		case other == id:
			return extension.NoSuchPeer
		case !p.supports(c.cold.extension, extension.Holepunch):
			return extension.NoSupport
		}
		p.sendHolepunch(other, extension.HolepunchMessage{Type: extension.Connect, Addr: p.conns[id].holeAddr()})
		p.sendHolepunch(id, extension.HolepunchMessage{Type: extension.Connect, Addr: target})
		return 0
	}
	return extension.NotConnected
}

// holeAddr returns the address at which others shall dial a neighbour.
func (c *conn) holeAddr() netip.AddrPort {
	if a := c.listenAddr(); a.IsValid() {
		return a
	}
	return c.cold.addr
}

func (p *Peer) sendHolepunch(id ConnID, m extension.HolepunchMessage) {
	p.sendExtended(id, extension.Holepunch, m.Append)
}

// dialThroughHole dials a peer that dials us at the same time, as a neighbour says. The peers of a
// private torrent come from its tracker alone (BEP 27).
func (p *Peer) dialThroughHole(c *conn, a netip.AddrPort) {
	private := p.torrent.Private && p.addresses.find(a) == nil
	if private || !p.mayTake(c, a) || p.departed ||
		p.connections() >= p.settings.Connections.Max || len(p.addresses.dialing) >= maxDialing || p.isConnected(a) {
		return
	}
	if k := p.addresses.find(a); k != nil {
		k.teller = 0
		p.addresses.dial(k, p.now)
	} else {
		p.addresses.dialing = append(p.addresses.dialing, a)
	}
	p.out = append(p.out, Action{Kind: Dial, Addr: a, Holepunch: true})
}

// onDialFailed handles that an address could not be dialed. The neighbour that named it may be able
// to help, once.
func (p *Peer) onDialFailed(a netip.AddrPort) {
	teller := uint32(0)
	if k := p.addresses.find(a); k != nil {
		teller, k.teller = k.teller, 0
	}
	p.addresses.onDialFailed(a)
	if p.ext == nil || teller == 0 {
		return
	}
	i := slices.IndexFunc(p.established, func(id ConnID) bool { return p.conns[id].serial == teller })
	if i < 0 {
		return
	}
	if id := p.established[i]; p.supports(p.conns[id].cold.extension, extension.Holepunch) {
		p.sendHolepunch(id, extension.HolepunchMessage{Type: extension.Rendezvous, Addr: a})
	}
}

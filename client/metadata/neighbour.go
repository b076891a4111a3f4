package metadata

import (
	"bytes"
	"net/netip"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/extension"
)

// neighbour is the state of a connection.
type neighbour struct {
	live   bool // the slot is in use
	dialed bool
	shook  bool // handshakes have been exchanged
	v2     bool // it knows version 2 of the torrent (BEP 52)
	ready  bool // and extension handshakes
	serial uint32
	addr   netip.AddrPort
	id     client.PeerID
	theirs extension.Handshake

	openedAt     time.Duration
	lastSent     time.Duration
	lastReceived time.Duration

	requested []request
	lateCount int           // requests in a row that were not answered in time
	lacks     time.Duration // it has rejected a request; not to be asked before this time
	messages  int           // extended messages and hash requests since the last tick
}

// request is a piece that a neighbour has been asked for.
type request struct {
	piece int
	at    time.Duration
}

const (
	handshakeTimeout = 20 * time.Second // from opening a connection to the extension handshake
	keepAlive        = 100 * time.Second
	silence          = 3 * time.Minute // after which a connection is closed
	useless          = 30 * time.Second
	maxMessages      = 500 // of these of a neighbour in a second
	maxTaken         = 100 // addresses of a peer exchange message
)

// offered is what we support.
var offered = extension.IDs{
	extension.PEX:      extension.PEX.LocalID(),
	extension.Metadata: extension.Metadata.LocalID(),
}

// onOpened begins with a connection. The side that dialed sends its handshake first (BEP 3).
func (f *Fetcher) onOpened(e *client.Event) {
	for int(e.Conn) >= len(f.neighbours) {
		f.neighbours = append(f.neighbours, neighbour{})
	}
	f.lastSerial++
	f.neighbours[e.Conn] = neighbour{
		live: true, dialed: e.Dialed, serial: f.lastSerial, addr: unmapped(e.Addr),
		openedAt: f.now, lastReceived: f.now, lastSent: f.now,
	}
	if f.ended() {
		f.hangUp(e.Conn, client.Departing)
		return
	}
	if !e.Dialed {
		return
	}
	if k := f.book.find(unmapped(e.Addr)); k != nil {
		k.state, k.failed = connected, 0
	}
	f.sendHandshake(e.Conn)
}

func (f *Fetcher) sendHandshake(id client.ConnID) { f.send(id, f.Hello()) }

// Hello returns the handshake that is sent on every connection.
func (f *Fetcher) Hello() client.Message {
	data := append(f.cfg.InfoHash[:], f.cfg.ID[:]...)
	return client.Message{Kind: client.Handshake, Index: client.SpeaksExtensions, Data: data}
}

// onMessage handles a message. The connection is closed if it violates the protocol, or if the
// neighbour can be of no use.
func (f *Fetcher) onMessage(id client.ConnID, m *client.Message) {
	if int(id) >= len(f.neighbours) || !f.neighbours[id].live {
		return
	}
	n := &f.neighbours[id]
	n.lastReceived = f.now
	why := client.NoReason
	switch {
	case !n.shook && m.Kind == client.Handshake:
		why = f.onHandshake(id, m)
	case !n.shook:
		why = client.Violation
	case m.Kind == client.Extended:
		n.messages++
		if n.messages > maxMessages || !f.onExtended(id, m.Data) {
			why = client.Violation
		}
	case m.Kind == client.Hashes || m.Kind == client.HashReject:
		if !f.onHashes(id, m) {
			why = client.Violation
		}
	case m.Kind == client.HashRequest: // we have no layers
		if n.messages++; n.messages > maxMessages {
			why = client.Violation
		}
		f.send(id, client.Message{Kind: client.HashReject, Data: m.Data})
	}
	if why != client.NoReason && n.live {
		f.hangUpBecause(id, why, m.Kind)
	}
}

// onHandshake handles a neighbour's handshake: the torrent must be the same, and the neighbour must
// speak the extension protocol. It returns why the connection is refused; client.NoReason if it is not.
func (f *Fetcher) onHandshake(id client.ConnID, m *client.Message) client.Reason {
	n := &f.neighbours[id]
	if len(m.Data) != 40 || !f.isOurs(m.Data[:20]) {
		f.forget(n.addr)
		return client.WrongTorrent
	}
	if bytes.Equal(m.Data[20:], f.cfg.ID[:]) {
		f.forget(n.addr)
		return client.ConnectedToSelf
	}
	n.id = client.PeerID(m.Data[20:])
	if f.book.isBanned(n.addr.Addr(), n.id) {
		return client.Refused
	}
	if k := f.book.find(n.addr); k != nil {
		k.met = true
	}
	same := func(o neighbour) bool { return o.live && o.shook && o.id == n.id }
	if m.Index&client.SpeaksExtensions == 0 {
		return client.MetadataUseless
	}
	if slices.ContainsFunc(f.neighbours, same) {
		return client.Duplicate
	}
	if !n.dialed {
		f.sendHandshake(id)
	}
	n.shook = true
	n.v2 = m.Index&client.SpeaksV2 != 0 || f.cfg.V2 != nil && bytes.Equal(m.Data[:20], f.cfg.V2[:20])
	f.joinLayers(id)
	h := extension.Handshake{IDs: offered, Client: f.cfg.ClientName, Port: f.cfg.ListenPort, YourIP: n.addr.Addr()}
	f.send(id, client.Message{Kind: client.Extended, Data: h.Append([]byte{extension.HandshakeID})})
	return client.NoReason
}

// isOurs reports whether a handshake names the torrent: a hybrid is in two swarms (BEP 52).
func (f *Fetcher) isOurs(hash []byte) bool {
	return bytes.Equal(hash, f.cfg.InfoHash[:]) || f.cfg.V2 != nil && bytes.Equal(hash, f.cfg.V2[:20])
}

// forget removes an address at which there is no peer of this torrent.
func (f *Fetcher) forget(a netip.AddrPort) {
	f.book.known = slices.DeleteFunc(f.book.known, func(e entry) bool { return e.addr == a })
}

// onExtended handles a message of the extension protocol.
func (f *Fetcher) onExtended(id client.ConnID, payload []byte) bool {
	if len(payload) == 0 {
		return true
	}
	if f.info != nil && payload[0] != extension.HandshakeID { // it may be private (BEP 27)
		return true
	}
	n, body := &f.neighbours[id], payload[1:]
	if payload[0] == extension.HandshakeID {
		if n.theirs.Decode(body) != nil || n.theirs.MetadataSize > f.cfg.MaxSize {
			return false
		}
		n.ready = true
		if !n.dialed && n.theirs.Port > 0 {
			f.book.add([]netip.AddrPort{netip.AddrPortFrom(n.addr.Addr(), n.theirs.Port)})
		}
		return true
	}
	switch e, known := offered.Find(payload[0]); {
	case known && e == extension.PEX:
		return f.onPeerExchange(n, body)
	case known && n.ready:
		return f.onMetadata(id, body)
	}
	return true
}

// onPeerExchange takes addresses from a neighbour (BEP 11). Loopback addresses are taken from
// neighbours on this machine only.
func (f *Fetcher) onPeerExchange(n *neighbour, body []byte) bool {
	var x extension.PeerExchange
	if x.Decode(body, maxTaken) != nil {
		return false
	}
	for _, p := range x.Added {
		if !p.Addr.Addr().IsLoopback() || n.addr.Addr().IsLoopback() {
			f.book.add([]netip.AddrPort{p.Addr})
		}
	}
	return true
}

// hangUp ends a connection from our side.
func (f *Fetcher) hangUp(id client.ConnID, why client.Reason) { f.hangUpBecause(id, why, 0) }

// hangUpBecause ends a connection because of a message of a kind.
func (f *Fetcher) hangUpBecause(id client.ConnID, why client.Reason, k client.Kind) {
	f.out = append(f.out, client.Action{Kind: client.HangUp, Conn: id, Reason: why, Message: client.Message{Kind: k}})
	f.onClosed(id)
}

func (f *Fetcher) hangUpAll(why client.Reason) {
	for id := range f.neighbours {
		if f.neighbours[id].live {
			f.hangUp(client.ConnID(id), why)
		}
	}
}

// onClosed handles that a connection is gone.
func (f *Fetcher) onClosed(id client.ConnID) {
	if int(id) >= len(f.neighbours) || !f.neighbours[id].live {
		return
	}
	n := &f.neighbours[id]
	if k := f.book.find(n.addr); k != nil && n.dialed {
		k.state, k.after = idle, f.now+redial
		k.failed++ // a connection that came to nothing counts like a failed dial
	}
	f.unrequest(n, func(request) bool { return true })
	if f.layers != nil {
		f.layers.Part(id)
	}
	*n = neighbour{}
}

// checkNeighbours ends connections that are silent or of no use, and takes back late requests.
func (f *Fetcher) checkNeighbours() {
	live := 0
	for i := range f.neighbours {
		if f.neighbours[i].live {
			live++
		}
	}
	for i := range f.neighbours {
		id, n := client.ConnID(i), &f.neighbours[i]
		if !n.live {
			continue
		}
		n.messages = 0
		switch age := f.now - n.openedAt; {
		case !n.ready && age >= handshakeTimeout:
			f.hangUp(id, client.NoHandshake)
			continue
		case f.now-n.lastReceived >= silence:
			f.hangUp(id, client.Silent)
			continue
		case n.ready && !f.mayServe(n) && age >= useless && live == maxConnections:
			f.hangUp(id, client.MetadataUseless)
			continue
		case f.now-n.lastSent >= keepAlive:
			f.send(id, client.Message{Kind: client.KeepAlive})
		}
		f.takeBackLate(id)
	}
}

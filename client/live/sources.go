package live

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"

	"swarmsim/client"
	"swarmsim/client/live/dht"
	"swarmsim/client/live/lsd"
	"swarmsim/client/live/portmap"
	"swarmsim/torrent"
)

// Sources of peers other than trackers. A private torrent has none of them (BEP 27).

// extensions returns which extensions of the protocol between peers are offered.
func (s *Session) extensions() client.ExtensionSettings {
	return client.ExtensionSettings{Enabled: true, PEX: !s.cfg.NoPEX, DontHave: true, UploadOnly: true, Holepunch: !s.cfg.NoPEX}
}

// speaks returns what handshakes say that the session has, beside what the state machine says.
func (s *Session) speaks() uint32 {
	if s.dht != nil {
		return client.SpeaksDHT
	}
	return 0
}

// startDHT starts a DHT node at the UDP ports with the numbers of the TCP ports.
func (s *Session) startDHT() error {
	cfg := dht.Config{Bootstrap: s.cfg.Bootstrap, State: s.cfg.DHTState}
	if cfg.Bootstrap == nil {
		cfg.Bootstrap = dht.DefaultBootstrap
	}
	for _, a := range s.Addrs() {
		four, six := a.Addr().Unmap().Is4() || a.Addr() == netip.IPv6Unspecified(), a.Addr().Is6()
		var err error
		if four && cfg.IPv4 == nil {
			cfg.IPv4, err = listenUDP("udp4", a)
		}
		if six && cfg.IPv6 == nil && err == nil {
			cfg.IPv6, err = listenUDP("udp6", a)
		}
		if err != nil {
			closePackets(cfg)
			return err
		}
	}
	node, err := dht.New(cfg)
	if err != nil {
		closePackets(cfg)
		return err
	}
	s.dht = node
	return nil
}

func listenUDP(network string, a netip.AddrPort) (net.PacketConn, error) {
	host := a.Addr().Unmap().String()
	if a.Addr().IsUnspecified() {
		host = ""
	}
	conn, err := net.ListenPacket(network, net.JoinHostPort(host, fmt.Sprint(a.Port())))
	if err != nil {
		return nil, fmt.Errorf("cannot open the UDP port of the DHT: %w", err)
	}
	return conn, nil
}

func closePackets(c dht.Config) {
	for _, p := range []net.PacketConn{c.IPv4, c.IPv6} {
		if p != nil {
			p.Close()
		}
	}
}

// DHTState returns what a later session should begin with; nil without a DHT.
func (s *Session) DHTState() []byte {
	if s.dht == nil {
		return nil
	}
	return s.dht.State()
}

// DHTPort returns the UDP port of the DHT node; 0 without one.
func (s *Session) DHTPort() uint16 {
	if s.dht == nil {
		return 0
	}
	return s.port()
}

// findPeers begins to look for peers of a torrent where that is allowed. meta is nil while it is not
// known; it is called again when it is.
func (t *Torrent) findPeers(meta *torrent.Meta) {
	s := t.session
	if meta != nil && meta.Private {
		return
	}
	if meta != nil && s.dht != nil {
		for _, node := range meta.Nodes {
			if a, err := netip.ParseAddrPort(node); err == nil {
				s.dht.AddNode(a)
			}
		}
	}
	for _, hash := range t.swarms.Load().all() {
		if !slices.Contains(t.searching, hash) {
			t.searching = append(t.searching, hash)
			t.findPeersOf(hash)
		}
	}
}

// findPeersOf looks for peers of one of the torrent's swarms.
func (t *Torrent) findPeersOf(hash [20]byte) {
	s, found := t.session, t.finder(hash)
	if s.dht != nil {
		t.announces.Go(func() {
			s.dht.Announce(t.sources, hash, s.port(), func(peers []netip.AddrPort) { found(peers, client.FromDHT) })
		})
	}
	for _, l := range s.lsd {
		l.Add(hash)
		context.AfterFunc(t.sources, func() { l.Remove(hash) })
	}
}

// finder returns the function that tells the state machine of peers in one of the torrent's swarms.
func (t *Torrent) finder(hash [20]byte) func([]netip.AddrPort, client.Source) {
	if hash == t.swarms.Load().second {
		return t.foundInSecond
	}
	return t.found
}

// private reports whether the torrent's peers come from its trackers alone (BEP 27).
func (t *Torrent) private() bool {
	m := t.Meta()
	return m != nil && m.Private
}

// onPort handles PORT: a peer has a DHT node (BEP 5).
func (t *Torrent) onPort(c *conn, m *client.Message) {
	if t.session.dht != nil && !t.private() {
		t.session.dht.AddNode(netip.AddrPortFrom(c.addr.Addr(), uint16(m.Index)))
	}
}

// sendPort tells a peer that has a DHT node of ours, after the handshakes (BEP 5).
func (t *Torrent) sendPort(c *conn, hello *client.Message) {
	if t.session.dht != nil && hello.Index&client.SpeaksDHT != 0 && !t.private() && !c.gone {
		t.send(&client.Action{Conn: c.id, Message: client.Message{Kind: client.Port, Index: uint32(t.session.DHTPort())}})
	}
}

// startLSD announces torrents in the local networks of the listening addresses (BEP 14). Where there
// is no multicast, that is logged.
func (s *Session) startLSD() {
	for _, a := range s.Addrs() {
		found := func(hash [20]byte, peer netip.AddrPort) {
			if t := s.torrent(hash); t != nil {
				t.finder(hash)([]netip.AddrPort{peer}, client.FromLSD)
			}
		}
		service, err := lsd.New(lsd.Config{Local: a.Addr().Unmap(), Port: a.Port(), Found: found})
		if err != nil {
			s.log("no local service discovery", "address", a, "reason", err)
			continue
		}
		s.lsd = append(s.lsd, service)
	}
}

// mapPorts has the router pass connections from outside.
func (s *Session) mapPorts() {
	for _, a := range s.Addrs() {
		if !a.Addr().Unmap().Is4() || a.Addr().IsUnspecified() || a.Addr().IsLoopback() {
			continue
		}
		changed := func(all []portmap.Mapping) {
			for _, m := range all {
				s.log("port mapping", "port", m.Internal, "external", m.External, "method", m.Method, "reason", m.Err)
			}
		}
		ports := []portmap.Port{{Protocol: portmap.TCP, Internal: a.Port()}, {Protocol: portmap.UDP, Internal: a.Port()}}
		mapper, err := portmap.New(portmap.Options{Local: a.Addr().Unmap(), Changed: changed}, ports...)
		if err != nil {
			s.log("no port mapping", "address", a, "reason", err)
			continue
		}
		s.mappers = append(s.mappers, mapper)
	}
}

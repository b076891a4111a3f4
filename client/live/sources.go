package live

import (
	"fmt"
	"net"
	"net/netip"

	"swarmsim/client"
	"swarmsim/client/live/dht"
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

// findPeers begins to look for peers of a torrent where that is allowed.
func (t *Torrent) findPeers() {
	s := t.session
	if s.dht == nil || t.meta.Private {
		return
	}
	for _, node := range t.meta.Nodes {
		if a, err := netip.ParseAddrPort(node); err == nil {
			s.dht.AddNode(a)
		}
	}
	t.announces.Go(func() {
		s.dht.Announce(t.ctx, t.meta.InfoHash, s.port(), func(peers []netip.AddrPort) {
			t.found(peers, client.FromDHT)
		})
	})
}

// onPort handles PORT: a peer has a DHT node (BEP 5).
func (t *Torrent) onPort(c *conn, m *client.Message) {
	if t.session.dht != nil && !t.meta.Private {
		t.session.dht.AddNode(netip.AddrPortFrom(c.addr.Addr(), uint16(m.Index)))
	}
}

// sendPort tells a peer that has a DHT node of ours, after the handshakes (BEP 5).
func (t *Torrent) sendPort(c *conn, hello *client.Message) {
	if t.session.dht != nil && hello.Index&client.SpeaksDHT != 0 && !t.meta.Private && !c.gone {
		t.send(&client.Action{Conn: c.id, Message: client.Message{Kind: client.Port, Index: uint32(t.session.DHTPort())}})
	}
}

package live

import (
	"errors"
	"net"
	"net/netip"

	"swarmsim/tracker"
)

// udpReader answers the packets of a socket, one at a time. A socket has several.
type udpReader struct {
	server *Server
	conn   *net.UDPConn
	source *sourceAddress // nil if the socket has one address only
	packet [maxPacketLength]byte
	reply  []byte
	exchange
}

// serve reads packets until the socket is closed, or its deadline is over.
func (u *udpReader) serve() {
	for {
		n, oobn, from, err := u.read()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || isTimeout(err) {
				return
			}
			continue // such as a full buffer or an ICMP error of an earlier response
		}
		from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
		u.reply = u.answer(u.reply[:0], u.packet[:n], from)
		if len(u.reply) == 0 {
			u.server.counters.dropped.Add(1)
			continue
		}
		u.write(oobn, from) // a response that is lost is asked for again
	}
}

func (u *udpReader) read() (n, oobn int, from netip.AddrPort, err error) {
	if u.source == nil {
		n, from, err = u.conn.ReadFromUDPAddrPort(u.packet[:])
		return n, 0, from, err
	}
	n, oobn, _, from, err = u.conn.ReadMsgUDPAddrPort(u.packet[:], u.source.received[:])
	return n, oobn, from, err
}

func (u *udpReader) write(oobn int, to netip.AddrPort) {
	if u.source == nil {
		u.conn.WriteToUDPAddrPort(u.reply, to)
		return
	}
	u.conn.WriteMsgUDPAddrPort(u.reply, u.source.control(oobn), to)
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// answer appends the response to a packet, or nothing if the packet is to be dropped.
func (u *udpReader) answer(dst, packet []byte, from netip.AddrPort) []byte {
	s := u.server
	h, ok := parseHeader(packet)
	if !ok || from.Port() == 0 {
		return dst
	}
	ip := from.Addr().WithZone("")
	p := udp4.of(ip)
	if h.action == actionConnect {
		if h.connection != protocolID {
			return dst
		}
		s.counters.connects[p].Add(1)
		return appendConnectResponse(dst, h.transaction, s.connections.issue(s.shards.now(), ip))
	}
	if !s.connections.valid(s.shards.now(), ip, h.connection) {
		s.counters.failures[p].Add(1)
		return appendError(dst, h.transaction, "the connection ID is not valid or too old", len(packet))
	}
	if !s.limiter.allow(s.shards.now(), ip) {
		s.counters.limited.Add(1)
		s.counters.failures[p].Add(1)
		return appendError(dst, h.transaction, tooMany, len(packet))
	}
	switch h.action {
	case actionAnnounce:
		return u.announce(dst, packet, h, ip, p)
	case actionScrape:
		return u.scrape(dst, packet, h, p)
	}
	return u.fail(dst, packet, h, p, "the action is not connect, announce or scrape")
}

func (u *udpReader) announce(dst, packet []byte, h header, ip netip.Addr, p protocol) []byte {
	s, r := u.server, &u.request
	s.counters.announces[p].Add(1)
	if err := parseAnnounce(packet, r); err != nil {
		return u.fail(dst, packet, h, p, err.Error())
	}
	if !s.config.TrustIP || !r.Addr.Addr().IsValid() {
		r.Addr = netip.AddrPortFrom(ip, r.Addr.Port())
	}
	if r.Families = tracker.IPv4; p == udp6 {
		r.Families = tracker.IPv6
		r.NumWant = min(r.NumWant, maxPeers6)
	}
	r.NumWant = min(r.NumWant, maxPeers4)
	s.announce(r, &u.response)
	if u.response.Failure != "" {
		return u.fail(dst, packet, h, p, u.response.Failure)
	}
	return appendAnnounceResponse(dst, h.transaction, &u.response, r.Families)
}

func (u *udpReader) scrape(dst, packet []byte, h header, p protocol) []byte {
	u.server.counters.scrapes[p].Add(1)
	n, err := scrapeCount(packet)
	if err != nil {
		return u.fail(dst, packet, h, p, err.Error())
	}
	dst = appendResponseHeader(dst, actionScrape, h.transaction)
	for i := range n {
		dst = appendScraped(dst, u.server.scrape([20]byte(packet[headerLength+20*i:])))
	}
	return dst
}

func (u *udpReader) fail(dst, packet []byte, h header, p protocol, reason string) []byte {
	u.server.counters.failures[p].Add(1)
	return appendError(dst, h.transaction, reason, len(packet))
}

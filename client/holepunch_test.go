package client

import (
	"fmt"
	"net/netip"
	"testing"

	"swarmsim/client/extension"
)

// holes describes the holepunch messages that the last step sent on a connection.
func (s *script) holes(c ConnID) string {
	text := ""
	for _, data := range s.sent(c, extension.Holepunch) {
		var m extension.HolepunchMessage
		if err := m.Decode(data); err != nil {
			s.t.Fatal(err)
		}
		text += fmt.Sprintf("%s %v", [...]string{"rendezvous", "connect", fmt.Sprintf("error %d", m.Error)}[m.Type], m.Addr)
	}
	return text
}

// hole is a holepunch message to the peer of a script.
func hole(kind extension.HolepunchType, a netip.AddrPort) Message {
	m := extension.HolepunchMessage{Type: kind, Addr: a}
	return extended(extension.Holepunch, m.Append(nil))
}

// BEP 55: the relay sends both sides a connect message, or says why it cannot.
func TestRelay(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	us := func(h *extension.Handshake) { h.YourIP = addr(5).Addr() }
	s.connectExtended(0, 9, nil, us)
	s.connectExtended(1, 8, nil, us)
	s.connectExtended(2, 7, nil, func(h *extension.Handshake) { us(h); h.IDs[extension.Holepunch] = 0 })
	for _, x := range []struct {
		target netip.AddrPort
		answer string
	}{
		{addr(8), "connect 10.0.0.8:6881"},
		{netip.MustParseAddrPort("10.0.0.8:0"), "error 1 10.0.0.8:0"},
		{addr(9), "error 1 10.0.0.9:6881"}, // itself
		{addr(30), "error 2 10.0.0.30:6881"},
		{addr(7), "error 3 10.0.0.7:6881"},
		{addr(5), "error 4 10.0.0.5:6881"}, // the relay
	} {
		s.receive(0, hole(extension.Rendezvous, x.target))
		if got := s.holes(0); got != x.answer {
			t.Errorf("for %v: %s, want %s", x.target, got, x.answer)
		}
		if got := s.holes(1); x.target == addr(8) && got != "connect 10.0.0.9:6881" {
			t.Errorf("the target is sent %s", got)
		}
	}
	for range holepunchBurst {
		s.receive(0, hole(extension.Rendezvous, addr(8)))
	}
	if got := s.holes(1); got != "" {
		t.Errorf("after many requests in no time the target is still sent %s", got)
	}
}

// BEP 55: where a dial fails, the neighbour that named the address is asked for a rendezvous, once;
// its connect message leads to another dial.
func TestFailedDialIsTriedThroughARelay(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	s.connectExtended(0, 9, nil, nil)
	s.expect(s.receive(0, exchange(addr(20))), "dial 10.0.0.20")
	s.step(Event{Kind: DialFailed, Addr: addr(20)})
	if got := s.holes(0); got != "rendezvous 10.0.0.20:6881" {
		t.Errorf("sent %s", got)
	}
	s.expect(s.receive(0, hole(extension.Connect, addr(20))), "dial 10.0.0.20")
	if !s.out[0].Holepunch {
		t.Error("the dial does not say that the other side dials, too")
	}
	s.expect(s.receive(0, hole(extension.Connect, addr(20))), "") // being dialed
	s.expect(s.step(Event{Kind: DialFailed, Addr: addr(20)}), "")
	s.expect(s.receive(0, hole(extension.Connect, addr(8))), "dial 10.0.0.8")
	s.expect(s.receive(0, hole(extension.Failed, addr(8))), "")
	s.expect(s.receive(0, hole(extension.Connect, netip.MustParseAddrPort("127.0.0.1:80"))), "")
}

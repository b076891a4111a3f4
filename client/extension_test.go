package client

import (
	"fmt"
	"testing"
)

// echo is a hook that answers each payload with two copies of it.
type echo struct{ received []string }

func (e *echo) Handshake(ConnID) []byte { return []byte("\x00de") }

func (e *echo) Received(c ConnID, payload []byte) [][]byte {
	e.received = append(e.received, fmt.Sprintf("%d: %q", c, payload))
	return [][]byte{payload, payload}
}

// BEP 10: the bit in the handshake, the extension handshake after the bitfield, and messages that
// reach the hook and are answered. A neighbour without the bit gets none of this.
func TestExtensionMessagesReachTheHook(t *testing.T) {
	e := &echo{}
	s := newScript(t, 2, true, func(c *Config) { c.Extensions = e })
	ping := Message{Kind: Extended, Data: []byte("\x03ping")}
	connect := func(c ConnID, n byte, extensions uint32) []string {
		h := handshake(s.peer.torrent, id(n), false)
		h.Index |= extensions
		return s.connectWith(c, n, h, nil)
	}
	s.expect(connect(0, 8, SpeaksExtensions), "0: handshake, 0: bitfield, 0: extended")
	if m := s.out[0].Message; m.Index&SpeaksExtensions == 0 {
		t.Error("the handshake does not announce the protocol")
	}
	if m := s.out[2].Message; string(m.Data) != "\x00de" {
		t.Errorf("the extension handshake is %q", m.Data)
	}
	s.expect(s.receive(0, ping), "0: extended, 0: extended")
	s.expect(connect(1, 9, 0), "1: handshake, 1: bitfield")
	s.expect(s.receive(1, ping), "")
	if got := fmt.Sprint(e.received); got != "[0: \"\\x03ping\"]" {
		t.Errorf("received %s", got)
	}
}

// A peer without a hook does not announce the protocol, and ignores its messages and those of
// unknown kinds.
func TestUnknownMessagesAreIgnored(t *testing.T) {
	s := newScript(t, 2, true, nil)
	h := handshake(s.peer.torrent, id(8), false)
	h.Index |= SpeaksExtensions
	s.expect(s.connectWith(0, 8, h, nil), "0: handshake, 0: bitfield")
	if m := s.out[0].Message; m.Index != 0 {
		t.Errorf("the handshake announces %b", m.Index)
	}
	s.expect(s.receive(0, Message{Kind: Extended, Data: []byte("\x00de")}), "")
	s.expect(s.receive(0, Message{Kind: Unknown, Index: 99, Length: 7}), "")
	s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
}

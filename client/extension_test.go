package client

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client/extension"
	"swarmsim/client/pieces"
)

// allExtensions enables every extension, and gives the peer a port.
func allExtensions(c *Config) {
	c.Settings.Extensions = ExtensionSettings{Enabled: true, PEX: true, DontHave: true, Holepunch: true, UploadOnly: true}
	c.ClientName, c.ListenPort = "swarmsim", 6881
}

// theirHandshake is the extension handshake of a neighbour that supports every extension, under ids
// of its own.
func theirHandshake(change func(*extension.Handshake)) Message {
	h := extension.Handshake{IDs: extension.IDs{11, 12, 13, 14, 15}, Port: 6881}
	if change != nil {
		change(&h)
	}
	return Message{Kind: Extended, Data: h.Append([]byte{extension.HandshakeID})}
}

// extended is a message of an extension to the peer of a script.
func extended(e extension.Extension, body []byte) Message {
	return Message{Kind: Extended, Data: append([]byte{e.LocalID()}, body...)}
}

// connectExtended establishes a connection that neighbour n dialed. Both sides support all
// extensions. It returns what follows the neighbour's extension handshake.
func (s *script) connectExtended(c ConnID, n byte, bits []byte, change func(*extension.Handshake)) []string {
	h := handshake(s.peer.torrent, id(n), false)
	h.Index |= SpeaksExtensions
	s.connectWith(c, n, h, bits)
	return s.receive(c, theirHandshake(change))
}

// sent returns the messages of an extension that the last step sent on a connection. Neighbours
// have the ids of theirHandshake.
func (s *script) sent(c ConnID, e extension.Extension) [][]byte {
	var out [][]byte
	for _, a := range s.out {
		if a.Kind == Send && a.Conn == c && a.Message.Kind == Extended && a.Message.Data[0] == byte(e)+11 {
			out = append(out, a.Message.Data[1:])
		}
	}
	return out
}

// BEP 10: the bit in the handshake, and the extension handshake after the bitfield (BEP 3 has that
// first). A neighbour without the bit is sent none, and is not listened to.
func TestExtensionHandshake(t *testing.T) {
	s := newScript(t, 2, true, func(c *Config) {
		allExtensions(c)
		c.Info = make([]byte, 7)
	})
	connect := func(c ConnID, n byte, bits uint32) []string {
		h := handshake(s.peer.torrent, id(n), false)
		h.Index |= bits
		return s.connectWith(c, n, h, nil)
	}
	s.expect(connect(0, 8, SpeaksExtensions), "0: handshake, 0: bitfield, 0: extended")
	if m := s.out[0].Message; m.Index&SpeaksExtensions == 0 {
		t.Error("the handshake does not announce the protocol")
	}
	var h extension.Handshake
	if err := h.Decode(s.out[2].Message.Data[1:]); err != nil {
		t.Fatal(err)
	}
	want := extension.Handshake{IDs: extension.IDs{1, 2, 3, 4, 5}, Client: "swarmsim", Port: 6881, YourIP: addr(8).Addr(),
		Requests: 500, MetadataSize: 7, UploadOnly: true, CompleteSeconds: 1}
	if h != want {
		t.Errorf("the extension handshake is\n%+v, want\n%+v", h, want)
	}
	s.expect(connect(1, 9, 0), "1: handshake, 1: bitfield")
	s.expect(s.receive(1, extended(extension.Metadata, []byte("d8:msg_typei0e5:piecei0ee"))), "")
}

// A peer without the protocol does not announce it, and ignores its messages and those of unknown
// kinds.
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

// A message that is malformed ends the connection; one of an extension that was not offered is
// ignored, and so is an empty one.
func TestMalformedExtensionMessages(t *testing.T) {
	for text, ends := range map[string]bool{
		"": false, "\x63x": false, // no id, and one that was not offered
		"\x00": true, "\x00le": true, "\x00d1:v": true, "\x00d1:x" + strings.Repeat("l", 99): true,
		"\x01": true, "\x01d5:added5:abcdee": true, // ut_pex
		"\x02de": true, "\x02d8:msg_typei9e5:piecei0ee": false, // ut_metadata: unknown types are ignored (BEP 9)
		"\x03abc": true, "\x03\x00\x00\x00\x09": true, // lt_donthave: a piece that does not exist
		"\x04abc": true, "\x05": true,
	} {
		s := newScript(t, 2, false, func(c *Config) {
			allExtensions(c)
			c.Info = make([]byte, 7)
		})
		s.connectExtended(0, 9, nil, nil)
		want := ""
		if ends {
			want = "0: hang up"
		}
		t.Run(fmt.Sprintf("%.12q", text), func(t *testing.T) {
			s.t = t
			s.expect(s.receive(0, Message{Kind: Extended, Data: []byte(text)}), want)
		})
	}
}

// A neighbour that repeats its extension handshake without end is not kept.
func TestHandshakeFloodEndsConnection(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	s.connectExtended(0, 9, nil, nil)
	for range handshakeBurst - 1 {
		s.expect(s.receive(0, theirHandshake(nil)), "")
	}
	s.expect(s.receive(0, theirHandshake(nil)), "0: hang up")
}

// BEP 10, reqq: no more requests are outstanding than the neighbour keeps.
func TestRequestsAreLimitedByTheNeighbour(t *testing.T) {
	s := newScript(t, 4, false, func(c *Config) {
		allExtensions(c)
		c.Backlog = fixedBacklog(8)
	})
	s.connectExtended(0, 9, []byte{0xf0}, func(h *extension.Handshake) { h.Requests = 3 })
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1, 0: request 1/0")
	s.expect(s.receiveBlock(0, 0, 0), "0: request 1/1")
}

// BEP 10, yourip: an address counts once several neighbours see us there, and most of them.
func TestExternalAddress(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	ours, lie := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.99")
	for i, seen := range []netip.Addr{lie, ours, ours, {}, ours} {
		if got, _ := s.peer.ExternalAddrs(); got.IsValid() {
			t.Errorf("after %d votes the address is %v", i, got)
		}
		s.connectExtended(ConnID(i), byte(10+i), nil, func(h *extension.Handshake) { h.YourIP = seen })
	}
	if got, six := s.peer.ExternalAddrs(); got != ours || six.IsValid() {
		t.Errorf("the addresses are %v and %v", got, six)
	}
	// Repeated votes of one neighbour count once.
	for range 5 {
		s.receive(0, theirHandshake(func(h *extension.Handshake) { h.YourIP = lie }))
	}
	if got, _ := s.peer.ExternalAddrs(); got != ours {
		t.Errorf("the address is %v after one neighbour repeats itself", got)
	}
}

// BEP 54: a piece that a neighbour has no longer is requested from another.
func TestDontHave(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	s.connectExtended(0, 9, []byte{0xc0}, nil)
	s.connectExtended(1, 8, []byte{0xc0}, nil)
	s.expect(s.receive(0, Message{Kind: Unchoke}), "0: request 0/0, 0: request 0/1")
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 1/0, 1: request 1/1")
	lost := func(piece uint32) Message { return extended(extension.DontHave, extension.AppendDontHave(nil, piece)) }
	s.expect(s.receive(0, lost(0)), "")
	s.expect(s.receiveBlock(1, 1, 0), "1: request 0/0")
	s.expect(s.receive(0, lost(1)), "0: not interested")
	s.expect(s.receive(0, lost(1)), "")
	s.expect(s.receiveHave(0, 0), "0: interested, 0: request 0/1")
}

// BEP 54: the loss of a piece is told to those that understand it; requests for it are rejected,
// and it is downloaded again.
func TestLostPieceIsDownloadedAgain(t *testing.T) {
	s := newScript(t, 2, true, allExtensions)
	s.connectExtended(0, 9, []byte{0x80}, nil)
	s.connect(1, 8, 0x80)
	s.receive(0, Message{Kind: Interested})
	s.expect(s.receiveRequest(0, 1, 0), "0: piece 1/0")
	s.expect(s.receiveRequest(0, 0, 1), "") // waits until the network has taken the first block
	lost := Event{Kind: PieceLost, Message: Message{Index: 0}}
	s.expect(s.step(lost), "0: extended, 0: interested, 1: interested, 0: extended") // the last: it does not only upload now
	if m := s.sent(0, extension.DontHave); len(m) != 1 || string(m[0]) != "\x00\x00\x00\x00" {
		t.Errorf("sent %q", m)
	}
	s.expect(s.step(lost), "")
	s.expect(s.blockSent(0), "")
	s.expect(s.receiveRequest(0, 0, 0), "0: hang up") // without the fast extension, as for any other missing piece
	s.expect(s.receive(1, Message{Kind: Unchoke}), "1: request 0/0, 1: request 0/1")
	s.receiveBlock(1, 0, 0)
	s.expect(s.receiveBlock(1, 0, 1), "1: have 0, 1: not interested, announce completed")
}

// BEP 21: a neighbour that only uploads gets no slot, whatever it says of its interest.
func TestUploadOnlyNeighbourGetsNoSlot(t *testing.T) {
	s := newScript(t, 2, false, allExtensions)
	s.connectExtended(0, 9, []byte{0x80}, func(h *extension.Handshake) { h.UploadOnly = true })
	s.expect(s.receive(0, Message{Kind: Interested}), "")
	only := func(yes bool) Message { return extended(extension.UploadOnly, extension.AppendUploadOnly(nil, yes)) }
	s.expect(s.receive(0, only(false)), "0: unchoke")
	s.expect(s.receive(0, only(true)), "0: choke")
}

// BEP 21: two peers that only upload part. One that becomes a seed says so, by the message where
// the neighbour knows it, otherwise by another handshake.
func TestUploadOnlyPeersPart(t *testing.T) {
	s := newScript(t, 2, true, allExtensions)
	s.expect(s.connectExtended(0, 9, []byte{0x80}, func(h *extension.Handshake) { h.UploadOnly = true }), "0: hang up")

	s = newScript(t, 1, false, allExtensions)
	s.connectExtended(0, 9, []byte{0x80}, nil)
	s.connectExtended(1, 8, []byte{0x00}, func(h *extension.Handshake) { h.IDs[extension.UploadOnly] = 0 })
	s.connectExtended(2, 7, []byte{0x00}, nil)
	s.connectExtended(3, 6, []byte{0x00}, func(h *extension.Handshake) { h.UploadOnly = true })
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	got := without(s.receiveBlock(0, 0, 1), "have")
	s.expect(got, "0: not interested, announce completed, 0: hang up, 3: hang up, 2: extended, 1: extended")
	if m := s.sent(2, extension.UploadOnly); len(m) != 1 || string(m[0]) != "\x01" {
		t.Errorf("sent %q", m)
	}
}

// What the piece table counts stays exact as neighbours gain and lose pieces, with few pieces and
// with many, for which an index is kept.
func TestLossesAreCounted(t *testing.T) {
	for _, count := range []int{7, 3000} {
		s := newScript(t, 2, false, func(c *Config) {
			allExtensions(c)
			c.Torrent.Layout = pieces.Layout{Length: int64(count) * 2 * BlockSize, PieceLength: 2 * BlockSize}
			_, _, c.Picker = strategies("tit-for-tat", "round-robin", "rarest-first")
		})
		for n := range ConnID(3) {
			s.connectExtended(n, byte(10+n), nil, nil)
			s.receive(n, Message{Kind: Unchoke})
		}
		for i := range 200 {
			n, piece := ConnID(i%3), uint32(i*i%count)
			s.receiveHave(n, int(piece))
			if i%4 > 0 {
				s.receive(n, extended(extension.DontHave, extension.AppendDontHave(nil, piece)))
			}
			if i == 100 {
				s.now += time.Second
			}
		}
	}
}

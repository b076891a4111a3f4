package client

import (
	"testing"
	"time"

	"swarmsim/client/extension"
)

// Whatever neighbours send by the extension protocol, in whatever order, the peer's counts stay
// exact, its lists bounded, and it dials no address at which no peer can be.
func FuzzExtended(f *testing.F) {
	f.Add([]byte{0, 9, 18, 27}, []byte("d5:added6:abcdef7:added.f1:a7:dropped0:e"))
	f.Add([]byte{2, 11, 64, 3, 12}, []byte("\x00\x00abcdef\x00\x00\x00\x00"))
	f.Add([]byte{0, 8, 16, 24, 32, 1, 2, 3}, []byte("d1:md6:ut_pexi1e12:ut_holepunchi2ee1:pi6881e4:reqqi5e11:upload_onlyi1e6:yourip4:abcde"))
	f.Fuzz(func(t *testing.T, order, payload []byte) {
		s := newScript(t, 8, false, func(c *Config) {
			allExtensions(c)
			c.Info = make([]byte, 40_000)
		})
		for i, x := range order[:min(len(order), 100)] {
			c := ConnID(x & 3)
			if int(c) >= len(s.peer.conns) || !s.peer.conns[c].live {
				s.connectExtended(c, 10+byte(c), []byte{x}, nil)
				continue
			}
			switch kind := x >> 2 & 15; {
			case kind <= uint8(extension.Count):
				s.receive(c, Message{Kind: Extended, Data: append([]byte{kind}, payload...)})
			case kind == 8:
				s.advance(time.Duration(x) * time.Second)
			case kind == 9:
				s.step(Event{Kind: PieceLost, Message: Message{Index: uint32(x >> 6)}})
			case kind == 10 && len(s.peer.addresses.dialing) > 0:
				s.step(Event{Kind: DialFailed, Addr: s.peer.addresses.dialing[0]})
			case kind == 11:
				s.receive(c, extended(extension.DontHave, extension.AppendDontHave(nil, uint32(x>>6))))
			case kind == 12:
				s.receive(c, Message{Kind: Unchoke})
			default:
				s.receiveBlock(c, uint32(i%8), uint32(x>>7))
			}
			for _, a := range s.out {
				if a.Kind == Dial && !IsUsable(a.Addr) {
					t.Fatalf("dials %v", a.Addr)
				}
			}
		}
		if n := len(s.peer.addresses.known); n > maxAddresses {
			t.Fatalf("%d addresses are known", n)
		}
	})
}

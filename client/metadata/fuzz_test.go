package metadata

import (
	"crypto/sha1"
	"math/rand/v2"
	"testing"
	"time"

	"swarmsim/client"
)

// Whatever neighbours send, in whatever order, a Fetcher takes no dictionary that does not match, keeps
// no more bytes than its limit, and asks for ticks until it ends.
func FuzzMessages(f *testing.F) {
	f.Add([]byte{0, 1, 20, 'd', '1', ':', 'm', 'd', 'e', 'e'}, []byte("\x02d8:msg_typei1e5:piecei0eexx"))
	f.Add([]byte{0, 0, 0, 1, 2, 3}, []byte("\x00d1:md11:ut_metadatai7ee13:metadata_sizei2ee"))
	f.Fuzz(func(t *testing.T, order, payload []byte) {
		c := Config{InfoHash: sha1.Sum([]byte("xx")), ID: id(5), Rand: rand.New(rand.NewPCG(1, 2)), Trackers: 1, MaxSize: 1 << 16}
		s := &script{t: t, f: New(c)}
		s.step(client.Event{Kind: client.Tick})
		for _, x := range order[:min(len(order), 300)] {
			conn := client.ConnID(x & 3)
			switch x >> 2 & 7 {
			case 0:
				s.step(client.Event{Kind: client.Closed, Conn: conn})
				s.step(client.Event{Kind: client.Opened, Conn: conn, Addr: addr(byte(conn)), Dialed: x > 127})
				s.receive(conn, s.handshake(10+byte(conn)))
			case 1:
				s.receive(conn, theirHandshake(int64(x)*300))
			case 2:
				s.now += time.Duration(x) * 100 * time.Millisecond
				s.step(client.Event{Kind: client.Tick})
			case 3:
				s.receive(conn, client.Message{Kind: client.Kind(x), Data: payload})
			case 4:
				s.data(conn, make([]byte, int(x)*300), int(x)&3%(1+int(x)*300/(16<<10)))
			default:
				s.receive(conn, client.Message{Kind: client.Extended, Data: payload})
			}
			if done, _ := s.f.Progress(); done > c.MaxSize {
				t.Fatalf("%d bytes are kept", done)
			}
			if info := s.f.Info(); info != nil {
				if string(info) != "xx" {
					t.Fatalf("%q is taken", info)
				}
				return
			}
		}
		if next := s.f.NextTick(); next > s.now+tick {
			t.Fatalf("the next tick is %v away", next-s.now)
		}
	})
}

package live_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/extension"
	"swarmsim/client/live"
	"swarmsim/client/live/crypt"
	"swarmsim/torrent"
)

// newSeed returns a session that seeds a torrent of 16 pieces, its log, and the torrent's folder.
func newSeed(t *testing.T, change func(*live.Config)) (*live.Session, *live.Torrent, *logBook, *torrent.Meta, string) {
	t.Helper()
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	log := newLogBook()
	s := newSession(t, func(c *live.Config) {
		log.use(c)
		small(c)
		c.Client = strategies(t, "client.fast_extension=true")
		if change != nil {
			change(c)
		}
	})
	x := add(t, s, meta, live.Options{Folder: folder, ReadOnly: true})
	await(t, x)
	return s, x, log, meta, folder
}

func index(k client.Kind, i uint32) client.Message { return client.Message{Kind: k, Index: i} }

func request(i, begin, length uint32) client.Message {
	return client.Message{Kind: client.Request, Index: i, Begin: begin, Length: length}
}

func bitfield(b ...byte) client.Message { return client.Message{Kind: client.Bitfield, Data: b} }

func extended(id byte, body string) client.Message {
	return client.Message{Kind: client.Extended, Data: append([]byte{id}, body...)}
}

// violations are what neighbours may not send after the handshakes, to a torrent of 16 pieces of 64
// KiB, with what is logged.
var violations = []struct {
	name     string
	messages []client.Message
	logged   string
}{
	{"bitfield that is too short", []client.Message{bitfield(0xff)}, "bitfield"},
	{"bitfield that is too long", []client.Message{bitfield(0xff, 0xff, 0)}, "bitfield"},
	{"bitfield without bytes", []client.Message{bitfield()}, "bitfield"},
	{"HAVE ALL twice", []client.Message{{Kind: client.HaveAll}, {Kind: client.HaveAll}}, "has what the other lacks"},
	{"HAVE of a piece that is not there", []client.Message{index(client.Have, 16)}, "message have"},
	{"HAVE of the greatest index", []client.Message{index(client.Have, 1<<32-1)}, "message have"},
	{"request for a piece that is not there", []client.Message{request(16, 0, 16<<10)}, "message request"},
	{"request beyond the piece", []client.Message{request(0, 60<<10, 16<<10)}, "message request"},
	{"request whose end overflows", []client.Message{request(0, 1<<32-1, 2)}, "message request"},
	{"request for nothing", []client.Message{request(0, 0, 0)}, "message request"},
	{"request for too much", []client.Message{request(0, 0, 1<<20)}, "message request"},
	{"reject of a block that is not there", []client.Message{{Kind: client.Reject, Index: 99, Length: 16 << 10}}, "message reject"},
	{"allowed-fast piece that is not there", []client.Message{index(client.AllowedFast, 16)}, "message allowed fast"},
	{"suggested piece that is not there", []client.Message{index(client.Suggest, 16)}, "message suggest"},
	{"block of a piece that is not there", []client.Message{
		{Kind: client.Piece, Index: 16, Length: 16 << 10, Data: make([]byte, 16<<10)},
	}, "message piece"},
	{"block that is not one", []client.Message{{Kind: client.Piece, Begin: 1, Length: 100, Data: make([]byte, 100)}}, "message piece"},
	{"extension handshake that is no dictionary", []client.Message{extended(0, "i1e")}, "message extended"},
	{"extension handshake of nested lists", []client.Message{extended(0, "d1:m"+strings.Repeat("l", 100_000))}, "message extended"},
	{"extension handshake with a string without end", []client.Message{extended(0, "d1:v999999999:x")}, "message extended"},
	{"extension handshakes without end", repeat(extended(0, "d1:md6:ut_pexi1eee"), 20), "message extended"},
	{"peer exchange that is no dictionary", []client.Message{extended(extension.PEX.LocalID(), "x")}, "message extended"},
	{"peer exchange with half an address", []client.Message{extended(extension.PEX.LocalID(), "d5:added5:abcdee")}, "message extended"},
	{"peer exchange without end", repeat(extended(extension.PEX.LocalID(), "d5:added6:\x7f\x00\x00\x09\x1a\xe1e"), 20), "message extended"},
	{"metadata message that is no dictionary", []client.Message{extended(extension.Metadata.LocalID(), "le")}, "message extended"},
	{"hole punching without an address", []client.Message{extended(extension.Holepunch.LocalID(), "\x00")}, "message extended"},
	{"extended message of 200 KiB", []client.Message{extended(9, strings.Repeat("x", 200<<10))}, "with id 20 has"},
}

func repeat(m client.Message, n int) []client.Message {
	var out []client.Message
	for range n {
		out = append(out, m)
	}
	return out
}

// A neighbour that violates the protocol is hung up on, the log says why, and others are served.
func TestViolations(t *testing.T) {
	s, x, log, meta, folder := newSeed(t, nil)
	for i, v := range violations {
		p := joinRaw(t, x, s, "127.0.0.2", rawID(byte(i)))
		p.send(v.messages...)
		p.expectEnd()
		log.expect(t, "peer="+p.localAddr(), "reason=", v.logged)
		if t.Failed() {
			t.Fatal(v.name)
		}
	}
	download(t, newSession(t, small), meta, folder, s.Addrs())
}

// Bytes that are no messages end the connection, and take no memory whatever length they claim.
func TestMalformedLengths(t *testing.T) {
	s, x, log, meta, folder := newSeed(t, nil)
	frame := func(length uint32, body ...byte) []byte {
		return append(binary.BigEndian.AppendUint32(nil, length), body...)
	}
	for i, v := range []struct {
		bytes  []byte
		logged string
	}{
		{frame(1<<32-1, 5), "id 5 has 4294967295 bytes"},
		{frame(1<<31, 7), "id 7 has"},
		{frame(1<<30, 20, 0), "id 20 has"},
		{frame(1<<30, 99), "id 99 has"},
		{frame(2, 0, 0), "id 0 has 2 bytes"},
		{frame(4, 4, 0, 0, 0), "id 4 has 4 bytes"},
		{frame(5, 6, 0, 0, 0, 0), "id 6 has 5 bytes"},
		{frame(8, 7, 0, 0, 0, 0, 0, 0, 0), "id 7 has 8 bytes"},
		{bytes.Repeat([]byte{0xff}, 4096), "bytes, which must be"},
	} {
		p := joinRaw(t, x, s, "127.0.0.2", rawID(byte(i)))
		p.write(v.bytes)
		p.expectEnd()
		log.expect(t, "peer="+p.localAddr(), "reason=", v.logged)
	}
	download(t, newSession(t, small), meta, folder, s.Addrs())
}

// A block of which only a part comes gives its buffer back: peers cannot use them all up.
func TestBrokenOffBlocks(t *testing.T) {
	const buffers = 16
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	seed := newSession(t, nil)
	await(t, add(t, seed, meta, live.Options{Folder: folder, ReadOnly: true}))
	s := newSession(t, func(c *live.Config) { c.Storage.ReceivedBytes = buffers * client.BlockSize })
	out := t.TempDir()
	x := add(t, s, meta, live.Options{Folder: out})
	for i := range 2 * buffers {
		p := joinRaw(t, x, s, "127.0.0.2", rawID(byte(i)))
		p.write(append(binary.BigEndian.AppendUint32(nil, 9+client.BlockSize), 7, 0, 0, 0, 0, 0, 0, 0, 0, 'x'))
		p.conn.(interface{ CloseWrite() error }).CloseWrite()
		p.expectEnd()
	}
	x.AddPeers(seed.Addrs())
	await(t, x)
	equal(t, folder, out, meta)
}

// What does not begin like a connection of the protocol is refused.
func TestMalformedHandshakes(t *testing.T) {
	for _, mode := range []crypt.Mode{crypt.Off, crypt.Preferred, crypt.Required} {
		t.Run(mode.String(), func(t *testing.T) {
			s, x, log, meta, folder := newSeed(t, func(c *live.Config) { c.Encryption = mode })
			right := hello(x.InfoHash(), rawID(1))
			other := hello([20]byte{1}, rawID(2))
			for _, m := range []struct {
				name   string
				bytes  []byte
				plain  bool // it would be accepted without encryption
				logged string
			}{
				{"HTTP", []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" + strings.Repeat("x", 2000)), false, "refused"},
				{"nothing but zeros", make([]byte, 4096), false, "refused"},
				{"another protocol's name", append([]byte("\x13BitTorrent protocoL"), make([]byte, 2000)...), false, "refused"},
				{"another torrent", encode(other), true, "no torrent with the info hash"},
				{"half a handshake", encode(right)[:40], true, "refused"},
			} {
				p := dialRaw(t, s, "127.0.0.2")
				p.write(m.bytes)
				p.conn.(interface{ CloseWrite() error }).CloseWrite()
				p.expectEnd()
				logged := m.logged
				if m.plain && mode == crypt.Required {
					logged = "refused"
				}
				log.expect(t, "peer="+p.localAddr(), "reason=", logged)
			}
			download(t, newSession(t, func(c *live.Config) { c.Encryption = mode }), meta, folder, s.Addrs())
		})
	}
}

// A session that requires encryption refuses plaintext, and sends none to a peer that speaks nothing
// else.
func TestNoDowngradeOfEncryption(t *testing.T) {
	s, x, log, _, _ := newSeed(t, func(c *live.Config) { c.Encryption = crypt.Required })
	p := dialRaw(t, s, "127.0.0.2")
	p.send(hello(x.InfoHash(), rawID(1)))
	p.expectEnd()
	log.expect(t, "peer="+p.localAddr(), "refused")

	first := make(chan []byte, 10)
	plain := listenRaw(t, "127.0.0.3", func(p *rawPeer) {
		b := make([]byte, 20)
		n, _ := p.conn.Read(b)
		first <- b[:n]
		p.send(hello(x.InfoHash(), rawID(2)))
		p.r.Next()
	})
	x.AddPeers([]netip.AddrPort{plain})
	log.expect(t, "no connection", plain.String())
	if b := <-first; strings.HasPrefix(string(b), "\x13BitT") {
		t.Errorf("a handshake was sent in plaintext: %q", b)
	}
}

// Floods of messages that are allowed neither stop others nor take memory.
func TestFloods(t *testing.T) {
	for _, f := range []struct {
		name string
		one  []byte
	}{
		{"HAVE", encode(index(client.Have, 3))},
		{"request of a choked peer", encode(request(0, 0, 16<<10))},
		{"keep-alive", encode(client.Message{Kind: client.KeepAlive})},
		{"interest", encode(client.Message{Kind: client.NotInterested})},
		{"cancel", encode(client.Message{Kind: client.Cancel, Length: 16 << 10})},
		{"extended message that was not agreed on", encode(extended(77, strings.Repeat("x", 100<<10)))},
		{"unknown message", []byte{0, 0, 0, 1, 99}},
		{"block that was not asked for", encode(client.Message{Kind: client.Piece, Length: 16 << 10, Data: make([]byte, 16<<10)})},
	} {
		t.Run(f.name, func(t *testing.T) {
			s, x, _, meta, folder := newSeed(t, nil)
			p := joinRaw(t, x, s, "127.0.0.2", rawID(1))
			before := heap()
			data := bytes.Repeat(f.one, 1+(64<<10)/len(f.one))
			go io.Copy(io.Discard, p.conn)
			sent, stop := int64(0), make(chan struct{})
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				for p.write(data) {
					sent += int64(len(data))
					select {
					case <-stop:
						return
					default:
					}
				}
			}()
			for range 3 {
				download(t, newSession(t, small), meta, folder, s.Addrs())
			}
			grown := heap() - before
			close(stop)
			p.conn.Close()
			<-ended
			t.Logf("%d MB were sent, the heap grew by %.1f MB", sent/1e6, float64(grown)/1e6)
			if grown > 64<<20 { // 15 MB are those of the sessions
				t.Errorf("the heap grew by %d bytes", grown)
			}
		})
	}
}

func encode(m client.Message) []byte { return appendMessage(nil, m) }

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A peer that makes us answer and reads nothing is hung up on, before its answers take memory.
func TestPeerThatNeverReads(t *testing.T) {
	s, x, log, meta, folder := newSeed(t, nil)
	p := joinRaw(t, x, s, "127.0.0.2", rawID(1))
	before := heap()
	flood := bytes.Repeat(encode(request(0, 0, 16<<10)), 1000) // each is rejected: the peer is choked
	for i := 0; p.write(flood); i++ {
		if i > 10_000 {
			t.Fatal("a peer that reads no answer is not hung up on")
		}
	}
	log.expect(t, "peer="+p.localAddr(), "does not read")
	if grown := heap() - before; grown > 16<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	download(t, newSession(t, small), meta, folder, s.Addrs())
}

// Peers that request blocks and read none hold a bounded number of buffers, and others are served.
// They hold slots until a write to them times out, after more than half a minute, which is awaited with
// LIVE_SOAK=full.
func TestPeersThatRequestAndNeverRead(t *testing.T) {
	s, x, log, meta, folder := newSeed(t, nil)
	for i := range 3 {
		p := joinRaw(t, x, s, "127.0.0.2", rawID(byte(i)))
		p.conn.(interface{ SetReadBuffer(int) error }).SetReadBuffer(1024)
		p.send(client.Message{Kind: client.Interested})
		go func() {
			for piece := uint32(0); p.send(request(piece%16, 0, 16<<10)); piece++ {
				time.Sleep(time.Millisecond)
			}
		}()
	}
	for range 2 {
		download(t, newSession(t, small), meta, folder, s.Addrs())
	}
	if os.Getenv("LIVE_SOAK") == "full" {
		log.expect(t, "connection ended", "peer=127.0.0.2:", "i/o timeout")
	}
}

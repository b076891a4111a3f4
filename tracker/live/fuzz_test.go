package live

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"swarmsim/tracker"
)

// offline returns a server without sockets.
func offline(t testing.TB, c Config) *Server {
	c, err := c.checked()
	if err != nil {
		t.Fatal(err)
	}
	return &Server{
		config:      c,
		shards:      newShards(c.policy()),
		connections: newConnectionIDs(),
		limiter:     newRateLimiter(c.Rate, c.Burst),
	}
}

// announcePacket returns a UDP announce.
func announcePacket(connection uint64) []byte {
	p := binary.BigEndian.AppendUint64(nil, connection)
	p = binary.BigEndian.AppendUint32(p, actionAnnounce)
	p = binary.BigEndian.AppendUint32(p, 7) // transaction
	p = append(p, make([]byte, announceLength-len(p))...)
	p[16], p[36], p[97] = 'h', 'p', 5
	binary.BigEndian.PutUint32(p[92:], 0xffffffff) // numwant
	return p
}

// No packet does harm, and none of an address that is not verified has a longer response.
func FuzzPacket(f *testing.F) {
	f.Add(announcePacket(0), true)
	f.Add(append(announcePacket(0), 2, 9, '/', 'a', 'n', 'n', 'o', 'u', 'n', 'c', 'e', 1, 0), true)
	f.Add(append(announcePacket(0), 2, 200), true)
	f.Add(announcePacket(1), false)
	f.Add([]byte("\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x00abcd"), false)
	f.Add([]byte("\x00\x00\x04\x17\x27\x10\x19\x80\x00\x00\x00\x02abcdaaaaaaaaaaaaaaaaaaaa"), true)
	s := offline(f, Config{MaxSwarms: 100})
	u := &udpReader{server: s}
	from := netip.MustParseAddrPort("192.0.2.1:1000")
	f.Fuzz(func(t *testing.T, packet []byte, verified bool) {
		packet = bytes.Clone(packet)
		if verified && len(packet) >= headerLength {
			binary.BigEndian.PutUint64(packet, s.connections.issue(s.shards.now(), from.Addr()))
		}
		reply := u.answer(nil, packet, from)
		if !verified && len(reply) > len(packet) {
			t.Fatalf("%d bytes for %d", len(reply), len(packet))
		}
		if len(reply) > 0 && (len(packet) < headerLength || len(reply) < 8 || !bytes.Equal(reply[4:8], packet[12:16])) {
			t.Fatalf("%x is not the response to %x", reply, packet)
		}
		if len(reply) > 1500-48 {
			t.Fatalf("a response of %d bytes", len(reply))
		}
	})
}

// A snapshot is read as it was written, or refused.
func FuzzSnapshot(f *testing.F) {
	s := offline(f, Config{})
	for n := range 20 {
		r := tracker.Request{
			InfoHash: [20]byte{byte(n % 3), 19: byte(n % 3)},
			PeerID:   [20]byte{byte(n)},
			Addr:     netip.AddrPortFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(n)}), 5),
			Left:     int64(n % 2),
			Event:    tracker.Completed,
			Key:      uint32(n),
		}
		if n%4 == 0 {
			r.Also = netip.MustParseAddrPort("[2001:db8::1]:7")
		}
		s.shards.announce(&r, &tracker.Response{})
	}
	var data bytes.Buffer
	if _, err := s.shards.writeSnapshot(&data); err != nil {
		f.Fatal(err)
	}
	f.Add(data.Bytes())
	f.Add(data.Bytes()[:100])
	f.Add([]byte(snapshotMagic + "\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s := offline(t, Config{})
		data = bytes.Clone(data)
		fixChecksums(data)
		if s.shards.readSnapshot(bytes.NewReader(data)) != nil {
			return
		}
		var again bytes.Buffer
		if _, err := s.shards.writeSnapshot(&again); err != nil {
			t.Fatal(err)
		}
		back := offline(t, Config{})
		if err := back.shards.readSnapshot(&again); err != nil {
			t.Fatal(err)
		}
		if a, b := s.Stats(), back.Stats(); a != b {
			t.Fatalf("%+v became %+v", a, b)
		}
	})
}

// fixChecksums makes the checksums of a snapshot's blocks right, so that their content is read.
func fixChecksums(data []byte) {
	for at := len(snapshotMagic); at+blockHeader <= len(data); {
		length := binary.BigEndian.Uint64(data[at:])
		body := data[at+blockHeader:]
		if length == 0 || length > uint64(len(body)) {
			return
		}
		binary.BigEndian.PutUint32(data[at+8:], checksum(body[:length]))
		at += blockHeader + int(length)
	}
}

// Every change of a byte and every cut of a snapshot is found, and the file is left alone.
func TestDamagedSnapshotIsRefused(t *testing.T) {
	file := filepath.Join(t.TempDir(), "peers")
	s := offline(t, Config{Snapshot: file})
	for n := range 3 {
		r := tracker.Request{
			InfoHash: [20]byte{byte(n)},
			PeerID:   [20]byte{byte(n)},
			Addr:     netip.MustParseAddrPort("192.0.2.1:5"),
		}
		s.shards.announce(&r, &tracker.Response{})
	}
	if err := s.saveSnapshot(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, at int, data []byte) {
		t.Helper()
		if err := os.WriteFile(file, data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := New(Config{Snapshot: file, Listen: []string{"127.0.0.1:0"}}); err == nil {
			t.Fatalf("%s at byte %d was not found", what, at)
		}
		if left, _ := os.ReadFile(file); !bytes.Equal(left, data) {
			t.Fatalf("%s at byte %d: the file was changed", what, at)
		}
	}
	for i := range whole {
		data := bytes.Clone(whole)
		data[i] ^= 0x40
		refused("a damaged byte", i, data)
		refused("a cut", i, whole[:i])
	}
	refused("an addition", len(whole), append(bytes.Clone(whole), 0))
}

func FuzzHashes(f *testing.F) {
	f.Add([]byte("0123456789012345678901234567890123456789 # a comment\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if set, err := parseHashes(data); err == nil && len(set)*40 > len(data) {
			t.Fatalf("%d hashes in %d bytes", len(set), len(data))
		}
	})
}

// A connection ID is valid for two minutes, for the address that it was issued for, and of the
// server that issued it.
func TestConnectionIDs(t *testing.T) {
	c, other := newConnectionIDs(), newConnectionIDs()
	a, b := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for _, start := range []time.Duration{0, 250 * time.Second, 1000 * time.Hour} {
		id := c.issue(start, a)
		for after := range 1000 {
			now := start + time.Duration(after)*time.Second
			if c.valid(now, a, id) != (after <= 120) {
				t.Fatalf("after %d s: %v", after, c.valid(now, a, id))
			}
			if c.valid(now, b, id) || other.valid(now, a, id) {
				t.Fatal("accepted for another address or by another server")
			}
		}
		for bit := range 64 {
			if c.valid(start, a, id^1<<bit) {
				t.Fatalf("bit %d does not count", bit)
			}
		}
	}
}

func TestRateLimiter(t *testing.T) {
	l := newRateLimiter(2, 10)
	a := netip.MustParseAddr("2001:db8::1")
	count := func(now time.Duration, ip netip.Addr) (n int) {
		for range 100 {
			if l.allow(now, ip) {
				n++
			}
		}
		return n
	}
	if n := count(time.Hour, a); n != 10 {
		t.Errorf("%d at once, want the burst", n)
	}
	if n := count(time.Hour+3*time.Second, netip.MustParseAddr("2001:db8::ffff")); n != 6 {
		t.Errorf("%d of the same /64 three seconds later, want 6", n)
	}
	if n := count(time.Hour, netip.MustParseAddr("192.0.2.1")); n != 10 {
		t.Errorf("%d of another address, want the burst", n)
	}
}

package announce

import (
	"bytes"
	"encoding/binary"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fakeUDP is a UDP tracker whose answer to each datagram the test decides.
type fakeUDP struct {
	conn     *net.UDPConn
	connects atomic.Int32
	done     sync.WaitGroup
}

// respond sends answers to the sender of a datagram.
type respond func(data ...byte)

// newFakeUDP begins a tracker that gives each connect request the id 7, and hands other requests to h
// from behind their connection id.
func newFakeUDP(t *testing.T, local string, h func(f *fakeUDP, id uint64, action, transaction uint32, body []byte, r respond)) *fakeUDP {
	t.Helper()
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort(local)))
	if err != nil {
		t.Skipf("no address %s here: %v", local, err)
	}
	f := &fakeUDP{conn: conn}
	f.done.Go(func() {
		buf := make([]byte, 1<<16)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			send := func(data ...byte) { conn.WriteToUDPAddrPort(data, from) }
			id, action, tx := binary.BigEndian.Uint64(buf), binary.BigEndian.Uint32(buf[8:]), binary.BigEndian.Uint32(buf[12:])
			if action == actionConnect && id == protocolID {
				f.connects.Add(1)
			}
			h(f, id, action, tx, buf[16:n], send)
		}
	})
	t.Cleanup(func() {
		conn.Close()
		f.done.Wait()
	})
	return f
}

func (f *fakeUDP) url(path string) string { return "udp://" + f.conn.LocalAddr().String() + path }

// header begins a response.
func header(action, transaction uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, action), transaction)
}

// connectResponse answers a connect request with an id.
func connectResponse(tx uint32, id uint64) []byte {
	return binary.BigEndian.AppendUint64(header(actionConnect, tx), id)
}

// announceResponse answers an announce: interval 60 s, 2 leechers, 1 seed.
func announceResponse(tx uint32, peers string) []byte {
	return append(header(actionAnnounce, tx), "\x00\x00\x00\x3c\x00\x00\x00\x02\x00\x00\x00\x01"+peers...)
}

// honest answers as a tracker should.
func honest(_ *fakeUDP, id uint64, action, tx uint32, body []byte, r respond) {
	switch {
	case action == actionConnect:
		r(connectResponse(tx, 7)...)
	case id != 7:
		r(append(header(actionError, tx), "bad id"...)...)
	case action == actionAnnounce:
		r(announceResponse(tx, "\xc0\x00\x02\x01\x1a\xe1")...)
	case action == actionScrape:
		out := header(actionScrape, tx)
		for range len(body) / 20 {
			out = append(out, "\x00\x00\x00\x01\x00\x00\x00\x02\xff\xff\xff\xff"...)
		}
		r(out...)
	}
}

func TestUDPAnnounce(t *testing.T) {
	sent := make(chan []byte, 10)
	f := newFakeUDP(t, "127.0.0.1:0", func(f *fakeUDP, id uint64, action, tx uint32, body []byte, r respond) {
		if action == actionAnnounce {
			sent <- bytes.Clone(body)
		}
		honest(f, id, action, tx, body, r)
	})
	path := "/announce?passkey=" + strings.Repeat("k", 300)
	r, err := open(t, f.url(path), Options{Local: loopback7}).Announce(guard(t), Request{
		InfoHash: [20]byte{1}, PeerID: [20]byte{2}, Port: 6881, Uploaded: 1, Downloaded: 2, Left: -1,
		Event: Stopped, NumWant: -1, Key: 9, IPv4: netip.MustParseAddr("192.0.2.7"),
	})
	if err != nil || r.Interval != time.Minute || r.Incomplete != 2 || r.Complete != 1 || len(r.Peers) != 1 || r.Peers[0] != addrs("192.0.2.1:6881")[0] {
		t.Errorf("got %+v, %v", r, err)
	}
	want := "\x01" + strings.Repeat("\x00", 19) + "\x02" + strings.Repeat("\x00", 19) +
		"\x00\x00\x00\x00\x00\x00\x00\x02" + "\x7f\xff\xff\xff\xff\xff\xff\xff" + "\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x00\x00\x00\x03" + "\xc0\x00\x02\x07" + "\x00\x00\x00\x09" + "\xff\xff\xff\xff" + "\x1a\xe1" +
		"\x02\xff" + path[:255] + "\x02\x3f" + path[255:]
	if seen := <-sent; string(seen) != want {
		t.Errorf("sent\n%q, want\n%q", seen, want)
	}
}

func TestUDPOverIPv6(t *testing.T) {
	peer := string(netip.MustParseAddr("2001:db8::1").AsSlice()) + "\x1a\xe1"
	f := newFakeUDP(t, "[::1]:0", func(_ *fakeUDP, _ uint64, action, tx uint32, _ []byte, r respond) {
		if action == actionConnect {
			r(connectResponse(tx, 7)...)
		} else {
			r(announceResponse(tx, peer)...)
		}
	})
	for _, local := range []netip.Addr{{}, netip.IPv6Loopback()} {
		r, err := open(t, f.url(""), Options{Local: local}).Announce(guard(t), Request{})
		if err != nil || len(r.Peers) != 1 || r.Peers[0] != addrs("[2001:db8::1]:6881")[0] {
			t.Errorf("from %v: got %v, %v", local, r.Peers, err)
		}
	}
}

// Many torrents announce at once over one socket: one connection id serves them all.
func TestConnectionIDIsShared(t *testing.T) {
	f := newFakeUDP(t, "127.0.0.1:0", honest)
	socket, err := NewSocket(loopback7)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	ctx := guard(t)
	var all sync.WaitGroup
	for range 20 {
		tracker := open(t, f.url("/announce"), Options{Socket: socket})
		all.Go(func() {
			if _, err := tracker.Announce(ctx, Request{}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := f.connects.Load(); n != 1 {
		t.Errorf("%d connect requests", n)
	}
}

// An expired id is obtained again; so is one that the tracker refuses, once.
func TestConnectionIDIsRenewed(t *testing.T) {
	var id atomic.Uint64
	id.Store(7)
	f := newFakeUDP(t, "127.0.0.1:0", func(f *fakeUDP, got uint64, action, tx uint32, body []byte, r respond) {
		switch {
		case action == actionConnect:
			r(connectResponse(tx, id.Load())...)
		case got != id.Load():
			r(append(header(actionError, tx), "Connection ID missmatch.\x00"...)...)
		default:
			r(announceResponse(tx, "")...)
		}
	})
	socket, err := NewSocket(loopback7)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	tracker := open(t, f.url(""), Options{Socket: socket})
	announce := func(connects int32) {
		t.Helper()
		if _, err := tracker.Announce(guard(t), Request{}); err != nil {
			t.Error(err)
		}
		if n := f.connects.Load(); n != connects {
			t.Errorf("%d connect requests, want %d", n, connects)
		}
	}
	announce(1)
	announce(1)
	for _, l := range socket.links { // a minute passes
		l.got = l.got.Add(-idLifetime)
	}
	announce(2)
	id.Store(8) // the tracker restarts
	announce(3)
}

// Datagrams are lost: requests are repeated.
func TestRetransmission(t *testing.T) {
	var datagrams atomic.Int32
	f := newFakeUDP(t, "127.0.0.1:0", func(f *fakeUDP, id uint64, action, tx uint32, body []byte, r respond) {
		if datagrams.Add(1)%3 == 0 {
			honest(f, id, action, tx, body, r)
		}
	})
	tracker := open(t, f.url(""), Options{Local: loopback7, Retransmit: time.Millisecond})
	if _, err := tracker.Announce(guard(t), Request{}); err != nil {
		t.Fatal(err)
	}
	if datagrams.Load() < 6 {
		t.Errorf("%d datagrams", datagrams.Load())
	}
}

// A tracker that never answers is asked for a bounded time.
func TestSilentUDPTracker(t *testing.T) {
	f := newFakeUDP(t, "127.0.0.1:0", func(*fakeUDP, uint64, uint32, uint32, []byte, respond) {})
	tracker := open(t, f.url(""), Options{Local: loopback7, Retransmit: time.Millisecond, Timeout: 100 * time.Millisecond})
	_, err := tracker.Announce(guard(t), Request{})
	if err == nil || !strings.Contains(err.Error(), "does not answer") {
		t.Errorf("got %v", err)
	}
	if n := f.connects.Load(); n > 9 {
		t.Errorf("%d requests: the time between them should double", n)
	}
}

// Datagrams with a wrong transaction id, of another sender, or too short, are not answers.
func TestForgedDatagrams(t *testing.T) {
	forger, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.9:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer forger.Close()
	var victim atomic.Pointer[net.UDPAddr]
	f := newFakeUDP(t, "127.0.0.1:0", func(f *fakeUDP, id uint64, action, tx uint32, body []byte, r respond) {
		if action != actionConnect {
			forger.WriteToUDP(announceResponse(tx, "\xc0\x00\x02\x63\x00\x01"), victim.Load())
			r(announceResponse(tx+1, "\xc0\x00\x02\x63\x00\x01")...)
			r(1, 2, 3)
			r()
		}
		honest(f, id, action, tx, body, r)
	})
	socket, err := NewSocket(loopback7)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	victim.Store(socket.conn.LocalAddr().(*net.UDPAddr))
	r, err := open(t, f.url(""), Options{Socket: socket}).Announce(guard(t), Request{})
	if err != nil || len(r.Peers) != 1 || r.Peers[0] != addrs("192.0.2.1:6881")[0] {
		t.Errorf("got %v, %v", r.Peers, err)
	}
}

func TestUDPLiars(t *testing.T) {
	cases := []struct {
		name   string
		answer func(action, tx uint32) []byte
		want   string
	}{
		{"refuses", func(_, tx uint32) []byte { return append(header(actionError, tx), "go away\x00"...) }, `"go away"`},
		{"short connect", func(action, tx uint32) []byte { return header(action, tx) }, "shorter than 16"},
		{"other action", func(_, tx uint32) []byte { return header(9, tx) }, "action 9"},
		{"short announce", func(action, tx uint32) []byte {
			if action == actionConnect {
				return connectResponse(tx, 7)
			}
			return header(action, tx)
		}, "shorter than 20"},
	}
	for _, c := range cases {
		f := newFakeUDP(t, "127.0.0.1:0", func(_ *fakeUDP, _ uint64, action, tx uint32, _ []byte, r respond) { r(c.answer(action, tx)...) })
		_, err := open(t, f.url(""), Options{Local: loopback7}).Announce(guard(t), Request{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v", c.name, err)
		}
		if c.name == "refuses" && !errors.As(err, new(*Failure)) {
			t.Errorf("got %T", err)
		}
	}
}

func TestUDPScrape(t *testing.T) {
	f := newFakeUDP(t, "127.0.0.1:0", honest)
	var hashes [][20]byte
	for i := range 100 { // two datagrams
		hashes = append(hashes, [20]byte{byte(i)})
	}
	got, err := open(t, f.url(""), Options{Local: loopback7}).Scrape(guard(t), hashes...)
	if err != nil || len(got) != 100 || got[hashes[99]] != (Stats{1, 2, 1<<31 - 1}) {
		t.Errorf("got %d, %v, %v", len(got), got[hashes[99]], err)
	}
}

// Close ends a call in progress, of a tracker or of its socket.
func TestUDPClose(t *testing.T) {
	asked := make(chan bool, 10)
	f := newFakeUDP(t, "127.0.0.1:0", func(*fakeUDP, uint64, uint32, uint32, []byte, respond) { asked <- true })
	for _, which := range []string{"tracker", "socket"} {
		socket, err := NewSocket(loopback7)
		if err != nil {
			t.Fatal(err)
		}
		tracker := open(t, f.url(""), Options{Socket: socket})
		go func() {
			<-asked
			if which == "tracker" {
				tracker.Close()
			} else {
				socket.Close()
			}
		}()
		if _, err := tracker.Announce(guard(t), Request{}); !errors.Is(err, errClosed) {
			t.Errorf("%s: got %v", which, err)
		}
		socket.Close()
	}
}

// Links of trackers that are no longer asked are dropped.
func TestLinksAreBounded(t *testing.T) {
	s, err := NewSocket(loopback7)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for port := range 2000 {
		s.link(netip.AddrPortFrom(loopback7, uint16(port)))
	}
	if len(s.links) > maxLinks {
		t.Errorf("%d links", len(s.links))
	}
}

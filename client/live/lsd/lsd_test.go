package lsd

import (
	"bytes"
	"fmt"
	"net/netip"
	"reflect"
	"runtime"
	"testing"
	"time"
)

func hash(i int) (h [20]byte) {
	copy(h[:], fmt.Sprintf("%05d", i))
	return h
}

func TestAnnounceIsThatOfBEP14(t *testing.T) {
	a := announce{6881, [][20]byte{{0xab}, {0xcd}}, "me"}
	want := "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n" +
		"Infohash: ab00000000000000000000000000000000000000\r\n" +
		"Infohash: cd00000000000000000000000000000000000000\r\ncookie: me\r\n\r\n\r\n"
	if got := string(a.encode(group4)); got != want {
		t.Errorf("%q", got)
	}
	for range maxInfoHashes - 2 {
		a.infoHashes = append(a.infoHashes, [20]byte{})
	}
	a.port, a.cookie = 65535, "0123456789abcdef"
	if got := a.encode(group6); len(got) > maxDatagram {
		t.Errorf("%d bytes", len(got))
	}
}

func TestDecode(t *testing.T) {
	const infoHash = "INFOHASH:ab00000000000000000000000000000000000000\r\n"
	got, err := decode([]byte("BT-SEARCH * HTTP/1.1\r\nX-New: 1\r\n" + infoHash + "port:  80 \r\nhost: anything\r\n\r\n\r\n"))
	if want := (announce{80, [][20]byte{{0xab}}, ""}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{
		"", "M-SEARCH * HTTP/1.1\r\nPort: 1\r\n" + infoHash,
		"BT-SEARCH * HTTP/1.1\r\n" + infoHash,
		"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\n",
		"BT-SEARCH * HTTP/1.1\r\nPort: 0\r\n" + infoHash,
		"BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\n" + infoHash,
		"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: ab\r\n",
		"BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n" + infoHash + "cookie: " + string(bytes.Repeat([]byte("c"), 65)),
		string(make([]byte, maxReceived+1)),
	} {
		if got, err := decode([]byte(bad)); err == nil {
			t.Errorf("%q: %+v", bad, got)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(announce{6881, [][20]byte{{1}, {2}}, "cookie"}.encode(group4))
	f.Fuzz(func(t *testing.T, datagram []byte) {
		a, err := decode(datagram)
		if err != nil {
			return
		}
		if len(a.infoHashes) > maxReceived/40 {
			t.Fatalf("%d info hashes", len(a.infoHashes))
		}
		again, err := decode(a.encode(group6))
		if len(a.infoHashes) <= maxInfoHashes && (err != nil || !reflect.DeepEqual(a, again)) {
			t.Fatalf("%+v is read again as %+v, %v", a, again, err)
		}
	})
}

// A client sends no more than one announce a minute, and each torrent every 5 minutes while there is
// room for it (BEP 14).
func TestSchedule(t *testing.T) {
	for _, torrents := range []int{1, 5, 100, 120, 500} {
		s := schedule{due: map[[20]byte]time.Duration{}}
		for i := range torrents {
			s.add(hash(i), 0)
		}
		last := map[[20]byte]time.Duration{}
		longest, sent := time.Duration(0), time.Duration(-time.Hour)
		for now := time.Duration(0); now < 5*time.Hour; {
			infoHashes, wait := s.take(now)
			if len(infoHashes) == 0 {
				now += wait
				continue
			}
			if now-sent < datagramInterval || len(infoHashes) > maxInfoHashes {
				t.Fatalf("%d torrents: %d announced %v after others", torrents, len(infoHashes), now-sent)
			}
			sent = now
			for _, h := range infoHashes {
				longest = max(longest, now-last[h])
				last[h] = now
			}
		}
		turns := time.Duration((torrents+maxInfoHashes-1)/maxInfoHashes) * datagramInterval
		if len(last) != torrents || longest > max(torrentInterval, turns) {
			t.Errorf("%d of %d torrents were announced, after up to %v", len(last), torrents, longest)
		}
	}
}

// multicast reports whether an interface's multicast comes back.
func multicast(t *testing.T, local netip.Addr) bool {
	heard := make(chan bool, 1)
	s, err := New(Config{Local: local, Port: 1, Found: func([20]byte, netip.AddrPort) {
		select {
		case heard <- true:
		default:
		}
	}})
	if err != nil {
		t.Log(err)
		return false
	}
	defer s.Close()
	s.Add(hash(1))
	for range 20 {
		s.send.WriteTo(announce{2, [][20]byte{hash(1)}, ""}.encode(s.groupName()), s.group)
		select {
		case <-heard:
			return true
		case <-time.After(50 * time.Millisecond):
		}
	}
	return false
}

func TestTwoServicesFindEachOther(t *testing.T) {
	for _, local := range []string{"127.0.0.1", "::1"} {
		t.Run(local, func(t *testing.T) {
			addr := netip.MustParseAddr(local)
			if !multicast(t, addr) {
				t.Skip("there is no multicast at this address")
			}
			before := runtime.NumGoroutine()
			var services []*Service
			found := make([]chan netip.AddrPort, 2)
			for i := range found {
				found[i] = make(chan netip.AddrPort, 100)
				s, err := New(Config{Local: addr, Port: uint16(5000 + i), Found: func(h [20]byte, peer netip.AddrPort) {
					if h != hash(7) || peer.Port() == uint16(5000+i) {
						t.Errorf("service %d found %q at %v", i, h, peer)
					}
					found[i] <- peer
				}})
				if err != nil {
					t.Fatal(err)
				}
				services = append(services, s)
				s.Add(hash(10 + i)) // which the other does not have
			}
			for _, s := range services {
				s.Add(hash(7))
			}
			for i := range found {
				select {
				case peer := <-found[i]:
					if want := netip.AddrPortFrom(addr, uint16(5001-i)); peer != want {
						t.Errorf("service %d found %v, want %v", i, peer, want)
					}
				case <-time.After(time.Minute):
					t.Errorf("service %d found nothing", i)
				}
			}
			for _, s := range services {
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if after := runtime.NumGoroutine(); after > before {
				t.Errorf("%d goroutines, %d before", after, before)
			}
		})
	}
}

func TestNewChecks(t *testing.T) {
	found := func([20]byte, netip.AddrPort) {}
	for _, config := range []Config{
		{},
		{Local: netip.MustParseAddr("127.0.0.1"), Found: found},
		{Local: netip.MustParseAddr("0.0.0.0"), Port: 1, Found: found},
		{Local: netip.MustParseAddr("203.0.113.77"), Port: 1, Found: found},
	} {
		if s, err := New(config); err == nil {
			s.Close()
			t.Errorf("%+v was accepted", config)
		}
	}
}

package live_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/torrent"
)

func always(uint32, uint32) bool { return true }

// A seed that sends garbage is banned after one piece, and the download completes from others.
func TestGarbageSeedIsBanned(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 2 << 20})
	bad := newFakeSeed(t, 1, folder, meta)
	bad.corrupt = always
	good := newFakeSeed(t, 2, folder, meta)
	good.pause = time.Millisecond
	log, out := newLogBook(), t.TempDir()
	x := add(t, newSession(t, log.use), meta, live.Options{Folder: out})
	liar := bad.listen(t, "127.0.0.2")
	x.AddPeers(liar)
	log.expect(t, "hung up", liar[0].String(), "it is banned: it has sent a piece whose hash does not match")
	x.AddPeers(good.listen(t, "127.0.0.3"))
	await(t, x)
	equal(t, folder, out, meta)
	if s := x.Stats(); s.Banned != 1 {
		t.Errorf("%d peers are banned, want 1", s.Banned)
	}
}

// Several peers that each send one wrong block of a piece among right ones are all found and banned, and
// honest ones are not.
func TestGarbageFromSeveralIsAttributed(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 4 << 20})
	log, out := newLogBook(), t.TempDir()
	x := add(t, newSession(t, log.use), meta, live.Options{Folder: out})
	const liars, honest = 3, 3
	for i := range liars + honest {
		f := newFakeSeed(t, byte(i), folder, meta)
		f.pause = time.Millisecond
		if i < liars {
			f.corrupt = func(_, begin uint32) bool { return begin == uint32(i)*client.BlockSize }
		}
		x.AddPeers(f.listen(t, fmt.Sprintf("127.0.0.%d", 2+i)))
	}
	await(t, x)
	equal(t, folder, out, meta)
	s := x.Stats()
	t.Logf("%d of %d pieces failed, %d banned", s.FailedPieces, s.Pieces, s.Banned)
	if s.Banned > liars || s.Banned == 0 {
		t.Errorf("%d peers are banned, of which %d lie", s.Banned, liars)
	}
	for i := range honest {
		for _, line := range log.last(1000) {
			if strings.Contains(line, fmt.Sprintf("peer=127.0.0.%d:", 2+liars+i)) && strings.Contains(line, "banned") {
				t.Error("an honest peer is banned:", line)
			}
		}
	}
}

// A banned peer that comes back under other IDs is refused with all of its address in the end.
func TestCheatThatChangesItsID(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	log := newLogBook()
	s := newSession(t, log.use)
	x := add(t, s, meta, live.Options{Folder: t.TempDir()})
	for i := byte(0); i < 3; i++ {
		f := newFakeSeed(t, i, folder, meta)
		f.corrupt = always
		x.AddPeers(f.listen(t, "127.0.0.2"))
		log.expect(t, "hung up", "it is banned: it has")
		for x.Stats().Banned <= int64(i) {
			time.Sleep(time.Millisecond)
		}
	}
	p := dialRaw(t, s, "127.0.0.2")
	p.send(hello(meta.InfoHash, rawID(99)))
	p.expectEnd()
	log.expect(t, "peer="+p.localAddr(), "it is banned")
}

// A torrent that is told of its own address, as trackers do, finds that out once.
func TestConnectionToItself(t *testing.T) {
	s, x, log, meta, folder := newSeedThatDials(t)
	x.AddPeers(s.Addrs())
	log.expect(t, "hung up", s.Addrs()[0].String(), "it is this client itself")
	download(t, newSession(t, small), meta, folder, s.Addrs())
}

// newSeedThatDials is newSeed with a leecher, which dials the addresses that it is told.
func newSeedThatDials(t *testing.T) (*live.Session, *live.Torrent, *logBook, *torrent.Meta, string) {
	t.Helper()
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	log := newLogBook()
	s := newSession(t, func(c *live.Config) { log.use(c); small(c) })
	x := add(t, s, meta, live.Options{Folder: folder})
	return s, x, log, meta, folder
}

// Of two connections from the same peer ID the first one stays.
func TestPeersWithTheSameID(t *testing.T) {
	s, x, log, _, _ := newSeed(t, nil)
	first := joinRaw(t, x, s, "127.0.0.2", rawID(1))
	first.await(client.HaveAll)
	second := dialRaw(t, s, "127.0.0.3")
	second.send(hello(x.InfoHash(), rawID(1)))
	second.expectEnd()
	log.expect(t, "peer="+second.localAddr(), "another connection to the same peer ID")
	first.send(request(0, 0, 16<<10)) // it is choked
	first.await(client.Reject)
}

// Connections beyond the limits of the session and of the torrent are refused, and the others stay.
func TestConnectionLimits(t *testing.T) {
	for limit, change := range map[string]func(*live.Config){
		"as many connections as it may": func(c *live.Config) { c.MaxConnections = 5 },
		"too many connections": func(c *live.Config) {
			c.Client = strategies(t, "client.fast_extension=true", "client.connections.max=5", "client.connections.dial_target=5",
				"client.connections.min_peers=5")
		},
	} {
		s, x, log, _, _ := newSeed(t, change)
		var kept []*rawPeer
		for i := range byte(5) {
			p := joinRaw(t, x, s, "127.0.0.2", rawID(i))
			p.await(client.HaveAll)
			kept = append(kept, p)
		}
		for i := range byte(20) {
			p := dialRaw(t, s, "127.0.0.2")
			p.send(hello(x.InfoHash(), rawID(100+i)))
			p.expectEnd()
			log.expect(t, "peer="+p.localAddr(), limit)
		}
		for _, p := range kept {
			p.send(request(0, 0, 16<<10))
			p.await(client.Reject)
		}
	}
}

// Peers that connect and say nothing, or their handshake a byte at a time, do not keep others out.
func TestSlowHandshakesDoNotKeepOthersOut(t *testing.T) {
	s, x, log, meta, folder := newSeed(t, nil)
	slow := encode(hello(x.InfoHash(), rawID(1)))
	for range 150 {
		p := dialRaw(t, s, "127.0.0.66")
		go func() {
			for _, b := range slow {
				if !p.write([]byte{b}) {
					return
				}
				time.Sleep(200 * time.Millisecond)
			}
		}()
	}
	log.expect(t, "peer=127.0.0.66:", "too many handshakes at once")
	for range 3 {
		download(t, newSession(t, small), meta, folder, s.Addrs())
	}
}

// A handshake that takes longer than a quarter of a minute is given up.
func TestSlowHandshakeEnds(t *testing.T) {
	if testing.Short() {
		t.Skip("takes 15 s")
	}
	t.Parallel()
	s, _, log, _, _ := newSeed(t, nil)
	p := dialRaw(t, s, "127.0.0.66")
	for _, b := range []byte("\x13BitTorrent protocol") {
		p.write([]byte{b})
		time.Sleep(500 * time.Millisecond)
	}
	p.expectEnd()
	log.expect(t, "peer="+p.localAddr(), "refused")
}

// Addresses in peer exchange floods and from trackers that are of no peer are not dialed without end.
func TestAddressesThatAreOfNoPeer(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 1 << 20})
	s := newSession(t, small)
	x := add(t, s, meta, live.Options{Folder: t.TempDir()})
	var junk []netip.AddrPort
	for i := range 10_000 {
		junk = append(junk, netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 9, byte(i >> 8), byte(i)}), uint16(i)))
	}
	for _, a := range []string{"0.0.0.0:1", "255.255.255.255:1", "224.0.0.1:1", "[::]:1", "[ff02::1]:1", "127.0.0.1:0"} {
		junk = append(junk, netip.MustParseAddrPort(a))
	}
	before := heap()
	for range 20 {
		x.AddPeers(junk)
	}
	if grown := heap() - before; grown > 32<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	good := newFakeSeed(t, 1, folder, meta).listen(t, "127.0.0.2")
	for done := false; !done; { // there is room for it when some of the others have failed
		x.AddPeers(good)
		select {
		case <-x.Done():
			done = true
		case <-time.After(100 * time.Millisecond):
		}
	}
	await(t, x)
}

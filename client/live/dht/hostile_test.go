package dht

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anacrolix/dht/v2/krpc"
	peer_store "github.com/anacrolix/dht/v2/peer-store"
	"github.com/anacrolix/torrent/bencode"
)

const id20 = "20:aaaaaaaaaaaaaaaaaaaa"

// hostile are packets that a node has to survive, and to drop.
var hostile = []string{
	"", "d", "i1e", strings.Repeat("l", maxPacket), strings.Repeat("d1:a", 1000),
	"d2:ip0:1:t1:a1:y1:qe",
	"d2:ip0:",
	"d1:rd2:id" + id20 + "6:valuesl1:aee1:t1:a1:y1:re",
	"d1:rd2:id3:aaae1:t1:a1:y1:re",
	"d1:rd2:id" + id20 + "5:nodes25:aaaaaaaaaaaaaaaaaaaaaaaaae1:t1:a1:y1:re",
	"d1:t1:a1:y1:re", "d1:t1:a1:y1:qe", "d1:t1:a1:y1:xe", "d1:eli1ee1:t1:a1:y1:ee", "d1:ele1:t1:a1:y1:ee",
	"d1:ad2:id" + id20 + "e1:q7:unknown1:t1:a1:y1:qe",
	"d1:ad2:id" + id20 + "e1:q3:put1:t1:a1:y1:qe",
	"d1:ad2:id" + id20 + "e1:q9:get_peers1:t1:a1:y1:qe",
	"d1:ad2:id" + id20 + "e1:q4:ping1:t0:1:y1:qe",
	"d1:ad2:id" + id20 + "e1:q4:ping1:t40:" + strings.Repeat("t", 40) + "1:y1:qe",
	"d1:ad2:id20:" + strings.Repeat("\x00", 20) + "e1:q4:ping1:t1:a1:y1:qe",
}

func TestHostilePackets(t *testing.T) {
	conn := listen(t, "127.0.0.1:0")
	n := start(t, Config{IPv4: conn})
	attacker := listen(t, "127.0.0.2:0")
	defer attacker.Close()
	for _, packet := range hostile {
		if _, err := attacker.WriteTo([]byte(packet), conn.LocalAddr()); err != nil {
			t.Fatal(err)
		}
	}
	// The answer to a last ping shows that all were processed.
	attacker.WriteTo([]byte("d1:ad2:id"+id20+"e1:q4:ping1:t4:last1:y1:qe"), conn.LocalAddr())
	for {
		buffer := make([]byte, 2000)
		attacker.SetReadDeadline(time.Now().Add(time.Minute))
		size, _, err := attacker.ReadFrom(buffer)
		if err != nil {
			t.Fatal(err)
		}
		if m, err := decode(buffer[:size]); err == nil && m.T == "last" {
			break
		}
	}
	if s := n.Stats(); s.PacketsDropped != int64(len(hostile)) {
		t.Errorf("%d of %d hostile packets were dropped", s.PacketsDropped, len(hostile))
	}
}

// liar answers every query with what a function says, and pings back nothing.
func liar(t *testing.T, address string, answer func(q krpc.Msg, r *krpc.Return)) netip.AddrPort {
	conn := listen(t, address)
	done := make(chan struct{})
	t.Cleanup(func() { conn.Close(); <-done })
	go func() {
		defer close(done)
		buffer := make([]byte, 4096)
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			q, err := decode(buffer[:n])
			if err != nil || q.Y != "q" {
				continue
			}
			r := krpc.Return{ID: krpc.ID{0xee, 1}}
			answer(q, &r)
			conn.WriteTo(bencode.MustMarshal(krpc.Msg{T: q.T, Y: "r", R: &r}), from)
		}
	}()
	return udpAddrPort(conn.LocalAddr())
}

func TestPoisonedPeers(t *testing.T) {
	own := listen(t, "127.0.0.1:0")
	token := "token"
	var many []krpc.NodeAddr
	for _, bad := range []string{"0.0.0.0:1", "224.0.0.1:1", "255.255.255.255:1", "127.0.0.9:0", "[::1]:5", "[ff02::1]:5"} {
		var a krpc.NodeAddr
		a.FromAddrPort(netip.MustParseAddrPort(bad))
		many = append(many, a)
	}
	var self krpc.NodeAddr
	self.FromAddrPort(udpAddrPort(own.LocalAddr()))
	many = append(many, self)
	for i := range 200 {
		many = append(many, krpc.NodeAddr{IP: net.IPv4(127, 0, 1, byte(i)).To4(), Port: 1000})
	}
	n := start(t, Config{IPv4: own})
	n.AddNode(liar(t, "127.0.0.3:0", func(_ krpc.Msg, r *krpc.Return) {
		r.Token, r.Values = &token, many
	}))
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		peers := n.Peers(t.Context(), [20]byte{1})
		if len(peers) == maxPeersPerAnswer-1 { // one of the first hundred is its own address
			if slices.ContainsFunc(peers, func(p netip.AddrPort) bool { return p.Port() != 1000 }) {
				t.Errorf("%v", peers)
			}
			return
		}
		if len(peers) > 0 || time.Now().After(deadline) {
			t.Fatalf("%d peers: %v", len(peers), peers)
		}
	}
}

// A public node cannot make this one contact its local network.
func TestLocalAddressesOfPublicNodes(t *testing.T) {
	rules := addresses{is4: true, local: netip.MustParseAddrPort("0.0.0.0:6881")}
	local, public := netip.MustParseAddrPort("192.168.0.1:80"), netip.MustParseAddr("8.8.8.8")
	if rules.acceptable(local, public) || !rules.acceptable(local, netip.MustParseAddr("10.0.0.1")) {
		t.Error("local addresses are accepted from public nodes, or not from local ones")
	}
	if !rules.acceptable(netip.MustParseAddrPort("9.9.9.9:1"), public) {
		t.Error("a public address is not accepted")
	}
}

// A lookup that is led on by ever closer nodes ends with its context.
func TestEndlessLookup(t *testing.T) {
	n := start(t, Config{IPv4: listen(t, "127.0.0.1:0")})
	var mu sync.Mutex
	queries := byte(0)
	n.AddNode(liar(t, "127.0.0.4:0", func(q krpc.Msg, r *krpc.Return) {
		mu.Lock()
		defer mu.Unlock()
		queries++
		for i := range 8 {
			id := q.A.InfoHash
			id[19] = byte(i)
			r.Nodes = append(r.Nodes, krpc.NodeInfo{ID: id,
				Addr: krpc.NodeAddr{IP: net.IPv4(127, 0, 2+queries, byte(i)).To4(), Port: 9}})
		}
	}))
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	n.Announce(ctx, [20]byte{1}, 1, func([]netip.AddrPort) { t.Error("a peer was found") })
}

// announce_peer without the token of get_peers stores nothing (BEP 5).
func TestTokenIsChecked(t *testing.T) {
	conn := listen(t, "127.0.0.1:0")
	n := start(t, Config{IPv4: conn})
	attacker := listen(t, "127.0.0.2:0")
	defer attacker.Close()
	for _, packet := range []string{
		"d1:ad2:id" + id20 + "9:info_hash20:hhhhhhhhhhhhhhhhhhhh4:porti80e5:token5:false" + "e1:q13:announce_peer1:t1:a1:y1:qe",
		"d1:ad2:id" + id20 + "e1:q4:ping1:t4:last1:y1:qe",
	} {
		attacker.WriteTo([]byte(packet), conn.LocalAddr())
	}
	for deadline := time.Now().Add(time.Minute); n.Stats().PacketsIn < 2; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the packets have not arrived")
		}
	}
	if s := n.Stats(); s.Peers != 0 || s.PacketsDropped != 0 {
		t.Errorf("%+v", s)
	}
}

func TestStoreIsBounded(t *testing.T) {
	now := time.Unix(1e9, 0)
	s := newStore(addresses{is4: true})
	s.now = func() time.Time { return now }
	add := func(torrent, address, port int) {
		var h peer_store.InfoHash
		copy(h[:], fmt.Sprint(torrent))
		s.AddPeer(h, krpc.NodeAddr{IP: net.IPv4(9, byte(torrent), byte(address>>8), byte(address)), Port: port})
	}
	for port := range 20 {
		add(0, 1, port) // port 0 is invalid
	}
	if _, peers := s.size(); peers != maxPeersPerAddress {
		t.Errorf("one address has %d peers", peers)
	}
	for address := range 1000 {
		add(0, address+2, 80)
	}
	if _, peers := s.size(); peers != maxPeersPerTorrent {
		t.Errorf("one torrent has %d peers", peers)
	}
	var zero peer_store.InfoHash
	copy(zero[:], "0")
	if got := s.GetPeers(zero); len(got) != maxReturned {
		t.Errorf("%d peers are returned", len(got))
	}
	for torrent := range 3 * maxTorrents {
		add(torrent, 1, 80)
	}
	if torrents, _ := s.size(); torrents != maxTorrents {
		t.Errorf("%d torrents", torrents)
	}
	if len(s.GetPeers(zero)) == 0 {
		t.Error("a flood of info hashes displaced the torrent with many peers")
	}
	now = now.Add(peerLifetime + time.Second)
	if len(s.GetPeers(zero)) != 0 {
		t.Error("peers do not expire")
	}
	s.AddPeer(zero, krpc.NodeAddr{IP: net.IPv4(224, 0, 0, 1), Port: 1})
	s.AddPeer(zero, krpc.NodeAddr{IP: net.IPv4(9, 0, 0, 1), Port: 1 << 17})
	if len(s.GetPeers(zero)) != 0 {
		t.Error("an impossible address was stored")
	}
}

func FuzzPacket(f *testing.F) {
	for _, packet := range hostile {
		f.Add([]byte(packet))
	}
	f.Add([]byte("d1:ad2:id" + id20 + "6:target" + id20 + "e1:q9:find_node1:t1:a1:y1:qe"))
	f.Add([]byte("d1:rd2:id" + id20 + "5:nodes26:aaaaaaaaaaaaaaaaaaaaaaaaaa6:valuesl6:aaaaaaee1:t1:a1:y1:re"))
	c := &packetConn{
		rules: addresses{is4: true}, stats: new(counters),
		seen: func(netip.AddrPort) {}, voted: new(votes).add,
	}
	f.Fuzz(func(t *testing.T, packet []byte) {
		checked, err := c.check(packet, netip.MustParseAddrPort("9.9.9.9:9"))
		if err != nil {
			return
		}
		// The library accepts what passes, without a panic, and has nothing to clean.
		var m krpc.Msg
		if err := bencode.Unmarshal(checked, &m); err != nil {
			if _, trailing := err.(bencode.ErrUnusedTrailingBytes); !trailing {
				t.Fatalf("%q: %v", checked, err)
			}
		}
		if m.R != nil && m.Y == "r" && c.clean(m.R, netip.MustParseAddr("9.9.9.9")) {
			t.Fatalf("%q is not clean", checked)
		}
	})
}

func FuzzState(f *testing.F) {
	f.Add([]byte("d2:id" + id20 + "5:nodes26:aaaaaaaaaaaaaaaaaaaaaaaaaae"))
	f.Fuzz(func(t *testing.T, saved []byte) {
		s, err := parseState(saved)
		if err != nil {
			return
		}
		for _, is4 := range []bool{true, false} {
			if nodes := s.nodes(addresses{is4: is4}); len(nodes) > maxSaved {
				t.Fatalf("%d nodes", len(nodes))
			}
		}
	})
}

package live

import (
	"fmt"
	"net/netip"

	"swarmsim/client"
	"swarmsim/torrent"
)

// A hybrid torrent is in two swarms: that of its version 1 info hash, and that of its truncated version 2
// info hash, in which clients of version 2 alone are, and those that only have a magnet link of version 2
// (BEP 52). It is announced in both, and accepts connections that name either.

// swarms are the info hashes under which a torrent is announced.
type swarms struct {
	first  [20]byte // of version 1 if there is one
	second [20]byte // of version 2, truncated, of a hybrid; zero for none
}

// swarmsOf returns the info hashes of a torrent.
func swarmsOf(m *torrent.Meta) swarms {
	if m.Version == torrent.Hybrid {
		return swarms{m.InfoHash, m.Truncated()}
	}
	return swarms{first: m.InfoHash}
}

// swarmsOfLink returns those of a magnet link.
func swarmsOfLink(l *torrent.Magnet) swarms {
	s := swarms{first: l.InfoHash()}
	if l.InfoHashV1 != ([20]byte{}) && l.InfoHashV2 != ([32]byte{}) {
		s.second = [20]byte(l.InfoHashV2[:20])
	}
	return s
}

// all returns the info hashes.
func (s swarms) all() [][20]byte {
	if s.second == ([20]byte{}) {
		return [][20]byte{s.first}
	}
	return [][20]byte{s.first, s.second}
}

// join makes a torrent known by further info hashes. It is an error if another torrent has one of them.
func (s *Session) join(t *Torrent, names swarms) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, hash := range names.all() {
		if other := s.torrents[hash]; other != nil && other != t {
			return fmt.Errorf("the torrent %x is there already", hash)
		}
	}
	for _, hash := range names.all() {
		s.torrents[hash] = t
	}
	t.swarms.Store(&names)
	return nil
}

// maxSecondary limits how many peers are known to be in the second swarm.
const maxSecondary = 2000

// foundInSecond tells the loop of peers in the second swarm, which may not know the first info hash.
func (t *Torrent) foundInSecond(peers []netip.AddrPort, source client.Source) {
	if len(peers) == 0 {
		return
	}
	t.mailbox.post(letter{do: func() {
		t.markSecond(peers)
		t.step(client.Event{Kind: client.PeersFound, Source: source, Reply: &client.AnnounceReply{Peers: peers}})
	}})
}

// markSecond notes that peers are dialed with the second info hash.
func (t *Torrent) markSecond(peers []netip.AddrPort) {
	if t.inSecond == nil || len(t.inSecond)+len(peers) > maxSecondary {
		t.inSecond = map[netip.AddrPort]bool{}
	}
	for _, p := range peers {
		t.inSecond[netip.AddrPortFrom(p.Addr().Unmap(), p.Port())] = true
	}
}

// dialHash returns the info hash that a peer at an address knows.
func (t *Torrent) dialHash(addr netip.AddrPort) [20]byte {
	s := t.swarms.Load()
	if s.second != ([20]byte{}) && t.inSecond[addr] {
		return s.second
	}
	return s.first
}

// speaks returns what handshakes say that we know, beside what the state machine says.
func (t *Torrent) speaks() uint32 {
	speaks := t.session.speaks()
	if m := t.Meta(); m != nil && m.Version.HasV2() || m == nil && t.magnet.InfoHashV2 != ([32]byte{}) {
		speaks |= client.SpeaksV2
	}
	return speaks
}

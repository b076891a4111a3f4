package dht

import (
	"net/netip"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2/krpc"
	peer_store "github.com/anacrolix/dht/v2/peer-store"
)

// The limits of the peers that are stored for others, and of what one query returns.
const (
	maxTorrents        = 2000
	maxPeersPerTorrent = 500
	maxPeersPerAddress = 8 // of a torrent: several clients behind a NAT
	maxReturned        = 50
	peerLifetime       = 45 * time.Minute // three announces
)

// store keeps the peers that announced themselves. The library's own store loses them: it keys them
// by their IP address, and reads the key as an address and a port.
type store struct {
	mu       sync.Mutex
	now      func() time.Time
	rules    addresses
	torrents map[peer_store.InfoHash]map[netip.AddrPort]time.Time // of the last announce
}

func newStore(rules addresses) *store {
	return &store{now: time.Now, rules: rules, torrents: map[peer_store.InfoHash]map[netip.AddrPort]time.Time{}}
}

// AddPeer stores a peer. The library has checked its token.
func (s *store) AddPeer(infoHash peer_store.InfoHash, addr krpc.NodeAddr) {
	peer := toAddrPort(addr.IP, addr.Port)
	if !s.rules.acceptable(peer, peer.Addr()) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	peers := s.torrents[infoHash]
	if peers == nil {
		if len(s.torrents) >= maxTorrents {
			s.evict()
		}
		peers = map[netip.AddrPort]time.Time{}
		s.torrents[infoHash] = peers
	}
	if _, known := peers[peer]; !known {
		s.expire(peers)
		if len(peers) >= maxPeersPerTorrent || atAddress(peers, peer.Addr()) >= maxPeersPerAddress {
			return
		}
	}
	peers[peer] = s.now()
}

func atAddress(peers map[netip.AddrPort]time.Time, addr netip.Addr) (count int) {
	for p := range peers {
		if p.Addr() == addr {
			count++
		}
	}
	return count
}

func (s *store) expire(peers map[netip.AddrPort]time.Time) {
	oldest := s.now().Add(-peerLifetime)
	for p, announced := range peers {
		if announced.Before(oldest) {
			delete(peers, p)
		}
	}
}

// evict removes the torrent with the fewest peers of some, so that an attacker that announces many
// info hashes displaces its own.
func (s *store) evict() {
	const sample = 16
	var victim peer_store.InfoHash
	fewest, seen := maxPeersPerTorrent+1, 0
	for infoHash, peers := range s.torrents {
		s.expire(peers)
		if len(peers) < fewest {
			victim, fewest = infoHash, len(peers)
		}
		if seen++; seen == sample {
			break
		}
	}
	delete(s.torrents, victim)
}

// GetPeers returns a random sample of a torrent's peers.
func (s *store) GetPeers(infoHash peer_store.InfoHash) []krpc.NodeAddr {
	s.mu.Lock()
	defer s.mu.Unlock()
	peers := s.torrents[infoHash]
	s.expire(peers)
	var out []krpc.NodeAddr
	for p := range peers { // in random order
		if len(out) == maxReturned {
			break
		}
		out = append(out, krpc.NodeAddr{IP: p.Addr().AsSlice(), Port: int(p.Port())})
	}
	return out
}

// size returns how much is stored.
func (s *store) size() (torrents, peers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.torrents {
		peers += len(p)
	}
	return len(s.torrents), peers
}

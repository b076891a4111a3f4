package sim

import (
	"encoding/binary"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/tracker"
)

// sybil is the state of a host that is not a peer (Douceur, The Sybil Attack, IPTPS 2002). It
// registers many peer identities at the tracker under its own address and accepts no
// connection, so that the tracker's answers hold addresses that lead nowhere in place of peers'
// addresses. The record does not mention it.
type sybil struct {
	identities int
	next       int           // the identity to register next
	due        time.Duration // when
	round      time.Duration // when this round of registrations began
}

// firstSybilPort is the port of the first identity; each has a port of its own.
const firstSybilPort = 1024

// sybilRetry is the pause after an announce that the tracker did not answer.
const sybilRetry = 15 * time.Second

// becomeSybil makes the host a sybil with a number of identities.
func (n *node) becomeSybil(identities int) {
	n.sybil = &sybil{identities: identities, due: n.lifetime.arriveAt}
	n.lifetime.arriveAt = engine.Never
	n.host.BehindNAT(true)
}

// registerSybil announces the next identity when it is due.
func (n *node) registerSybil() {
	now := n.host.Now()
	if n.announce.active || now < n.sybil.due {
		return
	}
	s := n.sybil
	if s.next == 0 {
		s.round = now
	}
	id := peerID(n.world.scenario.Seed, n.host.ID())
	binary.BigEndian.PutUint32(id[12:], uint32(s.next))
	torrent := &n.world.content.Torrent
	n.dialTracker(tracker.Request{
		InfoHash: torrent.InfoHash,
		PeerID:   id,
		Addr:     addrOf(n.host.ID(), firstSybilPort+uint16(s.next)),
		Left:     torrent.Length,
		Event:    tracker.Started,
	})
}

// registered goes on to the next identity. After the last one a new round begins, before the
// tracker expires the first.
func (s *sybil) registered(now, interval time.Duration) {
	if s.next++; s.next < s.identities {
		s.due = now
		return
	}
	s.next, s.due = 0, max(now, s.round+interval)
}

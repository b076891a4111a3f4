package sim

import (
	"encoding/binary"
	"time"

	"swarmsim/client"
	"swarmsim/sim/engine"
	"swarmsim/tracker"
)

// A host that is a sybil is no peer (Douceur, The Sybil Attack, IPTPS 2002): it
// only registers many peers at the tracker, under its own address, and answers
// nobody. Who is handed them has addresses that lead nowhere in the place of
// those that do not. The record does not know it.

// sybils is how far a host is with that.
type sybils struct {
	count int
	next  int           // to be registered
	due   time.Duration // when
	round time.Duration // when this round of registrations began
}

// firstSybilPort is that of the first; each has one of its own.
const firstSybilPort = 1024

// retrySybil is the pause after a tracker did not answer.
const retrySybil = 15 * time.Second

// registerDue registers the next when it is time.
func (n *node) registerDue() {
	now := n.host.Now()
	if n.talk.busy || now < n.sybils.due {
		return
	}
	s := n.sybils
	if s.next == 0 {
		s.round = now
	}
	id := peerID(n.world.scenario.Seed, n.host.ID())
	binary.BigEndian.PutUint32(id[12:], uint32(s.next))
	torrent := &n.world.content.Torrent
	r := tracker.Request{InfoHash: torrent.InfoHash, PeerID: id, Addr: addrOf(n.host.ID(), firstSybilPort+uint16(s.next)), Left: torrent.Length, Event: tracker.Started}
	n.talk = announceTalk{event: client.Started, request: r.AppendHTTP(nil)}
	n.dialTracker()
}

// registered goes on to the next, or begins again before the tracker forgets.
func (s *sybils) registered(now, interval time.Duration) {
	if s.next++; s.next < s.count {
		s.due = now
		return
	}
	s.next, s.due = 0, max(now, s.round+interval)
}

// beSybils makes the host a sybil.
func (n *node) beSybils(count int) {
	n.sybils = &sybils{count: count, due: n.arrive}
	n.arrive = engine.Never
	n.host.BehindNAT(true)
}

package choke

import (
	"cmp"
	"slices"
	"time"
)

var libtorrent = Strategy{
	Name:  "libtorrent",
	About: "neighbours that sent most in the last round, then round-robin with a quota; one slot in five is optimistic",
	Defaults: func() any {
		return &Libtorrent{
			UploadSlots:        UploadSlots{8},
			UnchokeInterval:    15 * time.Second,
			OptimisticInterval: 30 * time.Second,
			Quota:              5 << 20,
			MinSlotTime:        time.Minute,
		}
	},
	New: func(s any) Choker { return &libtorrentChoker{set: *s.(*Libtorrent)} },
}

// Libtorrent holds the settings of libtorrent. Slots includes the optimistic slots.
type Libtorrent struct {
	UploadSlots
	UnchokeInterval    time.Duration `json:"unchoke_interval,omitempty" jsonschema:"time between regular rounds; the client's rechoke interval must be shorter, libtorrent's tick is 1 s" min:"1 s" former:"every"`
	OptimisticInterval time.Duration `json:"optimistic_interval,omitempty" jsonschema:"time between optimistic rounds" min:"1 s" former:"optimistic"`
	Quota              int64         `json:"quota,omitempty" jsonschema:"bytes after which a neighbour's turn ends (20 pieces of 256 KiB)" min:"1"`
	MinSlotTime        time.Duration `json:"min_slot_time,omitempty" jsonschema:"shortest time that a turn lasts" min:"1 s" former:"hold"`
}

// MaxSlots returns the slots and once more the optimistic ones: neighbours chosen in an optimistic
// round are unchoked in addition to all others, until the regular round that is then due.
func (l *Libtorrent) MaxSlots(Round) int { return l.Slots + max(1, l.Slots/5) }

// libtorrentChoker follows the fixed-slots choker of libtorrent 2.0 with its round-robin order, for
// leechers and seeds alike.
//
// It has two timers that are nearly independent (session_impl.cpp: on_tick). A regular round
// reserves a fifth of the slots, at least one, for optimistic unchokes, whether there are any yet
// or not, and chokes all remaining neighbours. Optimistic rounds are half as frequent. A seed that
// has as many neighbours as slots therefore serves one neighbour fewer until its first optimistic
// round that finds a choked neighbour. Between rounds a neighbour that becomes interested gets a
// slot if one is free (peer_connection.cpp: maybe_unchoke_this_peer); one that was already
// interested, but choked, does not.
type libtorrentChoker struct {
	set            Libtorrent
	peers          []peerState // in the order of the candidates
	previous       []peerState // scratch of syncPeers
	ranked         []int       // scratch of the rounds
	nextRound      time.Duration
	nextOptimistic time.Duration
}

// peerState holds what the choker remembers about a neighbour.
type peerState struct {
	id                int
	interested        bool
	unchoked          bool
	optimistic        bool          // its slot is an optimistic one
	downloaded        int64         // Candidate.Downloaded at the last regular round
	uploaded          int64         // Candidate.Uploaded at the last regular round
	uploadedAtUnchoke int64         // Candidate.Uploaded when it was last unchoked
	unchokedAt        time.Duration // when it was last unchoked
	optimisticAt      time.Duration // when it last got an optimistic slot
}

func (l *libtorrentChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	l.syncPeers(cs)
	l.updateInterest(cs)
	if r.Periodic && len(cs) > 0 && r.Now >= l.nextRound {
		l.nextRound = r.Now + l.set.UnchokeInterval
		l.unchokeRegular(r, cs)
	}
	if r.Periodic && r.Now >= l.nextOptimistic {
		l.nextOptimistic = r.Now + l.set.OptimisticInterval
		l.unchokeOptimistic(r, cs)
	}
	for i := range cs {
		p := &l.peers[i]
		if p.unchoked && !cs[i].Unchoked {
			p.uploadedAtUnchoke, p.unchokedAt = cs[i].Uploaded, r.Now
		}
		if p.unchoked {
			out = append(out, i)
		}
	}
	return out
}

// syncPeers brings the states into the order of the candidates. If a neighbour that held a slot
// has left, the next round is due (torrent.cpp: remove_peer).
func (l *libtorrentChoker) syncPeers(cs []Candidate) {
	old := l.peers
	l.peers, l.previous = l.previous[:0], old
	for i := range cs {
		l.peers = append(l.peers, peerState{id: cs[i].ID})
		if at := slices.IndexFunc(old, func(p peerState) bool { return p.id == cs[i].ID }); at >= 0 {
			l.peers[i] = old[at]
			old[at].unchoked, old[at].optimistic = false, false
		}
		l.peers[i].unchoked = cs[i].Unchoked
	}
	for i := range old {
		l.choke(&old[i])
	}
}

// choke ends a neighbour's slot outside a round, and makes the next round of that kind due.
func (l *libtorrentChoker) choke(p *peerState) {
	if p.unchoked {
		l.nextRound = 0
	}
	if p.optimistic {
		l.nextOptimistic = 0
	}
	p.unchoked, p.optimistic = false, false
}

// updateInterest chokes neighbours that are not interested (peer_connection.cpp:
// choke_this_peer), and gives free slots to those that have become interested.
func (l *libtorrentChoker) updateInterest(cs []Candidate) {
	for i := range cs {
		if !cs[i].Interested {
			l.choke(&l.peers[i])
		}
	}
	unchoked := l.countUnchoked()
	for i := range cs {
		p := &l.peers[i]
		if cs[i].Interested && !p.interested && !p.unchoked && unchoked < l.set.Slots {
			p.unchoked = true
			unchoked++
		}
		p.interested = cs[i].Interested
	}
}

func (l *libtorrentChoker) countUnchoked() int {
	n := 0
	for i := range l.peers {
		if l.peers[i].unchoked {
			n++
		}
	}
	return n
}

// optimisticSlots returns how many slots are optimistic.
func (l *libtorrentChoker) optimisticSlots() int { return max(1, l.set.Slots/5) }

// unchokeRegular is a regular round. It sorts the interested neighbours (choker.cpp: unchoke_sort)
// only if there are more of them than slots: otherwise libtorrent's nth_element does nothing.
func (l *libtorrentChoker) unchokeRegular(r Round, cs []Candidate) {
	ranked := l.ranked[:0]
	optimistic := 0
	for i := range cs {
		if cs[i].Interested {
			ranked = append(ranked, i)
		}
		if l.peers[i].optimistic {
			optimistic++
		}
	}
	l.ranked = ranked
	if optimistic == 0 {
		optimistic = l.optimisticSlots()
	}
	if len(ranked) > l.set.Slots {
		l.sort(r, cs, ranked)
	}
	for n, i := range ranked {
		p := &l.peers[i]
		switch {
		case n >= l.set.Slots-optimistic:
			p.unchoked = p.optimistic
		case p.optimistic: // it has earned a regular slot
			p.optimistic, l.nextOptimistic = false, 0
		default:
			p.unchoked = true
		}
	}
	for i := range cs {
		l.peers[i].downloaded, l.peers[i].uploaded = cs[i].Downloaded, cs[i].Uploaded
	}
}

// sort ranks neighbours (choker.cpp: unchoke_compare_rr): by what they sent us since the last
// round; then those whose turn is over come last; then by what they were sent since the last
// round; then those unchoked longest ago come first.
func (l *libtorrentChoker) sort(r Round, cs []Candidate, ranked []int) {
	uploaded := func(i int) int64 {
		if !cs[i].Unchoked {
			return 0
		}
		return cs[i].Uploaded - l.peers[i].uploaded
	}
	slices.SortFunc(ranked, func(a, b int) int {
		x, y := &l.peers[a], &l.peers[b]
		return cmp.Or(
			cmp.Compare(cs[b].Downloaded-y.downloaded, cs[a].Downloaded-x.downloaded),
			falseFirst(l.turnOver(r, &cs[a], x), l.turnOver(r, &cs[b], y)),
			cmp.Compare(uploaded(b), uploaded(a)),
			cmp.Compare(x.unchokedAt, y.unchokedAt),
			cmp.Compare(x.id, y.id))
	})
}

// turnOver reports whether a neighbour has used its quota and its time.
func (l *libtorrentChoker) turnOver(r Round, c *Candidate, p *peerState) bool {
	return c.Unchoked && c.Uploaded-p.uploadedAtUnchoke > l.set.Quota && r.Now-p.unchokedAt > l.set.MinSlotTime
}

// unchokeOptimistic is an optimistic round. The optimistic slots go to those neighbours that had
// one longest ago, among the choked ones and those that hold one now. If more neighbours than slots
// are unchoked afterwards, a regular round is due (session_impl.cpp:
// recalculate_optimistic_unchoke_slots).
func (l *libtorrentChoker) unchokeOptimistic(r Round, cs []Candidate) {
	ranked := l.ranked[:0]
	for i := range cs {
		if p := &l.peers[i]; cs[i].Interested && (!p.unchoked || p.optimistic) {
			ranked = append(ranked, i)
		}
	}
	l.ranked = ranked
	slices.SortStableFunc(ranked, func(a, b int) int {
		return cmp.Compare(l.peers[a].optimisticAt, l.peers[b].optimisticAt)
	})
	for n, i := range ranked {
		p := &l.peers[i]
		if n < l.optimisticSlots() && !p.optimistic {
			p.unchoked, p.optimistic, p.optimisticAt = true, true, r.Now+1
		} else if n >= l.optimisticSlots() {
			p.unchoked, p.optimistic = false, false
		}
	}
	if l.countUnchoked() > l.set.Slots {
		l.nextRound = 0
	}
}

// uploadedBefore returns how many bytes we had sent a neighbour by the last regular round, and
// reports whether the neighbour is known.
func (l *libtorrentChoker) uploadedBefore(id int) (bytes int64, ok bool) {
	at := slices.IndexFunc(l.peers, func(p peerState) bool { return p.id == id })
	if at < 0 {
		return 0, false
	}
	return l.peers[at].uploaded, true
}

// Optimistic reports whether the neighbour with the given ID holds an optimistic slot.
func (l *libtorrentChoker) Optimistic(id int) bool {
	return slices.ContainsFunc(l.peers, func(p peerState) bool { return p.id == id && p.optimistic })
}

package choke

import (
	"cmp"
	"slices"
	"time"
)

var libtorrent = Strategy{
	Name:  "libtorrent",
	About: "who sent most in the last round, then who was sent most; a quota each, and an optimistic slot in five",
	Defaults: func() any {
		return &Libtorrent{UploadSlots: UploadSlots{8}, Every: 15 * time.Second, Optimistic: 30 * time.Second, Quota: 5 << 20, Hold: time.Minute}
	},
	New: func(s any) Choker { return &libtorrentChoker{set: *s.(*Libtorrent)} },
}

// Libtorrent are the settings of libtorrent.
type Libtorrent struct {
	UploadSlots
	Every      time.Duration `json:"every,omitempty" jsonschema:"between rounds; the peer's own must be shorter, 1 s is libtorrent's tick" min:"1 s"`
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"between the rounds for the optimistic slots" min:"1 s"`
	Quota      int64         `json:"quota,omitempty" jsonschema:"bytes (20 pieces of 256 KiB) after which a neighbour has had its turn" min:"1"`
	Hold       time.Duration `json:"hold,omitempty" jsonschema:"and the least time that a turn lasts" min:"1 s"`
}

// Most is one more than a round's slots, or as many more as are optimistic:
// those drawn stay beside the others until the regular round that is due then.
func (l *Libtorrent) MaxSlots(Round) int { return l.Slots + max(1, l.Slots/5) }

// libtorrentChoker is the fixed-slots choker of libtorrent 2.0 with its
// round-robin order, for leechers and seeds alike. It has two clocks that know
// little of each other (session_impl.cpp, on_tick): the regular rounds leave a
// fifth of the slots, at least one, to optimistic unchokes, whether there are any
// yet or not, and choke who is left; the optimistic rounds come twice as rarely.
// So a seed with as many neighbours as slots serves one less until its first
// optimistic round that finds somebody choked. In between a neighbour that
// becomes interested gets a slot if one is free (peer_connection.cpp,
// maybe_unchoke_this_peer), one that is choked already does not.
type libtorrentChoker struct {
	set                       Libtorrent
	peers                     []peerState
	previous                  []peerState   // scratch for keep
	ranked                    []int         // scratch for rounds
	nextRound, nextOptimistic time.Duration // when the next rounds are due
}

// book is what the choker remembers of a neighbour.
type peerState struct {
	id                   int
	interested           bool
	unchoked             bool
	optimistic           bool          // its slot is an optimistic one
	downloaded, uploaded int64         // totals at the last round
	uploadedAtUnchoke    int64         // total sent when it was unchoked
	unchokedAt           time.Duration // when it was last unchoked
	optimisticAt         time.Duration // when it last got an optimistic slot
}

func (l *libtorrentChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	l.syncPeers(cs)
	l.updateInterest(cs)
	if r.Periodic && len(cs) > 0 && r.Now >= l.nextRound {
		l.nextRound = r.Now + l.set.Every
		l.unchokeRegular(r, cs)
	}
	if r.Periodic && r.Now >= l.nextOptimistic {
		l.nextOptimistic = r.Now + l.set.Optimistic
		l.unchokeOptimistic(r, cs)
	}
	for i := range cs {
		b := &l.peers[i]
		if b.unchoked && !cs[i].Unchoked {
			b.uploadedAtUnchoke, b.unchokedAt = cs[i].Uploaded, r.Now
		}
		if b.unchoked {
			out = append(out, i)
		}
	}
	return out
}

// keep brings the books in the candidates' order. If somebody who held a slot is
// gone the next rounds are due (torrent.cpp, remove_peer).
func (l *libtorrentChoker) syncPeers(cs []Candidate) {
	old := l.peers
	l.peers, l.previous = l.previous[:0], old
	for i := range cs {
		l.peers = append(l.peers, peerState{id: cs[i].ID})
		if at := slices.IndexFunc(old, func(o peerState) bool { return o.id == cs[i].ID }); at >= 0 {
			l.peers[i] = old[at]
			old[at].unchoked, old[at].optimistic = false, false
		}
		l.peers[i].unchoked = cs[i].Unchoked
	}
	for i := range old {
		l.choke(&old[i])
	}
}

// free takes a slot away from who does not want it any more.
func (l *libtorrentChoker) choke(b *peerState) {
	if b.unchoked {
		l.nextRound = 0
	}
	if b.optimistic {
		l.nextOptimistic = 0
	}
	b.unchoked, b.optimistic = false, false
}

// notice follows what neighbours want: who wants nothing is choked
// (peer_connection.cpp, choke_this_peer), who has begun to want something takes
// a free slot.
func (l *libtorrentChoker) updateInterest(cs []Candidate) {
	taken := 0
	for i := range cs {
		if !cs[i].Interested {
			l.choke(&l.peers[i])
		}
		if l.peers[i].unchoked {
			taken++
		}
	}
	for i := range cs {
		b := &l.peers[i]
		if cs[i].Interested && !b.interested && !b.unchoked && taken < l.set.Slots {
			b.unchoked = true
			taken++
		}
		b.interested = cs[i].Interested
	}
}

// sentBefore is what a neighbour had been sent in all at the last round.
func (l *libtorrentChoker) uploadedBefore(id int) (bytes int64, known bool) {
	at := slices.IndexFunc(l.peers, func(b peerState) bool { return b.id == id })
	if at < 0 {
		return 0, false
	}
	return l.peers[at].uploaded, true
}

// fifth is how many slots are optimistic.
func (l *libtorrentChoker) optimisticSlots() int { return max(1, l.set.Slots/5) }

// regular gives slots to the best. They are sorted (choker.cpp, unchoke_sort)
// only where there are more of them than slots: nth_element has nothing to do
// otherwise.
func (l *libtorrentChoker) unchokeRegular(r Round, cs []Candidate) {
	line := l.ranked[:0]
	optimists := 0
	for i := range cs {
		if cs[i].Interested {
			line = append(line, i)
		}
		if l.peers[i].optimistic {
			optimists++
		}
	}
	l.ranked = line
	if optimists == 0 {
		optimists = l.optimisticSlots()
	}
	if len(line) > l.set.Slots {
		l.sort(r, cs, line)
	}
	for k, i := range line {
		b := &l.peers[i]
		switch {
		case k >= l.set.Slots-optimists:
			b.unchoked = b.optimistic
		case b.optimistic: // it has earned one
			b.optimistic, l.nextOptimistic = false, 0
		default:
			b.unchoked = true
		}
	}
	for i := range cs {
		l.peers[i].downloaded, l.peers[i].uploaded = cs[i].Downloaded, cs[i].Uploaded
	}
}

// sort puts who sent us most since the last round first, who has had its quota
// last, then who was sent most in the last round and who was unchoked longest
// ago (choker.cpp, unchoke_compare_rr).
func (l *libtorrentChoker) sort(r Round, cs []Candidate, line []int) {
	uploaded := func(i int) int64 {
		if !cs[i].Unchoked {
			return 0
		}
		return cs[i].Uploaded - l.peers[i].uploaded
	}
	slices.SortFunc(line, func(a, b int) int {
		x, y := &l.peers[a], &l.peers[b]
		return cmp.Or(
			cmp.Compare(cs[b].Downloaded-y.downloaded, cs[a].Downloaded-x.downloaded),
			compareBool(l.quotaUsed(r, &cs[a], x), l.quotaUsed(r, &cs[b], y)),
			cmp.Compare(uploaded(b), uploaded(a)),
			cmp.Compare(x.unchokedAt, y.unchokedAt),
			cmp.Compare(x.id, y.id))
	})
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// served reports whether a neighbour has had its turn.
func (l *libtorrentChoker) quotaUsed(r Round, c *Candidate, b *peerState) bool {
	return c.Unchoked && c.Uploaded-b.uploadedAtUnchoke > l.set.Quota && r.Now-b.unchokedAt > l.set.Hold
}

// optimistic gives the optimistic slots to those of the choked, and of those who
// hold one, who have waited longest; if that makes too many a regular round is
// due (session_impl.cpp, recalculate_optimistic_unchoke_slots).
func (l *libtorrentChoker) unchokeOptimistic(r Round, cs []Candidate) {
	line := l.ranked[:0]
	for i := range cs {
		if b := &l.peers[i]; cs[i].Interested && (!b.unchoked || b.optimistic) {
			line = append(line, i)
		}
	}
	l.ranked = line
	slices.SortStableFunc(line, func(a, b int) int { return cmp.Compare(l.peers[a].optimisticAt, l.peers[b].optimisticAt) })
	for k, i := range line {
		b := &l.peers[i]
		if k < l.optimisticSlots() && !b.optimistic {
			b.unchoked, b.optimistic, b.optimisticAt = true, true, r.Now+1
		} else if k >= l.optimisticSlots() {
			b.unchoked, b.optimistic = false, false
		}
	}
	taken := 0
	for i := range l.peers {
		if l.peers[i].unchoked {
			taken++
		}
	}
	if taken > l.set.Slots {
		l.nextRound = 0
	}
}

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
		return &Libtorrent{Upload: Upload{8}, Optimistic: 30 * time.Second, Quota: 5 << 20, Hold: time.Minute}
	},
	New: func(s any) Choker { return &libtorrentChoker{set: *s.(*Libtorrent)} },
}

// Libtorrent are the settings of libtorrent.
type Libtorrent struct {
	Upload
	Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long the optimistic slots stay with a neighbour" min:"1 s"`
	Quota      int64         `json:"quota,omitempty" jsonschema:"bytes (20 pieces of 256 KiB) after which a neighbour has had its turn" min:"1"`
	Hold       time.Duration `json:"hold,omitempty" jsonschema:"and the least time that a turn lasts" min:"1 s"`
}

// libtorrentChoker is the fixed-slots choker of libtorrent 2.0 with its
// round-robin order, for leechers and seeds alike (choker.cpp,
// unchoke_compare_rr): who sent us most since the last round comes first; who
// has had its quota comes last; then who was sent most in the last round, and
// who has been unchoked for longest. A fifth of the slots, at least one, are
// optimistic and go to those who have waited for one for longest. Between
// rounds a free slot goes to whoever wants it.
type libtorrentChoker struct {
	set       Libtorrent
	books     []book
	optimists []int
	drawn     time.Duration
	began     bool
}

// book is what the choker remembers of a neighbour.
type book struct {
	id           int
	down, up     int64 // totals at the last round
	turn         int64 // total sent when it was unchoked
	unchoked     bool
	optimistic   time.Duration // when it last got such a slot; below 0 for never
	lastD, lastU int64         // in the last round
}

func (l *libtorrentChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	books := l.keep(r, cs)
	first := len(out)
	for i := range cs {
		if cs[i].Interested && (r.Regular || cs[i].Unchoked) {
			out = append(out, i)
		}
	}
	if !r.Regular {
		for i := range cs {
			if len(out)-first >= l.set.Slots {
				break
			}
			if cs[i].Interested && !cs[i].Unchoked {
				out = append(out, i)
			}
		}
		return out
	}
	line := out[first:]
	slices.SortFunc(line, func(a, b int) int {
		x, y := &cs[a], &cs[b]
		return cmp.Or(
			cmp.Compare(books[b].lastD, books[a].lastD),
			compareBool(l.served(r, x, &books[a]), l.served(r, y, &books[b])),
			cmp.Compare(books[b].lastU, books[a].lastU),
			cmp.Compare(x.Changed, y.Changed),
			cmp.Compare(x.ID, y.ID))
	})
	optimistic := max(1, l.set.Slots/5)
	out = out[:min(len(out), first+max(0, l.set.Slots-optimistic))]
	return l.addOptimists(r, cs, books, out, first, optimistic)
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

// served tells whether a neighbour has had its turn.
func (l *libtorrentChoker) served(r Round, c *Candidate, b *book) bool {
	return c.Unchoked && c.Uploaded-b.turn > l.set.Quota && r.Now-c.Changed > l.set.Hold
}

// addOptimists gives the optimistic slots to those who had one before, while
// their time lasts, and else to those who have waited longest.
func (l *libtorrentChoker) addOptimists(r Round, cs []Candidate, books []book, out []int, first, places int) []int {
	chosen := func(i int) bool { return slices.Contains(out[first:], i) }
	renew := !l.began || r.Now-l.drawn >= l.set.Optimistic
	if !renew {
		for i := range cs {
			if slices.Contains(l.optimists, cs[i].ID) && cs[i].Interested && !chosen(i) && places > 0 {
				out = append(out, i)
				places--
			}
		}
	} else {
		l.began, l.drawn, l.optimists = true, r.Now, l.optimists[:0]
	}
	for ; places > 0; places-- {
		best := -1
		for i := range cs {
			if cs[i].Interested && !chosen(i) && (best < 0 || books[i].optimistic < books[best].optimistic) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		if !cs[best].Unchoked || books[best].optimistic < 0 {
			books[best].optimistic = r.Now
		}
		l.optimists = append(l.optimists, cs[best].ID)
		out = append(out, best)
	}
	return out
}

// keep brings the books up to date and in the candidates' order.
func (l *libtorrentChoker) keep(r Round, cs []Candidate) []book {
	old := l.books
	l.books = make([]book, len(cs))
	for i := range cs {
		c, b := &cs[i], &l.books[i]
		*b = book{id: c.ID, optimistic: -1}
		if at := slices.IndexFunc(old, func(o book) bool { return o.id == c.ID }); at >= 0 {
			*b = old[at]
		}
		if c.Unchoked && !b.unchoked {
			b.turn = b.up
		}
		b.unchoked = c.Unchoked
		if r.Regular {
			b.lastD, b.lastU = c.Downloaded-b.down, c.Uploaded-b.up
			b.down, b.up = c.Downloaded, c.Uploaded
		}
	}
	return l.books
}

package sim

import (
	"slices"
	"time"

	"swarmsim/client/choke"
	"swarmsim/sim/engine"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// unchoking measures to whom leechers give their slots, by group: the time that
// regular unchokes last while giver and taker both download (Legout,
// Liogkas, Kohler, Zhang: Clustering and Sharing Incentives in BitTorrent
// Systems, SIGMETRICS 2007), and how that time would be spread if a slot were as
// likely to be any other leecher's that is there. It takes what happens in the
// order of time.
type unchoking struct {
	groupOf []int // of host n-1
	ties    []ties
	there   []int // leechers that download, by group
	total   int
	open    []int           // regular unchokes that last, by the giver's group
	last    []time.Duration // up to when slotTime is
	time    []float64       // slots times seconds since there has last changed, by the giver's group
	regular [][]float64     // seconds, by groups of giver and taker
	uniform [][]float64     // likewise, as it would be
	own     []within        // of each group, while there were leechers of others too
}

// within is the time that a group gives to its own.
type within struct {
	open     int     // regular unchokes that last
	time     float64 // seconds since the number of those that are there has last changed
	regular  float64 // seconds before that
	expected float64 // likewise, as it would be
}

// ties are a leecher's unchokes that last.
type ties struct {
	loads bool            // it is there and downloads
	gives []slot          // to whom
	takes []engine.HostID // from whom
	all   float64         // seconds of regular unchokes that it has given
	own   float64         // of those, to its own group
}

type slot struct {
	to         engine.HostID
	since      time.Duration
	optimistic bool
}

func newUnchoking(groups int, groupOf []int) *unchoking {
	u := &unchoking{groupOf: groupOf, ties: make([]ties, len(groupOf)), there: make([]int, groups),
		open: make([]int, groups), last: make([]time.Duration, groups), time: make([]float64, groups), own: make([]within, groups)}
	for range groups {
		u.regular = append(u.regular, make([]float64, groups))
		u.uniform = append(u.uniform, make([]float64, groups))
	}
	return u
}

func (u *unchoking) group(h engine.HostID) int { return u.groupOf[h-1] }

// bothLoad reports whether two are there and download.
func (u *unchoking) bothLoad(a, b engine.HostID) bool { return u.ties[a-1].loads && u.ties[b-1].loads }

// begin: a leecher is there.
func (u *unchoking) begin(h engine.HostID, now time.Duration) {
	u.settle(now)
	u.ties[h-1].loads = true
	u.there[u.group(h)]++
	u.total++
}

// end: it has completed or is gone.
func (u *unchoking) end(h engine.HostID, now time.Duration) {
	t := &u.ties[h-1]
	if !t.loads {
		return
	}
	for len(t.gives) > 0 {
		u.choke(h, t.gives[0].to, now)
	}
	for len(t.takes) > 0 {
		u.choke(t.takes[0], h, now)
	}
	u.settle(now)
	t.loads = false
	t.gives, t.takes = nil, nil
	u.there[u.group(h)]--
	u.total--
}

// unchoke: a leecher gives somebody a slot, or one of the other kind.
func (u *unchoking) unchoke(from, to engine.HostID, optimistic bool, now time.Duration) {
	if !u.bothLoad(from, to) {
		return
	}
	u.choke(from, to, now)
	g := &u.ties[from-1]
	g.gives = append(g.gives, slot{to, now, optimistic})
	t := &u.ties[to-1]
	t.takes = append(t.takes, from)
	if !optimistic {
		u.count(from, to, 1, now)
	}
}

// choke: it takes the slot away, if there is one.
func (u *unchoking) choke(from, to engine.HostID, now time.Duration) {
	g, t := &u.ties[from-1], &u.ties[to-1]
	i := slices.IndexFunc(g.gives, func(s slot) bool { return s.to == to })
	if i < 0 {
		return
	}
	s := g.gives[i]
	g.gives = slices.Delete(g.gives, i, i+1)
	at := slices.Index(t.takes, from)
	t.takes = slices.Delete(t.takes, at, at+1)
	if s.optimistic {
		return
	}
	u.count(from, to, -1, now)
	giver, taker := u.group(from), u.group(to)
	took := (now - s.since).Seconds()
	u.regular[giver][taker] += took
	g.all += took
	if giver == taker {
		g.own += took
	}
}

// count adds to the regular unchokes that last.
func (u *unchoking) count(from, to engine.HostID, more int, now time.Duration) {
	g := u.group(from)
	u.pass(g, now)
	u.open[g] += more
	if g == u.group(to) {
		u.own[g].open += more
	}
}

// pass lets the time of a group's slots pass.
func (u *unchoking) pass(g int, now time.Duration) {
	took := (now - u.last[g]).Seconds()
	u.last[g] = now
	u.time[g] += float64(float64(u.open[g]) * took)
	u.own[g].time += float64(float64(u.own[g].open) * took)
}

// settle spreads the time of slots until now over the leechers that were there,
// before their number changes.
func (u *unchoking) settle(now time.Duration) {
	for g := range u.time {
		u.pass(g, now)
		if u.time[g] == 0 {
			continue
		}
		for h, there := range u.there {
			if h == g {
				there-- // nobody unchokes itself
			}
			u.uniform[g][h] += float64(u.time[g] * float64(there) / float64(u.total-1))
		}
		if own := &u.own[g]; u.there[g] < u.total {
			own.regular += own.time
			own.expected += float64(u.time[g] * float64(u.there[g]-1) / float64(u.total-1))
		}
		u.time[g], u.own[g].time = 0, 0
	}
}

// close ends what still lasts at the end of a run.
func (u *unchoking) close(now time.Duration) {
	for i := range u.ties {
		u.end(engine.HostID(i+1), now)
	}
}

// addTo adds the shares to the groups, and how much more of their time groups
// give to their own, while they have a choice, than they would if they did not
// care.
func (u *unchoking) addTo(sum *record.Summary, s *scenario.Scenario) {
	own, expected := 0.0, 0.0
	for g := range sum.Groups {
		group := &sum.Groups[g]
		if group.Seed {
			continue
		}
		group.SlotsCounted = slotsCounted(clientOf(s, &s.Groups[g]))
		all := 0.0
		for _, t := range u.regular[g] {
			all += t
		}
		if all == 0 {
			continue
		}
		group.Unchoked, group.UnchokedUniform = map[string]record.Ratio{}, map[string]record.Ratio{}
		for h := range sum.Groups {
			if to := &sum.Groups[h]; !to.Seed {
				group.Unchoked[to.Name] = record.Ratio(u.regular[g][h] / all)
				group.UnchokedUniform[to.Name] = record.Ratio(u.uniform[g][h] / all)
			}
		}
		own, expected = own+u.own[g].regular, expected+u.own[g].expected
		group.Clustering = clustering(u.own[g].regular, u.own[g].expected)
	}
	sum.Clustering = clustering(own, expected)
}

func clustering(own, expected float64) *record.Ratio {
	if expected == 0 {
		return nil
	}
	r := record.Ratio(own / expected)
	return &r
}

// slotsCounted says which slots a client's unchokes are: its regular ones, where
// the choker tells.
func slotsCounted(c *scenario.Client) string {
	if _, tells := newChoker(c.Choker).(choke.Optimist); tells {
		return "regular"
	}
	return "all"
}

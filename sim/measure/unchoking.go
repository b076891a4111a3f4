package measure

import (
	"slices"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/record"
)

// Unchoking measures to which groups leechers give their upload slots. It sums the time that
// regular unchokes last while both peers download, by the groups of the uploader and the
// downloader (Legout et al., SIGMETRICS 2007). Beside it stands the time as it would be if each
// slot went to any other downloading leecher with equal probability.
type Unchoking struct {
	groupOf     []int // of host n+1
	edges       []unchokeEdges
	downloading []int // leechers, by group
	total       int   // of downloading

	open     []int           // regular unchokes in effect, by the uploader's group
	counted  []time.Duration // up to when slotTime is counted, by group
	slotTime []float64       // slot seconds since downloading last changed, by the uploader's group
	given    [][]float64     // slot seconds, by the groups of uploader and downloader
	uniform  [][]float64     // likewise, with equal probabilities
	own      []ownGroupTime  // by group
}

// ownGroupTime is the slot time that a group gives to its own members. It is counted only while
// leechers of other groups download too, since a group alone has no choice.
type ownGroupTime struct {
	open     int     // regular unchokes in effect within the group
	slotTime float64 // slot seconds since downloading last changed
	given    float64 // slot seconds before that
	uniform  float64 // likewise, with equal probabilities
}

// unchokeEdges are the unchokes in effect from and to one leecher.
type unchokeEdges struct {
	downloading bool
	given       []slot          // by this leecher
	receivedBy  []engine.HostID // hosts that unchoke this leecher
	total       float64         // slot seconds of ended regular unchokes
	own         float64         // those given to its own group
}

type slot struct {
	to         engine.HostID
	since      time.Duration
	optimistic bool
}

// NewUnchoking starts a measurement. Host n+1 belongs to group groupOf[n].
func NewUnchoking(groups int, groupOf []int) *Unchoking {
	u := &Unchoking{
		groupOf:     groupOf,
		edges:       make([]unchokeEdges, len(groupOf)),
		downloading: make([]int, groups),
		open:        make([]int, groups),
		counted:     make([]time.Duration, groups),
		slotTime:    make([]float64, groups),
		own:         make([]ownGroupTime, groups),
	}
	for range groups {
		u.given = append(u.given, make([]float64, groups))
		u.uniform = append(u.uniform, make([]float64, groups))
	}
	return u
}

func (u *Unchoking) group(h engine.HostID) int { return u.groupOf[h-1] }

// BothDownloading reports whether two hosts are leechers that are present and not complete.
func (u *Unchoking) BothDownloading(a, b engine.HostID) bool {
	return u.edges[a-1].downloading && u.edges[b-1].downloading
}

// Arrive adds a leecher.
func (u *Unchoking) Arrive(h engine.HostID, now time.Duration) {
	u.distribute(now)
	u.edges[h-1].downloading = true
	u.downloading[u.group(h)]++
	u.total++
}

// Stop ends the unchokes from and to a leecher that has completed or departed.
func (u *Unchoking) Stop(h engine.HostID, now time.Duration) {
	e := &u.edges[h-1]
	if !e.downloading {
		return
	}
	for len(e.given) > 0 {
		u.Choke(h, e.given[0].to, now)
	}
	for len(e.receivedBy) > 0 {
		u.Choke(e.receivedBy[0], h, now)
	}
	u.distribute(now)
	e.downloading = false
	e.given, e.receivedBy = nil, nil
	u.downloading[u.group(h)]--
	u.total--
}

// Unchoke records that from gives to a regular or an optimistic slot, or that the slot to has
// changes to that kind.
func (u *Unchoking) Unchoke(from, to engine.HostID, optimistic bool, now time.Duration) {
	if !u.BothDownloading(from, to) {
		return
	}
	u.Choke(from, to, now)
	uploader, downloader := &u.edges[from-1], &u.edges[to-1]
	uploader.given = append(uploader.given, slot{to, now, optimistic})
	downloader.receivedBy = append(downloader.receivedBy, from)
	if !optimistic {
		u.addOpen(from, to, 1, now)
	}
}

// Choke ends the slot that from gives to to, if there is one.
func (u *Unchoking) Choke(from, to engine.HostID, now time.Duration) {
	uploader, downloader := &u.edges[from-1], &u.edges[to-1]
	i := slices.IndexFunc(uploader.given, func(s slot) bool { return s.to == to })
	if i < 0 {
		return
	}
	s := uploader.given[i]
	uploader.given = slices.Delete(uploader.given, i, i+1)
	k := slices.Index(downloader.receivedBy, from)
	downloader.receivedBy = slices.Delete(downloader.receivedBy, k, k+1)
	if s.optimistic {
		return
	}
	u.addOpen(from, to, -1, now)
	g, h := u.group(from), u.group(to)
	lasted := (now - s.since).Seconds()
	u.given[g][h] += lasted
	uploader.total += lasted
	if g == h {
		uploader.own += lasted
	}
}

// addOpen changes the number of regular unchokes in effect by delta.
func (u *Unchoking) addOpen(from, to engine.HostID, delta int, now time.Duration) {
	g := u.group(from)
	u.count(g, now)
	u.open[g] += delta
	if g == u.group(to) {
		u.own[g].open += delta
	}
}

// count adds the slot time of a group since it was last counted.
func (u *Unchoking) count(g int, now time.Duration) {
	passed := (now - u.counted[g]).Seconds()
	u.counted[g] = now
	u.slotTime[g] += float64(float64(u.open[g]) * passed)
	u.own[g].slotTime += float64(float64(u.own[g].open) * passed)
}

// distribute spreads the slot time counted so far uniformly over the leechers that downloaded
// in that time. It is called before their number changes.
func (u *Unchoking) distribute(now time.Duration) {
	for g := range u.slotTime {
		u.count(g, now)
		if u.slotTime[g] == 0 {
			continue
		}
		for h, candidates := range u.downloading {
			if h == g {
				candidates-- // a leecher does not unchoke itself
			}
			u.uniform[g][h] += float64(u.slotTime[g] * float64(candidates) / float64(u.total-1))
		}
		if own := &u.own[g]; u.downloading[g] < u.total {
			own.given += own.slotTime
			own.uniform += float64(u.slotTime[g] * float64(u.downloading[g]-1) / float64(u.total-1))
		}
		u.slotTime[g], u.own[g].slotTime = 0, 0
	}
}

// Close ends all unchokes still in effect at the end of a run.
func (u *Unchoking) Close(now time.Duration) {
	for i := range u.edges {
		u.Stop(engine.HostID(i+1), now)
	}
}

// GivenBy returns the seconds of regular unchokes that a leecher has given in total, and to
// members of its own group. Unchokes still in effect are not included.
func (u *Unchoking) GivenBy(h engine.HostID) (total, ownGroup float64) {
	return u.edges[h-1].total, u.edges[h-1].own
}

// AddTo adds to each group of leechers the shares of its slot time, and the clustering: the
// time given to the own group over the time it would be with equal probabilities.
func (u *Unchoking) AddTo(sum *record.Summary) {
	own, uniform := 0.0, 0.0
	for g := range sum.Groups {
		group := &sum.Groups[g]
		if group.Seed {
			continue
		}
		total := 0.0
		for _, t := range u.given[g] {
			total += t
		}
		if total == 0 {
			continue
		}
		group.Unchoked, group.UnchokedUniform = map[string]record.Ratio{}, map[string]record.Ratio{}
		for h := range sum.Groups {
			if to := &sum.Groups[h]; !to.Seed {
				group.Unchoked[to.Name] = record.Ratio(u.given[g][h] / total)
				group.UnchokedUniform[to.Name] = record.Ratio(u.uniform[g][h] / total)
			}
		}
		own, uniform = own+u.own[g].given, uniform+u.own[g].uniform
		group.Clustering = clustering(u.own[g].given, u.own[g].uniform)
	}
	sum.Clustering = clustering(own, uniform)
}

// clustering is nil where no two groups downloaded at the same time.
func clustering(own, uniform float64) *record.Ratio {
	if uniform == 0 {
		return nil
	}
	r := record.Ratio(own / uniform)
	return &r
}

package sim

import (
	"slices"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/record"
)

// interest measures how long leechers want something of their neighbours (Legout,
// Urvoy-Keller, Michiardi: Rarest First and Choke Algorithms Are Enough, IMC
// 2006). For a peer and a neighbour, b is the time that they are connected while
// both download, a the part of it in which the peer is interested in the
// neighbour, c that in which the neighbour is interested in the peer, and d is b
// again. It keeps what every connection has come to while it lasts, and then
// only how many ratios there were of each size.
type interest struct {
	groupOf []int
	pairs   [][]pair // of host n-1
	wants   []ratios // a/b, by the peer's group
	wanted  []ratios // c/d, by the peer's group: a/b of its neighbours
	all     ratios
}

// pair is a leecher's view of a neighbour that downloads too.
type pair struct {
	other  engine.HostID
	met    time.Duration
	wants  bool
	since  time.Duration // that it wants
	wanted time.Duration // before that
}

// shortAcquaintance is how long two must have been connected to count: in less
// there is no time to do more than say hello.
const shortAcquaintance = 10 * time.Second

func newInterest(groups int, groupOf []int) *interest {
	return &interest{groupOf: groupOf, pairs: make([][]pair, len(groupOf)), wants: make([]ratios, groups), wanted: make([]ratios, groups)}
}

// meet: a leecher is connected to another.
func (in *interest) meet(h, other engine.HostID, now time.Duration) {
	in.part(h, other, now)
	in.pairs[h-1] = append(in.pairs[h-1], pair{other: other, met: now})
}

// want: a leecher has become interested in a neighbour, or is no longer.
func (in *interest) want(h, other engine.HostID, yes bool, now time.Duration) {
	i := in.find(h, other)
	if i < 0 {
		return
	}
	p := &in.pairs[h-1][i]
	p.settle(now)
	p.wants, p.since = yes, now
}

func (p *pair) settle(now time.Duration) {
	if p.wants {
		p.wanted += now - p.since
		p.since = now
	}
}

func (in *interest) find(h, other engine.HostID) int {
	return slices.IndexFunc(in.pairs[h-1], func(p pair) bool { return p.other == other })
}

// part: the connection is gone, or one of them does not download any more.
func (in *interest) part(h, other engine.HostID, now time.Duration) {
	i := in.find(h, other)
	if i < 0 {
		return
	}
	p := in.pairs[h-1][i]
	in.pairs[h-1] = slices.Delete(in.pairs[h-1], i, i+1)
	p.settle(now)
	if known := now - p.met; known >= shortAcquaintance {
		share := p.wanted.Seconds() / known.Seconds()
		in.all.add(share)
		in.wants[in.groupOf[h-1]].add(share)
		in.wanted[in.groupOf[other-1]].add(share)
	}
}

// end: a leecher has completed or is gone.
func (in *interest) end(h engine.HostID, now time.Duration) {
	for len(in.pairs[h-1]) > 0 {
		other := in.pairs[h-1][0].other
		in.part(h, other, now)
		in.part(other, h, now)
	}
	in.pairs[h-1] = nil
}

func (in *interest) addTo(sum *record.Summary, now time.Duration) {
	for i := range in.pairs {
		in.end(engine.HostID(i+1), now)
	}
	sum.Interest = in.all.spread()
	for g := range sum.Groups {
		if !sum.Groups[g].Seed {
			sum.Groups[g].Interested, sum.Groups[g].Wanted = in.wants[g].spread(), in.wanted[g].spread()
		}
	}
}

// ratios counts shares from 0 to 1 by size, a thousandth each.
type ratios struct {
	of    [1001]int32
	count int
	sum   float64
}

func (r *ratios) add(share float64) {
	r.of[int(float64(min(max(share, 0), 1)*1000)+0.5)]++
	r.count++
	r.sum += share
}

// spread sums them up, to the thousandth.
func (r *ratios) spread() *record.Spread {
	s := &record.Spread{Count: r.count}
	if r.count == 0 {
		return s
	}
	s.Mean = record.Ratio(r.sum / float64(r.count))
	at := func(place int) float64 { // of the sorted shares, from 0
		for i, n := range r.of {
			if place -= int(n); place < 0 {
				return float64(i) / 1000
			}
		}
		return 1
	}
	quantile := func(q float64) record.Ratio {
		place, part := record.Rank(r.count, q)
		low := at(place)
		return record.Ratio(low + float64(part*(at(min(place+1, r.count-1))-low)))
	}
	s.P20, s.P50, s.P80, s.Max = quantile(0.2), quantile(0.5), quantile(0.8), quantile(1)
	return s
}

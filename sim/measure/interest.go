package measure

import (
	"slices"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/record"
)

// Interest measures how long leechers are interested in their neighbours (Legout et al., IMC
// 2006). In the paper's terms, for a peer and a neighbour: b is the time that they are connected
// while both download, a the part of b in which the peer is interested in the neighbour, and c
// the part in which the neighbour is interested in the peer; d equals b. Interest keeps every
// connection while it lasts and afterwards only a histogram of the ratios a/b and c/d.
type Interest struct {
	groupOf    []int        // of host n+1
	neighbours [][]relation // of host n+1
	interested []histogram  // a/b, by the peer's group
	wanted     []histogram  // c/d, by the peer's group: a/b of its neighbours
	all        histogram
}

// relation is a leecher's view of a neighbour that downloads too.
type relation struct {
	neighbour   engine.HostID
	connected   time.Duration // when
	interested  bool
	since       time.Duration // when interested was last counted
	interestFor time.Duration // counted
}

// minConnected is how long two leechers must have been connected to be counted. Shorter
// connections hold little more than the handshake.
const minConnected = 10 * time.Second

// NewInterest starts a measurement. Host n+1 belongs to group groupOf[n].
func NewInterest(groups int, groupOf []int) *Interest {
	return &Interest{
		groupOf:    groupOf,
		neighbours: make([][]relation, len(groupOf)),
		interested: make([]histogram, groups),
		wanted:     make([]histogram, groups),
	}
}

// Connect records a connection of h to another leecher.
func (in *Interest) Connect(h, other engine.HostID, now time.Duration) {
	in.Disconnect(h, other, now)
	in.neighbours[h-1] = append(in.neighbours[h-1], relation{neighbour: other, connected: now})
}

// SetInterested records whether h is interested in a neighbour from now on.
func (in *Interest) SetInterested(h, other engine.HostID, interested bool, now time.Duration) {
	i := in.find(h, other)
	if i < 0 {
		return
	}
	r := &in.neighbours[h-1][i]
	r.count(now)
	r.interested, r.since = interested, now
}

// count adds the time of interest until now.
func (r *relation) count(now time.Duration) {
	if r.interested {
		r.interestFor += now - r.since
		r.since = now
	}
}

func (in *Interest) find(h, other engine.HostID) int {
	return slices.IndexFunc(in.neighbours[h-1], func(r relation) bool { return r.neighbour == other })
}

// Disconnect records that h's connection to other has closed, or that one of them no longer
// downloads.
func (in *Interest) Disconnect(h, other engine.HostID, now time.Duration) {
	i := in.find(h, other)
	if i < 0 {
		return
	}
	r := in.neighbours[h-1][i]
	in.neighbours[h-1] = slices.Delete(in.neighbours[h-1], i, i+1)
	r.count(now)
	if connected := now - r.connected; connected >= minConnected {
		share := r.interestFor.Seconds() / connected.Seconds()
		in.all.add(share)
		in.interested[in.groupOf[h-1]].add(share)
		in.wanted[in.groupOf[other-1]].add(share)
	}
}

// Stop ends all relations of a leecher that has completed or departed.
func (in *Interest) Stop(h engine.HostID, now time.Duration) {
	for len(in.neighbours[h-1]) > 0 {
		other := in.neighbours[h-1][0].neighbour
		in.Disconnect(h, other, now)
		in.Disconnect(other, h, now)
	}
	in.neighbours[h-1] = nil
}

// AddTo ends all relations and adds the spread of the ratios, in total and by group.
func (in *Interest) AddTo(sum *record.Summary, now time.Duration) {
	for i := range in.neighbours {
		in.Stop(engine.HostID(i+1), now)
	}
	sum.Interest = in.all.spread()
	for g := range sum.Groups {
		if group := &sum.Groups[g]; !group.Seed {
			group.Interested, group.Wanted = in.interested[g].spread(), in.wanted[g].spread()
		}
	}
}

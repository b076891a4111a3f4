package reports

import (
	"cmp"
	"slices"

	"swarmsim/sim/record"
)

// maxReplayPeers bounds how many peers a replay shows. A run records the transfers of some 200.
const maxReplayPeers = 250

// maxReplayRows bounds the rows of a replay: fewer peers are shown if theirs are more.
const maxReplayRows = 700_000

// replayPeer is a peer of the run that a replay may show.
type replayPeer struct {
	number  int32
	group   int
	seed    bool // from the start
	rows    int  // that showing it takes
	arrived bool // its arrival is in the log
	traced  bool // its transfers are: it received one
	decided bool // its decisions are
}

// count counts an event of the peer, which is nil if peers.csv does not have it.
func (p *replayPeer) count(e *record.Event) {
	if p == nil {
		return
	}
	p.rows++
	switch e.Event {
	case record.EventArrived:
		p.arrived = true
	case record.EventTransfer:
		p.traced = true
	case record.EventCandidate, record.EventPick:
		p.decided = true
	}
}

// replayPeers returns the peers of a record by number.
func replayPeers(r *Record) map[int32]*replayPeer {
	groups := replayGroups(r)
	numbers, names, seeds := r.Peers.Numbers("peer"), r.Peers.Words("group"), r.Peers.Words("seed")
	out := map[int32]*replayPeer{}
	for i := range numbers {
		n := int32(numbers[i])
		out[n] = &replayPeer{number: n, group: slices.Index(groups, names[i]), seed: seeds[i] == "true"}
	}
	return out
}

// replayGroups lists the names of the groups, as the peers' groups index them.
func replayGroups(r *Record) []string {
	out := []string{}
	for i := range r.Summary.Groups {
		out = append(out, r.Summary.Groups[i].Name)
	}
	for _, name := range r.Peers.Words("group") {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// chooseReplayPeers returns the peers that a replay shows, in the order of their numbers: those whose
// events the log has or, if they are too many, some of them. Peers without transfers in the log are left
// out if others have some and there are too many: only the transfers of some peers were recorded then.
func chooseReplayPeers(peers map[int32]*replayPeer) []*replayPeer {
	var all, traced []*replayPeer
	for _, p := range peers {
		if !p.arrived {
			continue
		}
		all = append(all, p)
		if p.traced || p.seed {
			traced = append(traced, p)
		}
	}
	if len(all) > maxReplayPeers {
		all = traced
	}
	byNumber := func(a, b *replayPeer) int { return cmp.Compare(a.number, b.number) }
	slices.SortFunc(all, byNumber)
	for n := maxReplayPeers; ; n = n * 3 / 4 {
		shown := evenly(all, n)
		rows := 0
		for _, p := range shown {
			rows += p.rows
		}
		if rows <= maxReplayRows || n < 4 {
			return shown
		}
	}
}

// evenly chooses n peers: at most a quarter of them are initial seeds, unless there are few others,
// and every group has a member if there are no more groups than n.
func evenly(all []*replayPeer, n int) []*replayPeer {
	if len(all) <= n {
		return all
	}
	var seeds, others []*replayPeer
	for _, p := range all {
		if p.seed {
			seeds = append(seeds, p)
		} else {
			others = append(others, p)
		}
	}
	forSeeds := min(len(seeds), max(n/4, n-len(others)))
	chosen := map[*replayPeer]bool{}
	inGroup := map[int]int{}
	add := func(p *replayPeer) {
		chosen[p] = true
		inGroup[p.group]++
	}
	for _, part := range []struct {
		of []*replayPeer
		n  int
	}{{seeds, forSeeds}, {others, n - forSeeds}} {
		for i := range part.n {
			add(part.of[i*len(part.of)/part.n])
		}
	}
	for _, p := range all {
		if inGroup[p.group] > 0 {
			continue
		}
		for _, q := range all { // that its group can spare
			if chosen[q] && inGroup[q.group] > 1 {
				delete(chosen, q)
				inGroup[q.group]--
				add(p)
				break
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(p *replayPeer) bool { return !chosen[p] })
}

package draw

import (
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/scenario"
)

// Latencies are the one-way latencies of a scenario's network. Host 0 is the tracker, host n+1
// the n-th peer.
type Latencies struct {
	Shortest time.Duration // of any two hosts, or between a router and its hosts
	Longest  time.Duration

	// Between returns the latency between two hosts, which is the same in both directions.
	Between func(a, b engine.HostID) time.Duration
}

// NewLatencies draws the latencies. Peer n belongs to group groupOf[n].
func NewLatencies(s *scenario.Scenario, groupOf []int) *Latencies {
	n := &s.Network
	l := &Latencies{}
	if len(n.Regions) > 0 {
		l.addRegions(s, groupOf)
	} else {
		low, high, _ := n.Latency.Range()
		seed := Seed(s.Seed, Latency)
		l.Between = func(a, b engine.HostID) time.Duration { return pairLatency(seed, a, b, low, high) }
		l.Shortest, l.Longest = low, high
	}
	for _, r := range n.Routers {
		l.Shortest, l.Longest = min(l.Shortest, r.Latency.Std()), max(l.Longest, r.Latency.Std())
	}
	return l
}

// addRegions takes the latencies from the regions that the hosts are in.
func (l *Latencies) addRegions(s *scenario.Scenario, groupOf []int) {
	regions := s.Network.Regions
	index := map[string]int{}
	for i, r := range regions {
		index[r.Name] = i
	}
	table := make([]time.Duration, len(regions)*len(regions))
	for i, a := range regions {
		for j, b := range regions {
			d, _ := s.Network.Between(a.Name, b.Name)
			table[i*len(regions)+j] = d
			if i == 0 && j == 0 {
				l.Shortest = d
			}
			l.Shortest, l.Longest = min(l.Shortest, d), max(l.Longest, d)
		}
	}
	region := []int{index[s.Tracker.Region]} // by host
	for _, g := range groupOf {
		region = append(region, index[s.Groups[g].Region])
	}
	l.Between = func(a, b engine.HostID) time.Duration { return table[region[a]*len(regions)+region[b]] }
}

// pairLatency draws the latency of a pair of hosts, uniformly from a range.
func pairLatency(seed uint64, a, b engine.HostID, low, high time.Duration) time.Duration {
	if a > b {
		a, b = b, a
	}
	x := mix(seed ^ mix(uint64(a)<<32|uint64(b)))
	return low + time.Duration(x%uint64(high-low+1))
}

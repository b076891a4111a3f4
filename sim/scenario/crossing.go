package scenario

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// crossing is the path of content between two groups with the fastest links and the longest
// latency.
type crossing struct {
	from, to *Group
	rate     Rate          // of the slowest link on the path
	rtt      time.Duration // without queueing
}

// bdp is its bandwidth-delay product, at most a petabyte.
func (x *crossing) bdp() Bytes { return Bytes(min(float64(x.rate)*x.rtt.Seconds(), 1e15)) }

// crossings lists the paths from any group to any group of leechers. If there are more than
// maxGroups groups, it considers those with the fastest links.
func (s *Scenario) crossings() []crossing {
	var out []crossing
	senders, receivers := s.fastestGroups()
	for _, from := range senders {
		for _, to := range receivers {
			if from == to && from.Count < 2 {
				continue
			}
			up, _ := s.fastest(from)
			_, down := s.fastest(to)
			x := crossing{from, to, min(up, down), 2 * s.farthest(from, to)}
			s.route(&x)
			out = append(out, x)
		}
	}
	return out
}

// maxGroups limits the groups that are considered as senders and as receivers, because the
// number of pairs is its square.
const maxGroups = 64

// fastestGroups returns the groups that upload and those that download. If there are more than
// maxGroups, it returns those with the fastest links; otherwise all in the file's order.
func (s *Scenario) fastestGroups() (senders, receivers []*Group) {
	for i := range s.Groups {
		g := &s.Groups[i]
		if g.Sybils > 0 || g.Count == 0 {
			continue
		}
		senders = append(senders, g)
		if !g.Seed {
			receivers = append(receivers, g)
		}
	}
	if len(senders) > maxGroups {
		rates := make(map[*Group][2]Rate, len(senders))
		for _, g := range senders {
			up, down := s.fastest(g)
			rates[g] = [2]Rate{up, down}
		}
		slices.SortStableFunc(senders, func(a, b *Group) int { return cmp.Compare(rates[b][0], rates[a][0]) })
		slices.SortStableFunc(receivers, func(a, b *Group) int { return cmp.Compare(rates[b][1], rates[a][1]) })
	}
	return senders[:min(len(senders), maxGroups)], receivers[:min(len(receivers), maxGroups)]
}

// route adds the routers on the path.
func (s *Scenario) route(x *crossing) {
	ours, theirs := s.behind(x.from), s.behind(x.to)
	if ours == theirs { // also if there are none
		return
	}
	if ours != nil {
		x.rate, x.rtt = min(x.rate, ours.Up), x.rtt+2*ours.Latency.Std()
	}
	if theirs != nil {
		x.rate, x.rtt = min(x.rate, theirs.Down), x.rtt+2*theirs.Latency.Std()
	}
}

// behind returns the router that a group is behind, or nil.
func (s *Scenario) behind(g *Group) *Router {
	for i := range s.Network.Routers {
		if r := &s.Network.Routers[i]; slices.Contains(r.Groups, g.Name) {
			return r
		}
	}
	return nil
}

// fastest returns the highest rates that links of a group have, initially or after an event.
func (s *Scenario) fastest(g *Group) (up, down Rate) {
	up, down = Rate(g.Link.Up.high()), Rate(g.Link.Down.high())
	for _, m := range g.Link.Mix {
		if m.Share > 0 {
			up, down = max(up, Rate(m.Up.high())), max(down, Rate(m.Down.high()))
		}
	}
	for _, e := range s.Events {
		if e.Action == ActionLink && e.Group == g.Name {
			up, down = max(up, e.Up), max(down, e.Down)
		}
	}
	return min(up, maxRate), min(down, maxRate)
}

// farthest returns the longest one-way latency between peers of two groups.
func (s *Scenario) farthest(a, b *Group) time.Duration {
	n := &s.Network
	if len(n.Regions) > 0 {
		l, _ := n.Between(a.Region, b.Region)
		return l
	}
	_, high, _ := n.Latency.Range()
	return high
}

// high returns the largest value that can be drawn, or the 99th percentile of an unbounded
// distribution.
func (d dist) high() float64 {
	const rare = 0.01
	switch d.kind {
	case uniform:
		return d.b
	case exponential:
		return d.a * -math.Log(rare)
	case lognormal:
		return d.a * math.Exp(float64(2.326*d.b)) // the normal distribution's quantile
	case weibull:
		return d.a * math.Pow(-math.Log(rare), 1/d.b)
	}
	return d.a
}

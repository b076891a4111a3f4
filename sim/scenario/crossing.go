package scenario

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// crossing is the fastest and longest way that content may take between two groups.
type crossing struct {
	from, to *Group
	rate     Rate          // of the slowest link on the way
	rtt      time.Duration // without queues
}

// bdp is what fills it: the bandwidth-delay product, up to a petabyte.
func (x *crossing) bdp() Bytes { return Bytes(min(float64(x.rate)*x.rtt.Seconds(), 1e15)) }

// crossings lists what content may cross from any group to any that downloads, with
// the fastest links and the longest latencies that the scenario has for them. Where
// there are very many groups, those with the fastest links speak for all.
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

// mostGroups bounds how many groups are looked at each way: pairs grow as its square.
const mostGroups = 64

// fastestGroups are those that content comes from and those that download it; where
// there are more than mostGroups, those with the fastest links, else in their order.
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
	if len(senders) > mostGroups {
		rates := make(map[*Group][2]Rate, len(senders))
		for _, g := range senders {
			up, down := s.fastest(g)
			rates[g] = [2]Rate{up, down}
		}
		slices.SortStableFunc(senders, func(a, b *Group) int { return cmp.Compare(rates[b][0], rates[a][0]) })
		slices.SortStableFunc(receivers, func(a, b *Group) int { return cmp.Compare(rates[b][1], rates[a][1]) })
	}
	return senders[:min(len(senders), mostGroups)], receivers[:min(len(receivers), mostGroups)]
}

// route adds the routers on the way.
func (s *Scenario) route(x *crossing) {
	ours, theirs := s.behind(x.from), s.behind(x.to)
	if ours == theirs { // also if there is none
		return
	}
	if ours != nil {
		x.rate, x.rtt = min(x.rate, ours.Up), x.rtt+2*ours.Latency.Std()
	}
	if theirs != nil {
		x.rate, x.rtt = min(x.rate, theirs.Down), x.rtt+2*theirs.Latency.Std()
	}
}

// behind is the router that a group is behind, or nil.
func (s *Scenario) behind(g *Group) *Router {
	for i := range s.Network.Routers {
		if r := &s.Network.Routers[i]; slices.Contains(r.Groups, g.Name) {
			return r
		}
	}
	return nil
}

// fastest are the highest rates that links of a group have, now or after an event.
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

// farthest is the longest latency between peers of two groups, one way.
func (s *Scenario) farthest(a, b *Group) time.Duration {
	n := &s.Network
	if len(n.Regions) > 0 {
		l, _ := n.Between(a.Region, b.Region)
		return l
	}
	_, high, _ := n.Latency.Range()
	return high
}

// high is the largest value that can be drawn, or one that only a hundredth exceed.
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

package scenario

import (
	"math"
	"slices"
	"time"
)

// crossing is the fastest and longest way that content may take between two groups.
type crossing struct {
	from, to *Group
	rate     Rate          // of the slowest link on the way
	trip     time.Duration // there and back
}

// underWay is what fills it: its rate over a round trip.
func (p *crossing) underWay() Bytes { return Bytes(float64(p.rate) * p.trip.Seconds()) }

// crossings lists what content may cross from any group to any that downloads, with
// the fastest links and the longest latencies that the scenario has for them.
func (s *Scenario) crossings() []crossing {
	var out []crossing
	for i := range s.Groups {
		for j := range s.Groups {
			from, to := &s.Groups[i], &s.Groups[j]
			if from.Sybils > 0 || to.Sybils > 0 || to.Seed || i == j && from.Count < 2 {
				continue
			}
			up, _ := s.fastest(from)
			_, down := s.fastest(to)
			p := crossing{from, to, min(up, down), 2 * s.farthest(from, to)}
			s.route(&p)
			out = append(out, p)
		}
	}
	return out
}

// route adds the routers on the way.
func (s *Scenario) route(p *crossing) {
	ours, theirs := s.behind(p.from), s.behind(p.to)
	if ours == theirs { // also if there is none
		return
	}
	if ours != nil {
		p.rate, p.trip = min(p.rate, ours.Up), p.trip+2*ours.Latency.Std()
	}
	if theirs != nil {
		p.rate, p.trip = min(p.rate, theirs.Down), p.trip+2*theirs.Latency.Std()
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
		if e.Action == "link" && e.Group == g.Name {
			up, down = max(up, e.Up), max(down, e.Down)
		}
	}
	return min(up, maxRate), min(down, maxRate)
}

// farthest is the longest latency between peers of two groups, one way.
func (s *Scenario) farthest(a, b *Group) time.Duration {
	n := &s.Network
	if len(n.Regions) > 0 {
		l, _ := n.Between(a.Place, b.Place)
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

package scenario

import (
	"fmt"
	"slices"
)

func (d *decoder) checkGroups(s *Scenario, src Source) {
	seeds, leechers := 0, 0
	reportClients := len(d.problems) == 0 // a problem of the scenario's client is reported once
	for i := range s.Groups {
		g := &s.Groups[i]
		field := fmt.Sprintf("groups[%d]", i)
		groupDefaults(g)
		if !validName.MatchString(g.Name) {
			d.failAt(field+".name", "%q is not a name: letters, digits and dashes, at most 64", g.Name)
		}
		if slices.ContainsFunc(s.Groups[:i], func(o Group) bool { return o.Name == g.Name }) {
			d.failAt(field+".name", "%q is the name of another group", g.Name)
		}
		if g.Sybils > 0 {
			d.checkSybils(g, field)
		} else if g.Seed {
			seeds += g.Count
			if g.GiveUp.kind != forever {
				d.failAt(field+".give_up", "contradicts seed: a seed does not download")
			}
		} else {
			leechers += g.Count
		}
		d.checkLink(&g.Link, field+".link")
		d.checkRegion(&s.Network, field+".region", g.Region)
		d.checkArrival(s, g, field+".arrival", src)
		if g.Client != nil && reportClients {
			d.checkClient(g.Client, field+".client")
		}
		for _, t := range []struct {
			field string
			dist  DurationDist
		}{{"stay", g.Stay}, {"give_up", g.GiveUp}} {
			if t.field == "give_up" && t.dist.kind == fixed && t.dist.a == 0 {
				d.failAt(field+".give_up", "0 s would remove every peer on arrival")
			}
		}
	}
	if len(s.Groups) == 0 {
		d.failAt("groups", "is empty; a swarm needs peers")
		return
	}
	if seeds == 0 {
		d.failAt("groups", "has no peer with seed: true, so no peer has the content")
	}
	if leechers == 0 && s.Stop.When == StopDone {
		d.failAt("groups", "has only seeds, so the run would end at once; add leechers or set stop.when to deadline")
	}
	if seeds+leechers > maxPeers {
		d.failAt("groups", "has %d peers; the limit is %d", seeds+leechers, maxPeers)
	}
}

const maxPeers = 4_000_000

func (d *decoder) checkLink(l *Link, field string) {
	if len(l.Mix) > 0 {
		total := 0.0
		for i, m := range l.Mix {
			total += m.Share
			d.checkRates(m.Up, m.Down, fmt.Sprintf("%s.mix[%d]", field, i))
		}
		if total <= 0 {
			d.failAt(field+".mix", "has shares whose sum is 0")
		}
		if l.Up.kind != unset || l.Down.kind != unset {
			d.failAt(field, "has both a mix and rates; give one of them")
		}
		return
	}
	if l.Up.kind == unset || l.Down.kind == unset {
		missing := "down"
		if l.Up.kind == unset {
			missing = "up"
		}
		d.failAt(field, "lacks %s; give up and down, or a mix", missing)
		return
	}
	d.checkRates(l.Up, l.Down, field)
}

func (d *decoder) checkRates(up, down RateDist, field string) {
	for _, r := range []struct {
		name string
		dist RateDist
	}{{"up", up}, {"down", down}} {
		if (r.dist.kind == fixed || r.dist.kind == uniform) && r.dist.least() < minRate {
			d.failAt(field+"."+r.name, "%v is below 1 kB/s, the minimum; for a peer that uploads nothing use client: {choker: never, seed_choker: never}",
				r.dist)
		}
	}
}

func (d *decoder) checkArrival(s *Scenario, g *Group, field string, src Source) {
	a := &g.Arrival
	unused := func(name string, given bool) {
		if given {
			d.failAt(field+"."+name, "has no effect with the pattern %s", a.Pattern)
		}
	}
	needs := func(name string, given bool) {
		if !given {
			d.failAt(field, "the pattern %s needs %s", a.Pattern, name)
		}
	}
	unused("over", a.Over != 0 && a.Pattern != ArriveSpread)
	unused("rate", a.Rate != 0 && a.Pattern != ArrivePoisson)
	unused("decay", a.Decay != 0 && a.Pattern != ArriveFlashCrowd)
	unused("file", a.File != "" && a.Pattern != ArriveTrace)
	deadline := s.Stop.Deadline
	if a.Start >= deadline {
		d.failAt(field+".start", "%v is not before the deadline %v, so no peer of group %q would arrive",
			a.Start, deadline, g.Name)
	}
	switch a.Pattern {
	case ArriveSpread:
		needs("over", a.Over > 0)
		if a.Start+a.Over > deadline {
			d.failAt(field+".over", "arrivals last until %v, which is after the deadline %v", a.Start+a.Over, deadline)
		}
	case ArrivePoisson:
		needs("rate", a.Rate > 0)
	case ArriveFlashCrowd:
		needs("decay", a.Decay > 0)
	case ArriveTrace:
		needs("file", a.File != "")
		if a.File != "" {
			d.checkTrace(s, g, field, src)
		}
	}
}

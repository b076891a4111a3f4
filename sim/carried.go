package sim

import (
	"slices"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// carried is the content that came from each group to each, by worker: sums,
// so that it does not matter who played whom.
type carried [][]int64

// take adds what came over a connection of a node that ends.
func (n *node) take(c client.ConnID) {
	w := n.world
	from := w.groupOf[n.host.Remote(netem.ConnID(c))-1]
	w.carried[n.host.Worker()][from*len(w.settings)+n.group] += n.peer.Received(c)
}

// takeAll adds what came over the connections that a node still has.
func (n *node) takeAll() {
	for _, c := range n.peer.Connections() {
		n.take(c)
	}
}

// between is the content that came from one group to another.
func (c carried) between(from, to, groups int) int64 {
	sum := int64(0)
	for _, worker := range c {
		sum += worker[from*groups+to]
	}
	return sum
}

// addCarried adds the content that crossed between groups, regions and the
// lines of routers.
func (v *watcher) addCarried(sum *record.Summary) {
	for _, n := range v.present {
		n.takeAll()
	}
	s, groups := v.world.scenario, len(sum.Groups)
	for to := range sum.Groups {
		if sum.Groups[to].Seed {
			continue
		}
		from := map[string]int64{}
		for g := range sum.Groups {
			from[sum.Groups[g].Name] = v.world.carried.between(g, to, groups)
		}
		sum.Groups[to].ReceivedFromBytes = from
	}
	for i := range s.Network.Regions {
		name := s.Network.Regions[i].Name
		a := v.area(name, func(g int) bool { return s.Groups[g].Region == name })
		a.ReceivedFromBytes = map[string]int64{}
		for k := range s.Network.Regions {
			other := s.Network.Regions[k].Name
			a.ReceivedFromBytes[other] = v.moved(
				func(g int) bool { return s.Groups[g].Region == other },
				func(g int) bool { return s.Groups[g].Region == name })
		}
		sum.Regions = append(sum.Regions, a)
	}
	for i := range s.Network.Routers {
		r := &s.Network.Routers[i]
		sum.Routers = append(sum.Routers, v.area(r.Name, func(g int) bool { return slices.Contains(r.Groups, s.Groups[g].Name) }))
	}
	if len(sum.Regions) == 0 {
		return
	}
	within, in := int64(0), int64(0)
	for _, a := range sum.Regions {
		within, in = within+a.WithinBytes, in+a.InBytes
	}
	if within+in > 0 {
		r := record.Ratio(float64(in) / float64(within+in))
		sum.CrossRegion = &r
	}
}

// area is what crossed the border of an area, in which some groups are.
func (v *watcher) area(name string, inside func(group int) bool) record.Area {
	outside := func(g int) bool { return !inside(g) }
	return record.Area{Name: name, WithinBytes: v.moved(inside, inside), InBytes: v.moved(outside, inside), OutBytes: v.moved(inside, outside)}
}

// moved is the content that came from some groups to some.
func (v *watcher) moved(from, to func(group int) bool) int64 {
	groups := len(v.world.scenario.Groups)
	sum := int64(0)
	for g := range groups {
		for h := range groups {
			if from(g) && to(h) {
				sum += v.world.carried.between(g, h, groups)
			}
		}
	}
	return sum
}

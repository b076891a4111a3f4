package sim

import (
	"slices"

	"swarmsim/client"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
)

// countReceived adds what the node has received over a connection that ends.
func (n *node) countReceived(c client.ConnID) {
	from := n.world.groupOf[n.host.Remote(netem.ConnID(c))-1]
	n.world.traffic.Add(n.host.Worker(), from, n.group, n.peer.BytesReceived(c))
}

// countReceivedFromAll adds what the node has received over its open connections.
func (n *node) countReceivedFromAll() {
	for _, c := range n.peer.Connections() {
		n.countReceived(c)
	}
}

// addTrafficMatrix adds the content that crossed between groups, between regions, and the lines
// of routers.
func (c *collector) addTrafficMatrix(sum *record.Summary) {
	for _, n := range c.present {
		n.countReceivedFromAll()
	}
	s, m := c.world.scenario, &c.world.traffic
	for to := range sum.Groups {
		if sum.Groups[to].Seed {
			continue
		}
		from := map[string]int64{}
		for g := range sum.Groups {
			from[sum.Groups[g].Name] = m.Between(g, to)
		}
		sum.Groups[to].ReceivedFromBytes = from
	}
	c.addRegions(sum)
	for i := range s.Network.Routers {
		r := &s.Network.Routers[i]
		behind := func(g int) bool { return slices.Contains(r.Groups, s.Groups[g].Name) }
		sum.Routers = append(sum.Routers, m.Area(r.Name, behind))
	}
}

// addRegions adds the content that each region received, by the region that sent it.
func (c *collector) addRegions(sum *record.Summary) {
	s, m := c.world.scenario, &c.world.traffic
	if len(s.Network.Regions) == 0 {
		return
	}
	within, in := int64(0), int64(0)
	for i := range s.Network.Regions {
		name := s.Network.Regions[i].Name
		inside := func(g int) bool { return s.Groups[g].Region == name }
		a := m.Area(name, inside)
		a.ReceivedFromBytes = map[string]int64{}
		for k := range s.Network.Regions {
			other := s.Network.Regions[k].Name
			a.ReceivedFromBytes[other] = m.Sum(func(g int) bool { return s.Groups[g].Region == other }, inside)
		}
		sum.Regions = append(sum.Regions, a)
		within, in = within+a.WithinBytes, in+a.InBytes
	}
	if within+in > 0 {
		r := record.Ratio(float64(in) / float64(within+in))
		sum.CrossRegion = &r
	}
}

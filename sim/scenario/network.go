package scenario

import (
	"fmt"
	"slices"
	"time"
)

// minLatency is the shortest one-way latency: a window of the engine.
const minLatency = 10 * time.Microsecond

func (d *decoder) checkNetwork(s *Scenario) {
	n := &s.Network
	d.networkDefaults(n)
	d.checkTransport(s)
	if n.Map != "" {
		if len(n.Regions) > 0 {
			d.failAt("network.map", "contradicts regions; give one of them")
		}
		n.Regions, n.Map = worldMap(), ""
	}
	low, _, bounded := n.Latency.Range()
	if !bounded {
		d.failAt("network.latency", "%v has no shortest value; write one value or a range such as \"25 ms to 50 ms\"", n.Latency)
	} else if low < minLatency {
		d.failAt("network.latency", "%v is below 10 us: the simulation advances by the shortest latency, which cannot be 0", Duration(low))
	}
	if len(n.Regions) > 0 {
		if _, said := d.places["network.latency"]; said {
			d.failAt("network.latency", "contradicts the regions, which have latencies of their own")
		}
		n.Latency = DurationDist{} // which is not printed: what is printed must load again
	}
	if n.Window < 4<<10 || n.Window > 1<<30 {
		d.failAt("network.window", "%v is no useful window; 4 KiB to 1 GiB is", n.Window)
	}
	if n.Segment < 1448 || n.Segment > 16<<10 {
		d.failAt("network.segment", "%v is no useful segment; 1500 B (a packet) to 16 KiB (a block) is", n.Segment)
	}
	for i, r := range n.Regions {
		field := fmt.Sprintf("network.regions[%d]", i)
		if slices.ContainsFunc(n.Regions[:i], func(o Region) bool { return o.Name == r.Name }) {
			d.failAt(field+".name", "%q is the name of another region too", r.Name)
		}
		for _, to := range sortedKeys(r.To) {
			if r.To[to].Std() < minLatency {
				d.failAt(field+".to."+to, "%v is below 10 us: the simulation advances by the shortest latency, which cannot be 0", r.To[to])
			}
			if !slices.Contains(regionNames(n), to) {
				d.failAt(field+".to."+to, "there is no region %q%s", to, Nearest(to, regionNames(n)))
			}
		}
	}
	for i, a := range n.Regions {
		for _, b := range n.Regions[:i+1] {
			if _, ok := n.Between(a.Name, b.Name); !ok {
				d.failAt(fmt.Sprintf("network.regions[%d].to", i), "lacks the latency between %q and %q", a.Name, b.Name)
			}
		}
	}
	d.checkPlace(n, "tracker.region", s.Tracker.Region)
}

// longest is how long a packet takes between those that are farthest apart,
// links and queues apart. What is behind two routers passes both.
func (n *Network) longest() time.Duration {
	_, most, _ := n.Latency.Range()
	if len(n.Regions) > 0 {
		most = 0
		for _, a := range n.Regions {
			for _, to := range a.To {
				most = max(most, to.Std())
			}
		}
	}
	routers := time.Duration(0)
	for _, r := range n.Routers {
		routers = max(routers, r.Latency.Std())
	}
	return most + 2*routers + n.Jitter.Std()
}

// AnnounceTimeout is how long a peer waits for the tracker's answer: as said, or
// 30 s. An announce crosses the path four times, and where that is long it has
// half as much time again, for links and queues.
func (s *Scenario) AnnounceTimeout() time.Duration {
	if t := s.Tracker.Timeout.Std(); t > 0 {
		return t
	}
	return max(30*time.Second, 6*s.Network.longest())
}

// checkReach finds paths that are too long for anything to come of them.
func (d *decoder) checkReach(s *Scenario) {
	far := s.Network.longest()
	if t := s.AnnounceTimeout(); t <= 4*far {
		d.failAt("tracker.timeout", "%v is too short: an announce crosses the path four times, which takes up to %v here; nobody so far from the tracker would ever hear of anybody", Duration(t), Duration(4*far))
	}
	tooShort := func(c *Client, field string) {
		if t := c.InactivityTimeout.Std(); t > 0 && t <= 8*far {
			d.failAt(field+".inactivity_timeout", "%v is too short for a path of %v: INTERESTED arrives after four such latencies, and the connection would be ended after %v; set it above %v", c.InactivityTimeout, Duration(far), Duration(t/2), Duration(8*far))
		}
		if c.HandshakeTimeout.Std() <= 2*far {
			d.failAt(field+".handshake_timeout", "%v is too short for a path of %v: setting up a connection takes two such latencies, so peers so far apart would never meet; set it above %v", c.HandshakeTimeout, Duration(far), Duration(2*far))
		}
	}
	tooShort(&s.Client, "client")
	for i := range s.Groups {
		if c := s.Groups[i].Client; c != nil && (c.HandshakeTimeout != s.Client.HandshakeTimeout || c.InactivityTimeout != s.Client.InactivityTimeout) {
			tooShort(c, fmt.Sprintf("groups[%d].client", i))
		}
	}
}

// checkTransport finds what the transport has no use for.
func (d *decoder) checkTransport(s *Scenario) {
	n := &s.Network
	if n.ControlMessages == ControlOutOfBand && n.Transport != TransportIdeal {
		d.failAt("network.control_messages", "express needs the transport ideal; %s sends all in one stream", n.Transport)
	}
	if n.Transport == TransportIdeal {
		for _, f := range []struct {
			name  string
			given bool
		}{{"jitter", n.Jitter > 0}, {"loss", n.Loss > 0}, {"routers", len(n.Routers) > 0}} {
			if f.given {
				d.failAt("network."+f.name, "means nothing with the transport ideal, which loses and delays nothing; set network.transport to tcp or utp")
			}
		}
		for i, g := range s.Groups {
			if g.Client != nil && g.Client.Transport != "" {
				d.failAt(fmt.Sprintf("groups[%d].client.transport", i), "contradicts network.transport, which is ideal for all; set it to tcp or utp")
			}
		}
		if s.Client.Transport != "" {
			d.failAt("client.transport", "contradicts network.transport, which is ideal for all; set it to tcp or utp")
		}
	}
	if n.Jitter > Duration(10*time.Second) {
		d.failAt("network.jitter", "%v is too much; at most 10 s", n.Jitter)
	}
	if n.Queue.Time > mostQueueTime {
		d.failAt("network.queue.time", "%v is too much; at most 1 min", n.Queue.Time)
	}
	if n.Queue.Up < 3000 || n.Queue.Down < 3000 {
		d.failAt("network.queue", "holds less than two packets of 1,500 bytes")
	}
	var groups, taken []string
	for _, g := range s.Groups {
		groups = append(groups, g.Name)
	}
	for i := range n.Routers {
		r := &n.Routers[i]
		field := fmt.Sprintf("network.routers[%d]", i)
		if !validName.MatchString(r.Name) {
			d.failAt(field+".name", "%q is not a name: letters, digits and dashes, at most 64", r.Name)
		}
		if r.Up < minRate || r.Down < minRate {
			d.failAt(field, "up and down must be at least 1 kB/s each")
		}
		if r.Latency.Std() < minLatency {
			d.failAt(field+".latency", "%v is below 10 us: the simulation advances by the shortest latency, which cannot be 0", r.Latency)
		}
		if r.Queue < 3000 {
			d.failAt(field+".queue", "holds less than two packets of 1,500 bytes")
		}
		for _, g := range r.Groups {
			switch {
			case !slices.Contains(groups, g):
				d.failAt(field+".groups", "there is no group %q%s", g, Nearest(g, groups))
			case slices.Contains(taken, g):
				d.failAt(field+".groups", "group %q is behind another router too", g)
			}
			taken = append(taken, g)
		}
	}
}

// worldMap is the default set of regions: half the average round trips between
// six parts of the world in 2019, as collected for the SimBlock simulator (Aoki
// et al., 2019).
func worldMap() []Region {
	names := []string{"north-america", "europe", "south-america", "asia-pacific", "japan", "australia"}
	roundTrips := [][]int{
		{32},
		{124, 11},
		{184, 227, 88},
		{198, 237, 325, 85},
		{151, 252, 301, 58, 12},
		{189, 294, 322, 198, 126, 16},
	}
	var out []Region
	for i, row := range roundTrips {
		r := Region{Name: names[i], To: map[string]Duration{}}
		for j, ms := range row {
			r.To[names[j]] = Duration(time.Duration(ms) * time.Millisecond / 2)
		}
		out = append(out, r)
	}
	return out
}

func (d *decoder) checkPlace(n *Network, field, place string) {
	switch {
	case len(n.Regions) == 0 && place != "":
		d.failAt(field, "%q is no region: the network has none", place)
	case len(n.Regions) > 0 && !slices.Contains(regionNames(n), place):
		d.failAt(field, "%q is not a region%s; known are %s", place, Nearest(place, regionNames(n)), choices(regionNames(n)))
	}
}

func regionNames(n *Network) []string {
	var out []string
	for _, r := range n.Regions {
		out = append(out, r.Name)
	}
	return out
}

func sortedKeys(m map[string]Duration) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// said is what one region says of its latency to another.
func (n *Network) said(from, to string) (Duration, bool) {
	for i := range n.Regions {
		if n.Regions[i].Name == from {
			l, ok := n.Regions[i].To[to]
			return l, ok
		}
	}
	return 0, false
}

// Between is the one-way latency between two regions, whichever of them says it.
func (n *Network) Between(a, b string) (time.Duration, bool) {
	l, ok := n.said(a, b)
	if !ok {
		l, ok = n.said(b, a)
	}
	return l.Std(), ok
}

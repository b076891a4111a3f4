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
			d.failAt("network.map", "contradicts network.regions; give one of them")
		}
		n.Regions, n.Map = worldMap(), ""
	}
	low, _, bounded := n.Latency.Range()
	if !bounded {
		d.failAt("network.latency", "%v has no minimum; give one value or a range such as \"25 ms to 50 ms\"", n.Latency)
	} else if low < minLatency {
		d.failAt("network.latency", "%v is below 10 us, the minimum: the simulation advances by the shortest latency",
			Duration(low))
	}
	if len(n.Regions) > 0 {
		if d.given("network.latency") {
			d.failAt("network.latency", "contradicts network.regions, which define the latencies")
		}
		n.Latency = DurationDist{} // not printed: a printed scenario must load
	}
	if n.Window < 4<<10 || n.Window > 1<<30 {
		d.failAt("network.window", "%v is out of range; a window is 4 KiB to 1 GiB", n.Window)
	}
	if n.Segment < 1448 || n.Segment > 16<<10 {
		d.failAt("network.segment", "%v is out of range; a segment is 1500 B (a packet) to 16 KiB (a block)", n.Segment)
	}
	for i, r := range n.Regions {
		field := fmt.Sprintf("network.regions[%d]", i)
		if slices.ContainsFunc(n.Regions[:i], func(o Region) bool { return o.Name == r.Name }) {
			d.failAt(field+".name", "%q is the name of another region", r.Name)
		}
		for _, to := range sortedKeys(r.To) {
			if r.To[to].Std() < minLatency {
				d.failAt(field+".to."+to, "%v is below 10 us, the minimum: the simulation advances by the shortest latency",
					r.To[to])
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
	d.checkRegion(n, "tracker.region", s.Tracker.Region)
}

// longest returns the longest one-way latency of a path without links and queues. A path
// between groups behind two routers crosses both.
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

// AnnounceTimeout returns how long a peer waits for the tracker's response: tracker.timeout, or
// by default 30 s. An announce crosses the path four times (TCP's handshake, request, response);
// on long paths the default is half as much again, to allow for links and queues.
func (s *Scenario) AnnounceTimeout() time.Duration {
	if t := s.Tracker.Timeout.Std(); t > 0 {
		return t
	}
	return max(30*time.Second, 6*s.Network.longest())
}

// checkReach reports timeouts that end before a message can cross the longest path.
func (d *decoder) checkReach(s *Scenario) {
	far := s.Network.longest()
	if t := s.AnnounceTimeout(); t <= 4*far {
		d.failAt("tracker.timeout", "%v is too short: an announce crosses the path four times, which takes up to %v here",
			Duration(t), Duration(4*far))
	}
	d.checkClientReach(&s.Client, "client", far)
	for i := range s.Groups {
		c := s.Groups[i].Client
		if c == nil || c.HandshakeTimeout == s.Client.HandshakeTimeout && c.InactivityTimeout == s.Client.InactivityTimeout {
			continue
		}
		d.checkClientReach(c, fmt.Sprintf("groups[%d].client", i), far)
	}
}

// checkClientReach reports timeouts of a client that are too short for a path with the one-way
// latency far.
func (d *decoder) checkClientReach(c *Client, field string, far time.Duration) {
	if t := c.InactivityTimeout.Std(); t > 0 && t <= 8*far {
		d.failAt(field+".inactivity_timeout", "%v is too short for a path of %v: INTERESTED arrives after four such "+
			"latencies, and the connection would be closed after %v; set it above %v",
			c.InactivityTimeout, Duration(far), Duration(t/2), Duration(8*far))
	}
	if c.HandshakeTimeout.Std() <= 2*far {
		d.failAt(field+".handshake_timeout", "%v is too short for a path of %v: a connection takes two such latencies "+
			"to set up; set it above %v", c.HandshakeTimeout, Duration(far), Duration(2*far))
	}
}

// checkTransport reports settings that have no effect with the transport.
func (d *decoder) checkTransport(s *Scenario) {
	n := &s.Network
	if n.ControlMessages == ControlOutOfBand && n.Transport != TransportIdeal {
		d.failAt("network.control_messages", "%s needs the transport ideal; %s sends all messages in one stream",
			n.ControlMessages, n.Transport)
	}
	if n.Transport == TransportIdeal {
		for _, f := range []struct {
			name  string
			given bool
		}{{"jitter", n.Jitter > 0}, {"loss", n.Loss > 0}, {"routers", len(n.Routers) > 0}} {
			if f.given {
				d.failAt("network."+f.name, "has no effect with the transport ideal; set network.transport to tcp or utp")
			}
		}
		for i, g := range s.Groups {
			if g.Client != nil && g.Client.Transport != "" {
				d.failAt(fmt.Sprintf("groups[%d].client.transport", i), "contradicts network.transport: ideal; set that "+
					"to tcp or utp")
			}
		}
		if s.Client.Transport != "" {
			d.failAt("client.transport", "contradicts network.transport: ideal; set that to tcp or utp")
		}
	}
	if n.Jitter > Duration(10*time.Second) {
		d.failAt("network.jitter", "%v is too long; the maximum is 10 s", n.Jitter)
	}
	if n.Queue.Time > maxQueueTime {
		d.failAt("network.queue.time", "%v is too long; the maximum is 1 min", n.Queue.Time)
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
			d.failAt(field+".latency", "%v is below 10 us, the minimum: the simulation advances by the shortest latency",
				r.Latency)
		}
		if r.Queue < 3000 {
			d.failAt(field+".queue", "holds less than two packets of 1,500 bytes")
		}
		for _, g := range r.Groups {
			switch {
			case !slices.Contains(groups, g):
				d.failAt(field+".groups", "there is no group %q%s", g, Nearest(g, groups))
			case slices.Contains(taken, g):
				d.failAt(field+".groups", "group %q is behind another router", g)
			}
			taken = append(taken, g)
		}
	}
}

// worldMap returns six regions of the world. Their latencies are half the average round trips
// of 2019 that the SimBlock simulator uses (Aoki et al., "SimBlock: A Blockchain Network
// Simulator", 2019).
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

// checkRegion reports a region that the network does not have.
func (d *decoder) checkRegion(n *Network, field, region string) {
	switch {
	case len(n.Regions) == 0 && region != "":
		d.failAt(field, "%q is not a region: the network has none", region)
	case len(n.Regions) > 0 && !slices.Contains(regionNames(n), region):
		d.failAt(field, "%q is not a region%s; regions are %s",
			region, Nearest(region, regionNames(n)), choices(regionNames(n)))
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

// latencyTo returns the latency that the entry of one region gives for another.
func (n *Network) latencyTo(from, to string) (Duration, bool) {
	for i := range n.Regions {
		if n.Regions[i].Name == from {
			l, ok := n.Regions[i].To[to]
			return l, ok
		}
	}
	return 0, false
}

// Between returns the one-way latency between two regions, from the entry of either.
func (n *Network) Between(a, b string) (time.Duration, bool) {
	l, ok := n.latencyTo(a, b)
	if !ok {
		l, ok = n.latencyTo(b, a)
	}
	return l.Std(), ok
}

package testbed

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/emulator"
)

// DefaultNetwork is where hosts have their addresses by default: the block for benchmarks (RFC
// 2544), which no client takes for a local network.
var DefaultNetwork = netip.MustParsePrefix("198.18.0.0/15")

// peerPort and trackerPort are where peers and the tracker listen.
const (
	peerPort    = 6881
	trackerPort = 6969
)

// Plan is a scenario that can be played with real clients.
type Plan struct {
	scenario *scenario.Scenario
	network  netip.Prefix // the tracker has its first address
	peers    []planned
	latency  *draw.Latencies
}

// planned is a peer with all that is drawn before the run.
type planned struct {
	group    int
	seed     bool
	driver   driver.Driver
	addr     netip.AddrPort
	up, down int64 // bytes per second
	arriveAt time.Duration
	stay     time.Duration // after completion; negative for forever
	giveUp   time.Duration // after arrival without the content; negative for never
	crash    bool
}

// NewPlan checks that a scenario can be played with real clients, and draws what it leaves open. The
// hosts have addresses of network, DefaultNetwork if it is not valid. The error is a *RefusedError.
// catalogue is that of the simulation, for the settings of profiles.
func NewPlan(
	s *scenario.Scenario, choices []Choice, network netip.Prefix, catalogue scenario.Catalogue,
) (*Plan, error) {
	if !network.IsValid() {
		network = DefaultNetwork
	}
	var r refusal
	r.checkNetwork(network)
	r.checkScenario(s)
	var groupOf []int
	for i := range s.Groups {
		groupOf = append(groupOf, slices.Repeat([]int{i}, s.Groups[i].Count)...)
	}
	drivers := driversOf(s, groupOf, choices, catalogue, &r)
	if err := r.err(); err != nil {
		return nil, err
	}
	p := &Plan{scenario: s, network: network.Masked(), latency: draw.NewLatencies(s, groupOf)}
	arrivals := draw.Arrivals(s)
	addr := p.trackerAddr().Addr()
	for i, g := range groupOf {
		addr = addr.Next()
		p.peers = append(p.peers, plannedPeer(s, i, g, arrivals[i], drivers[i], netip.AddrPortFrom(addr, peerPort)))
	}
	return p, nil
}

func plannedPeer(s *scenario.Scenario, i, group int, arrive time.Duration, d driver.Driver, addr netip.AddrPort) planned {
	g := &s.Groups[group]
	p := planned{group: group, seed: g.Seed, driver: d, addr: addr, arriveAt: arrive}
	p.up, p.down = draw.LinkRates(&g.Link, draw.Stream(s.Seed, draw.Link, uint64(i)))
	r := draw.Stream(s.Seed, draw.Lifetime, uint64(i)) // in the order in which the simulation draws
	p.stay, p.giveUp = orForever(g.Stay.Draw(r)), orForever(g.GiveUp.Draw(r))
	p.crash = r.Float64() < g.Crash
	return p
}

func orForever(d time.Duration, ends bool) time.Duration {
	if !ends {
		return -1
	}
	return d
}

// trackerAddr is the tracker's address.
func (p *Plan) trackerAddr() netip.AddrPort {
	return netip.AddrPortFrom(p.network.Addr().Next(), trackerPort)
}

// Installed returns the versions of the plan's clients, by their names. The error joins a
// *driver.MissingError for each that is not installed. Clients that are built or installed for the
// user are, if they are missing.
func (p *Plan) Installed(ctx context.Context) (map[string]string, error) {
	versions := map[string]string{}
	var errs []error
	for i := range p.peers {
		d := p.peers[i].driver
		if _, known := versions[d.Name()]; known {
			continue
		}
		version, err := d.Installed(ctx)
		if preparer, ok := d.(driver.Preparer); err != nil && ok {
			if preparer.Prepare(ctx) == nil {
				version, err = d.Installed(ctx)
			}
		}
		versions[d.Name()] = version
		if err != nil {
			errs = append(errs, err)
		}
	}
	return versions, errors.Join(errs...)
}

// Clients describes the plan's clients, such as "libtorrent: 9 peers".
func (p *Plan) Clients() string {
	count := map[string]int{}
	var names []string
	for i := range p.peers {
		name := p.peers[i].driver.Name()
		if count[name]++; count[name] == 1 {
			names = append(names, name)
		}
	}
	var out []string
	for _, name := range names {
		out = append(out, fmt.Sprintf("%s: %d", name, count[name]))
	}
	return strings.Join(out, ", ")
}

// emulated returns the emulator's configuration for the tracker and the peers, in this order.
func (p *Plan) emulated(tuns []int) emulator.Config {
	n := &p.scenario.Network
	c := emulator.Config{
		Latency: func(a, b int) time.Duration { return p.latency.Between(engine.HostID(a), engine.HostID(b)) },
		Jitter:  n.Jitter.Std(),
		Loss:    n.Loss,
		Seed:    draw.Seed(p.scenario.Seed, draw.Path),
	}
	t := &p.scenario.Tracker
	c.Hosts = append(c.Hosts, emulator.Host{
		Addr: p.trackerAddr().Addr(), FD: tuns[0], Up: int64(t.Up), Down: int64(t.Down),
	})
	queue := func(least scenario.Bytes, rate int64) int64 {
		return max(int64(least), int64(n.Queue.Time.Std().Seconds()*float64(rate)))
	}
	for i := range p.peers {
		x := &p.peers[i]
		c.Hosts = append(c.Hosts, emulator.Host{
			Addr: x.addr.Addr(), FD: tuns[i+1], Up: x.up, Down: x.down,
			UpQueue: queue(n.Queue.Up, x.up), DownQueue: queue(n.Queue.Down, x.down),
			FQCoDel: n.Queue.Discipline == scenario.FQCoDel,
		})
	}
	return c
}

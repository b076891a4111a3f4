package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/backlog"
	"swarmsim/prefetch"
	"swarmsim/sim/adversary"
	"swarmsim/sim/content"
	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
	"swarmsim/sim/scenario"
)

// trackerHost is the tracker's host. Peers follow from host 1, in the order of the scenario's
// groups.
const trackerHost engine.HostID = 0

// world is everything that a run plays: the hosts and what they share.
type world struct {
	scenario *scenario.Scenario
	content  *content.Content
	wireReal bool // every message is encoded and decoded on its way

	keepsWire bool // the bytes of recorded messages are wanted
	engine    *engine.Engine[netem.Packet]

	tracker  *trackerNode
	nodes    []*node // host n+1 is nodes[n]
	seeds    []*node // those that are seeds from the start
	routers  []*netem.Router
	routerOf []engine.HostID // by host; 0, the tracker, for hosts behind no router
	groupOf  []int           // by index in nodes

	settings   []client.Settings     // by group
	behaviours []adversary.Behaviour // by group
	quota      []int64               // bytes that a complete peer sends before it departs, by group; 0 for no limit
	backlog    []backlog.Rule        // by group

	scratch []*scratch    // by worker
	trace   []traceBuffer // by worker
	logs    []logBuffer   // by worker
	traffic measure.TrafficMatrix
	copies  *measure.Copies // as of the start of the window; oracle pickers read it

	announceTimeout time.Duration // how long the tracker has to answer
}

// scratch is memory that the nodes that a worker plays use one after the other.
type scratch struct {
	actions []client.Action
	client  client.Scratch
	lines   prefetch.List
	_       [64]byte // keeps another worker's memory off the last cache line
}

// newWorld creates the world of a scenario as it is before the run.
func newWorld(s *scenario.Scenario, data *content.Content, workers int) *world {
	w := &world{
		scenario:        s,
		content:         data,
		wireReal:        s.Wire == scenario.WireReal,
		trace:           make([]traceBuffer, workers),
		logs:            make([]logBuffer, workers),
		traffic:         measure.NewTrafficMatrix(len(s.Groups), workers),
		announceTimeout: s.AnnounceTimeout(),
	}
	for range workers {
		w.scratch = append(w.scratch, &scratch{})
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		set := settings(clientOf(s, g))
		w.settings = append(w.settings, set)
		w.behaviours = append(w.behaviours, behaviour(clientOf(s, g), g.Corrupt))
		w.quota = append(w.quota, int64(g.SeedRatio*float64(data.Torrent.Length)))
		w.backlog = append(w.backlog, newBacklog(clientOf(s, g).Backlog))
		for range g.Count {
			w.groupOf = append(w.groupOf, i)
		}
	}
	w.copies = measure.NewCopies(data.Torrent.Pieces(), len(w.groupOf))
	latencies := draw.NewLatencies(s, w.groupOf)
	w.engine = engine.New[netem.Packet](engine.Config{
		Lookahead: lookahead(latencies.Shortest, s.Record.Interval.Std()),
		Workers:   workers,
		Horizon:   latencies.Longest + 100*time.Millisecond,
	})
	w.populate(w.network(latencies))
	return w
}

// lookahead is the length of a window: at most the shortest latency, and a whole fraction of
// the sampling interval, so that samples fall between windows.
func lookahead(latency, interval time.Duration) time.Duration {
	latency = min(latency, engine.MaxLookahead)
	return interval / ((interval + latency - 1) / latency)
}

// populate adds the hosts. The order in which the engine gets them decides their numbers.
func (w *world) populate(net *netem.Net) {
	w.addTracker(net)
	for i, at := range draw.Arrivals(w.scenario) {
		if at >= w.scenario.Stop.Deadline.Std() {
			at = engine.Never
		}
		w.addPeer(net, i, at)
	}
	w.addRouters(net)
	w.addScripts()
	w.addLogs()
	for _, n := range w.nodes {
		slices.SortStableFunc(n.script, func(a, b change) int { return cmp.Compare(a.at, b.at) })
		n.changeAt = n.script.next()
		n.plan()
	}
}

// node returns a peer's node.
func (w *world) node(id engine.HostID) *node { return w.nodes[id-1] }

// seedsSent is the content that the initial seeds have sent so far, in bytes.
func (w *world) seedsSent() int64 {
	sum := int64(0)
	for _, n := range w.seeds {
		sum += n.counters().BytesSent
	}
	return sum
}

// clientOf returns the settings of a group's client.
func clientOf(s *scenario.Scenario, g *scenario.Group) *scenario.Client {
	if g.Client != nil {
		return g.Client
	}
	return &s.Client
}

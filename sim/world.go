package sim

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"swarmsim/client"
	"swarmsim/client/backlog"
	"swarmsim/prefetch"
	"swarmsim/sim/content"
	"swarmsim/sim/engine"
	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
	"swarmsim/sim/scenario"
	"swarmsim/tracker"
)

// trackerHost is the tracker's number; peers follow from 1 in the order of the
// scenario's groups.
const trackerHost engine.HostID = 0

// world is everything that plays.
type world struct {
	scenario *scenario.Scenario
	content  *content.Content
	wireReal bool
	settings []client.Settings // by group
	engine   *engine.Engine[netem.Packet]
	tracker  *trackerNode
	nodes    []*node // host n is nodes[n-1]
	routers  []*netem.Router
	behind   []engine.HostID // by host, the router that it is behind; 0, the tracker, for none
	groupOf  []int           // of host n-1
	rules    []backlog.Rule  // by group
	scratch  []*scratch      // by worker
	entries  []entries       // likewise
	carried  carried         // likewise
	copies   *measure.Copies // as of the start of the window

	announceTimeout time.Duration // how long the tracker has to answer
}

// scratch is memory that the nodes a worker plays use for a moment.
type scratch struct {
	actions []client.Action
	client  client.Scratch
	lines   prefetch.List
	_       [64]byte // the next worker's begins on another cache line
}

// newWorld populates a world; nothing has happened in it yet.
func newWorld(s *scenario.Scenario, c *content.Content, workers int) *world {
	w := &world{scenario: s, content: c, wireReal: s.Wire == scenario.WireReal,
		entries: make([]entries, workers)}
	for range workers {
		w.scratch = append(w.scratch, &scratch{})
		w.carried = append(w.carried, make([]int64, len(s.Groups)*len(s.Groups)))
	}
	for i := range s.Groups {
		g := &s.Groups[i]
		set := settings(clientOf(s, g), g.Corrupt)
		set.GivesBytes = int64(g.SeedRatio * float64(c.Torrent.Length))
		set.PlayRate, set.PlayBuffer = int64(s.Playback.Rate), s.Playback.Buffer.Std()
		w.settings = append(w.settings, set)
		w.rules = append(w.rules, newBacklog(clientOf(s, g).Backlog))
		for range g.Count {
			w.groupOf = append(w.groupOf, i)
		}
	}
	w.copies = measure.NewCopies(c.Torrent.Pieces(), len(w.groupOf))
	delay, least, most := w.latencies()
	for _, r := range s.Network.Routers {
		least, most = min(least, r.Latency.Std()), max(most, r.Latency.Std())
	}
	w.announceTimeout = s.AnnounceTimeout()
	w.engine = engine.New[netem.Packet](engine.Config{
		Lookahead: lookahead(least, s.Record.Interval.Std()), Workers: workers, Horizon: most + 100*time.Millisecond})
	net := w.network(delay)
	w.addTracker(net)
	arrivals := w.arrivals()
	for i := range w.groupOf {
		w.addPeer(net, i, arrivals[i])
	}
	w.addRouters(net)
	w.scriptEvents()
	for _, n := range w.nodes {
		slices.SortStableFunc(n.script, func(a, b change) int { return cmp.Compare(a.at, b.at) })
		n.awaitEvent()
		n.plan()
	}
	return w
}

// network is what all hosts share.
func (w *world) network(delay func(a, b engine.HostID) time.Duration) *netem.Net {
	n := &w.scenario.Network
	net := &netem.Net{
		Transport: transport(n.Transport, n.Congestion), Delay: delay, Jitter: n.Jitter.Std(), Loss: n.Loss,
		Seed: mix(w.scenario.Seed ^ mix(streamPath)), Segment: segment(n.Segment), Express: n.ControlMessages == scenario.ControlOutOfBand, Window: uint32(n.Window), Splits: w.splits(),
	}
	if len(n.Routers) > 0 {
		w.behind = make([]engine.HostID, 1+len(w.groupOf))
		net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return w.behind[h], w.behind[h] != 0 }
	}
	return net
}

func transport(t scenario.Transport, c scenario.Congestion) netem.Transport {
	switch {
	case t == scenario.TransportUTP:
		return netem.Ledbat
	case t == scenario.TransportTCP && c == scenario.CongestionReno:
		return netem.Reno
	case t == scenario.TransportTCP:
		return netem.Cubic
	}
	return netem.Ideal
}

// segment is how much stream a segment carries: a block, or the payload of as
// many packets of 1,500 bytes as fit.
func segment(s scenario.Bytes) uint32 {
	if s == 16<<10 {
		return uint32(s)
	}
	return max(1, uint32(s)/1500) * 1448
}

// linkOf is a link as the network has it.
func (w *world) linkOf(up, down int64) netem.Link {
	l := netem.Link{UpBytesPerSec: up, DownBytesPerSec: down}
	if n := &w.scenario.Network; n.Transport != scenario.TransportIdeal {
		holds := func(least scenario.Bytes, rate int64) int64 {
			return max(int64(least), int64(n.Queue.Time.Std().Seconds()*float64(rate)))
		}
		l.UpQueueBytes, l.DownQueueBytes = holds(n.Queue.Up, up), holds(n.Queue.Down, down)
		l.FairQueue = n.Queue.Discipline == scenario.FQCoDel
	}
	return l
}

// addRouters puts the groups that share a line behind a router.
func (w *world) addRouters(net *netem.Net) {
	for i := range w.scenario.Network.Routers {
		s := &w.scenario.Network.Routers[i]
		lane := func(r scenario.Rate) netem.Lane {
			return netem.Lane{BytesPerSec: int64(r), QueueBytes: int64(s.Queue)}
		}
		r := netem.NewRouter(net, s.Latency.Std(), lane(s.Up), lane(s.Down))
		id := w.engine.Add(r, engine.Never)
		r.Start(id)
		w.routers = append(w.routers, r)
		for host, g := range w.groupOf {
			if slices.Contains(s.Groups, w.scenario.Groups[g].Name) {
				w.behind[host+1] = id
			}
		}
	}
}

// lookahead is a window: the shortest latency, made to fit the interval of the
// time series so that samples fall between windows.
func lookahead(latency, interval time.Duration) time.Duration {
	latency = min(latency, engine.MaxLookahead)
	return interval / ((interval + latency - 1) / latency)
}

// latencies returns the latency of pairs, and its bounds.
func (w *world) latencies() (delay func(a, b engine.HostID) time.Duration, least, most time.Duration) {
	n := &w.scenario.Network
	seed := w.scenario.Seed
	if len(n.Regions) == 0 {
		low, high, _ := n.Latency.Range()
		return func(a, b engine.HostID) time.Duration {
			return pairLatency(seed, uint32(a), uint32(b), low, high)
		}, low, high
	}
	index := map[string]int{}
	for i, r := range n.Regions {
		index[r.Name] = i
	}
	between := make([]time.Duration, len(n.Regions)*len(n.Regions))
	least = engine.Never
	for i, a := range n.Regions {
		for j, b := range n.Regions {
			l, _ := n.Between(a.Name, b.Name)
			between[i*len(n.Regions)+j] = l
			least, most = min(least, l), max(most, l)
		}
	}
	place := []int{index[w.scenario.Tracker.Region]}
	for _, g := range w.groupOf {
		place = append(place, index[w.scenario.Groups[g].Region])
	}
	return func(a, b engine.HostID) time.Duration {
		return between[place[a]*len(n.Regions)+place[b]]
	}, least, most
}

func (w *world) addTracker(net *netem.Net) {
	t := &w.scenario.Tracker
	n := &trackerNode{
		rand: random(w.scenario.Seed, streamHost, 0),
		tracker: tracker.New(tracker.Config{Interval: t.Interval.Std(), MinInterval: t.MinInterval.Std(),
			Expire: t.Expire.Std(), MaxPeers: t.MaxPeers, SeedsOnly: t.PeerSelection == scenario.SelectSeeds}),
	}
	first := engine.Never
	for _, e := range w.scenario.Events {
		if e.Action == scenario.ActionTrackerOutage {
			n.away = append(n.away, away{e.At.Std(), (e.At + e.For).Std()})
		}
	}
	slices.SortFunc(n.away, func(a, b away) int { return cmp.Compare(a.from, b.from) })
	if len(n.away) > 0 {
		first = n.away[0].from
	}
	n.host = netem.NewHost(net, netem.Link{UpBytesPerSec: int64(t.Up), DownBytesPerSec: int64(t.Down)}, n)
	n.host.TickAt(first)
	n.host.Start(w.engine.Add(n.host, first))
	w.tracker = n
}

func (w *world) addPeer(net *netem.Net, i int, arrive time.Duration) {
	seed := w.scenario.Seed
	g := &w.scenario.Groups[w.groupOf[i]]
	link := drawLink(&g.Link, random(seed, streamLink, uint64(i)))
	n := &node{world: w, group: w.groupOf[i], arrive: arrive, leave: engine.Never,
		links: []linkSince{{0, link}}}
	fate := random(seed, streamFate, uint64(i))
	n.stay, n.giveUp = forGood(g.Stay.Draw(fate)), forGood(g.GiveUp.Draw(fate))
	n.crash = fate.Float64() < g.Crash
	n.nat = fate.Float64() < g.NAT
	n.host = netem.NewHost(net, w.linkOf(link.UpBytesPerSec, link.DownBytesPerSec), n)
	if t := clientOf(w.scenario, g).Transport; t != "" {
		n.host.DialWith(transport(t, w.scenario.Network.Congestion))
	}
	n.host.LimitUnsent(uint32(clientOf(w.scenario, g).Upload.NotSentLowWatermark))
	n.host.Listen(false)
	n.host.BehindNAT(n.nat)
	if g.Sybils > 0 {
		n.beSybils(g.Sybils)
	}
	n.host.Start(w.engine.Add(n.host, 0))
	w.nodes = append(w.nodes, n)
}

func forGood(d time.Duration, ends bool) time.Duration {
	if !ends {
		return engine.Never
	}
	return d
}

func drawLink(l *scenario.Link, r *rand.Rand) netem.Link {
	up, down := l.Up, l.Down
	if len(l.Mix) > 0 {
		total := 0.0
		for _, m := range l.Mix {
			total += m.Share
		}
		at := r.Float64() * total
		for _, m := range l.Mix {
			up, down = m.Up, m.Down
			if at -= m.Share; at < 0 {
				break
			}
		}
	}
	return netem.Link{UpBytesPerSec: up.Draw(r), DownBytesPerSec: down.Draw(r)}
}

// arrivals draws when each peer comes; engine.Never for one that would come
// after the deadline.
func (w *world) arrivals() []time.Duration {
	var out []time.Duration
	deadline := w.scenario.Stop.Deadline.Std()
	for i := range w.scenario.Groups {
		g := &w.scenario.Groups[i]
		times := arrivalTimes(&g.Arrival, g.Count, random(w.scenario.Seed, streamArrival, uint64(i)))
		for _, t := range times {
			t += g.Arrival.Start.Std()
			if t >= deadline {
				t = engine.Never
			}
			out = append(out, t)
		}
	}
	return out
}

func arrivalTimes(a *scenario.Arrival, count int, r *rand.Rand) []time.Duration {
	out := make([]time.Duration, count)
	at := 0.0
	for i := range out {
		switch a.Pattern {
		case scenario.ArriveSpread:
			out[i] = time.Duration(int64(a.Over) / int64(count) * int64(i))
		case scenario.ArrivePoisson:
			at += r.ExpFloat64() / float64(a.Rate)
			out[i] = time.Duration(min(at*1e9, math.MaxInt64/4))
		case scenario.ArriveFlashCrowd:
			// Given how many come, the times of a Poisson process whose rate
			// decays as exp(-t/decay) are independent exponential draws.
			out[i] = time.Duration(r.ExpFloat64() * float64(a.Decay))
		case scenario.ArriveTrace:
			out[i] = a.Times[i].Std()
		}
	}
	slices.Sort(out)
	return out
}

// splits translates the scenario's splits: a group is apart from the rest.
func (w *world) splits() []netem.Split {
	var out []netem.Split
	for i, e := range w.scenario.Events {
		if e.Action != scenario.ActionPartition {
			continue
		}
		apart := make([]bool, len(w.groupOf)+1)
		for _, member := range w.membersOf(i) {
			apart[member+1] = true
		}
		out = append(out, netem.Split{From: e.At.Std(), Until: (e.At + e.For).Std(),
			Apart: func(id engine.HostID) bool { return apart[id] }})
	}
	return out
}

// membersOf draws the share of a group that an event concerns: of all its
// peers, there or not.
func (w *world) membersOf(event int) []int {
	e := &w.scenario.Events[event]
	var members []int
	for i, g := range w.groupOf {
		if w.scenario.Groups[g].Name == e.Group {
			members = append(members, i)
		}
	}
	r := random(w.scenario.Seed, streamEvent, uint64(event))
	r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return members[:int(math.Round(e.Share*float64(len(members))))]
}

func (w *world) scriptEvents() {
	for i, e := range w.scenario.Events {
		if e.Action != scenario.ActionLeave && e.Action != scenario.ActionCrash && e.Action != scenario.ActionLink {
			continue
		}
		for _, member := range w.membersOf(i) {
			n := w.nodes[member]
			n.script = append(n.script, change{at: e.At.Std(), action: e.Action,
				link: netem.Link{UpBytesPerSec: int64(e.Up), DownBytesPerSec: int64(e.Down)}})
		}
	}
}

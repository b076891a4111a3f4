package sim

import (
	"cmp"
	"slices"
	"time"

	"swarmsim/client/choke"
	"swarmsim/sim/engine"
	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// entry is something a node tells the record.
type entry struct {
	at    time.Duration
	host  engine.HostID
	kind  entryKind
	piece int32 // of an unchoke: 1 if it is an optimistic one; of interest: 1 if it begins
	other int32
}

type entryKind uint8

const (
	arrived entryKind = iota
	pieceDone
	pieceFailed
	finished
	wentAway
	neverCame
	unchoked
	choked
	slotted
	parted
	met
	wanting
)

// entries is what hosts told while one worker played them, on a cache line of
// its own.
type entries struct {
	list []entry
	_    [40]byte
}

// watcher looks at everybody between windows. It keeps what the record needs,
// writes it, and says when the run is over.
type watcher struct {
	world  *world
	writer *record.Writer
	limit  time.Duration

	onLeecher    []bool // pieces that some leecher has or had
	unionMissing int
	unionSent    int64   // what the initial seeds had sent when the last one came; -1 before
	doneSent     int64   // and by the last completion so far; -1 before
	seeds        []*node // the initial ones
	uploads      []bool  // by group: a complete peer may unchoke somebody
	completed    bool    // somebody has, since the last look

	toCome      int // leechers that will come
	seedsToCome int
	loading     int // leechers that are there and not complete
	present     []*node
	arrivedN    int
	times       [][]time.Duration // download times by group
	spent       []leecherTime     // by group
	gaveUp      int
	lastDone    time.Duration

	interval   time.Duration
	nextSample time.Duration
	before     totals // at the last sample
	gone       totals // of peers that left
	sent       []sentBy
	heat       *record.Availability
	unchoking  *measure.Unchoking
	interest   *measure.Interest // nil unless asked for
	half       *record.Graph     // nil before half have completed, and unless asked for
	entropies  []float64         // of the samples that have one
	starving   int               // samples in a row in which nobody could get anything
	merged     []entry
	keys       []uint64    // of those, in their order
	heard      func(Piece) // hears of every piece; may be nil
	rate       float64
}

// totals are sums over peers.
type totals struct {
	useful, wireSent, wireReceived int64
	leecherSent                    int64   // content sent by peers that came as leechers
	groupUseful                    []int64 // by group
}

// leecherTime sums the time that a group's leechers have spent downloading.
type leecherTime struct {
	count int           // downloading now
	sum   time.Duration // of those that are done, less the arrivals of those that are not
	last  time.Duration // what until returned at the last sample
}

func (l *leecherTime) come(at time.Duration)  { l.count++; l.sum -= at }
func (l *leecherTime) leave(at time.Duration) { l.count--; l.sum += at }

func (l *leecherTime) until(now time.Duration) time.Duration {
	return l.sum + time.Duration(l.count)*now
}

// sentBy is what leechers had sent at a time.
type sentBy struct {
	at    time.Duration
	bytes int64
}

func newWatcher(w *world, out *record.Writer) *watcher {
	s := w.scenario
	n := w.content.Torrent.Pieces()
	v := &watcher{world: w, writer: out, limit: s.Stop.Deadline.Std(),
		onLeecher: make([]bool, n), unionMissing: n, unionSent: -1, doneSent: -1,
		times: make([][]time.Duration, len(s.Groups)), spent: make([]leecherTime, len(s.Groups)), interval: s.Record.Interval.Std(),
		unchoking: measure.NewUnchoking(len(s.Groups), w.groupOf), heat: record.NewAvailability(n, s.Record.Interval.Std())}
	if s.Record.Interest {
		v.interest = measure.NewInterest(len(s.Groups), w.groupOf)
	}
	v.nextSample = v.interval
	v.before.groupUseful = make([]int64, len(s.Groups))
	v.gone.groupUseful = make([]int64, len(s.Groups))
	for i := range s.Groups {
		_, never := clientOf(s, &s.Groups[i]).SeedChoker.Settings.(*choke.Never)
		v.uploads = append(v.uploads, !never)
	}
	for _, n := range w.nodes {
		if s.Groups[n.group].Seed {
			v.seeds = append(v.seeds, n)
		}
		switch seed := s.Groups[n.group].Seed; {
		case n.arrive == engine.Never: // too late, or no peer
		case seed:
			v.seedsToCome++
		default:
			v.toCome++
		}
	}
	return v
}

// look takes in what has happened before now and reports whether the run goes on.
func (v *watcher) look(now time.Duration) (goOn bool) {
	v.drain()
	v.lookHalfway(now)
	for v.nextSample <= now && v.nextSample <= v.limit {
		v.sample(v.nextSample)
		v.nextSample += v.interval
	}
	return !v.done() && !v.starved()
}

// done: the scenario wants to stop when nobody is left to download.
func (v *watcher) done() bool {
	return v.world.scenario.Stop.When == scenario.StopDone && v.toCome == 0 && v.loading == 0
}

// drain merges what the workers' hosts have told, in the order of time and
// host, whoever played them.
func (v *watcher) drain() {
	v.merged = v.merged[:0]
	for i := range v.world.entries {
		v.merged = append(v.merged, v.world.entries[i].list...)
		v.world.entries[i].list = v.world.entries[i].list[:0]
	}
	v.order()
	for _, k := range v.keys {
		v.take(v.keyed(k))
	}
	if v.completed {
		v.completed, v.doneSent = false, v.seedsSent()
	}
}

// A key is an entry's time, since the first of them, and below that its place: small
// numbers are sorted in a fraction of what sorting the entries takes. A window is short
// enough for the bits above.
const placeBits = 30

func (v *watcher) keyed(key uint64) *entry { return &v.merged[key&(1<<placeBits-1)] }

// order finds the order of time and host, and of what a host told.
func (v *watcher) order() {
	v.keys = v.keys[:0]
	if len(v.merged) == 0 {
		return
	}
	first, last := v.merged[0].at, v.merged[0].at
	for i := range v.merged {
		first, last = min(first, v.merged[i].at), max(last, v.merged[i].at)
	}
	if last-first >= 1<<(64-placeBits) {
		panic("sim: hosts told of more time than a window has")
	}
	for i := range v.merged {
		v.keys = append(v.keys, uint64(v.merged[i].at-first)<<placeBits|uint64(i))
	}
	slices.Sort(v.keys)
	for from, to := 0, 0; from < len(v.keys); from = to {
		for to = from + 1; to < len(v.keys) && v.keys[to]>>placeBits == v.keys[from]>>placeBits; to++ {
		}
		if to-from > 1 {
			slices.SortStableFunc(v.keys[from:to], func(a, b uint64) int {
				return cmp.Compare(v.keyed(a).host, v.keyed(b).host)
			})
		}
	}
}

func (v *watcher) take(e *entry) {
	group := v.world.groupOf[e.host-1]
	seed := v.world.scenario.Groups[group].Seed
	v.log(e)
	switch e.kind {
	case arrived:
		n := v.world.nodes[e.host-1]
		v.arrivedN++
		n.place = len(v.present)
		v.present = append(v.present, n)
		if seed {
			v.seedsToCome--
			v.world.copies.AddAll(1)
		} else {
			v.toCome--
			v.loading++
			v.spent[group].come(e.at)
			v.unchoking.Arrive(e.host, e.at)
		}
	case neverCame:
		switch {
		case v.world.nodes[e.host-1].arrive == engine.Never:
		case seed:
			v.seedsToCome--
		default:
			v.toCome--
		}
	case pieceDone:
		if v.heard != nil {
			v.heard(Piece{e.at, group, int(e.host), int(e.piece)})
		}
		v.world.copies.Add(int(e.piece), 1)
		if !seed && !v.onLeecher[e.piece] {
			v.onLeecher[e.piece] = true
			if v.unionMissing--; v.unionMissing == 0 {
				v.unionSent = v.seedsSent()
			}
		}
	case finished:
		v.loading--
		v.spent[group].leave(e.at)
		v.times[group] = append(v.times[group], e.at-v.world.nodes[e.host-1].arrive)
		v.lastDone, v.completed = e.at, true
		v.noLeecher(e)
	case wentAway:
		v.noLeecher(e)
		v.away(v.world.nodes[e.host-1], seed, e.at)
	default:
		v.between(e, engine.HostID(e.other))
	}
}

// noLeecher: it has completed or is gone.
func (v *watcher) noLeecher(e *entry) {
	if v.interest != nil {
		v.interest.Stop(e.host, e.at)
	}
	v.unchoking.Stop(e.host, e.at)
}

// between takes what concerns a peer and a neighbour.
func (v *watcher) between(e *entry, other engine.HostID) {
	switch e.kind {
	case unchoked, slotted:
		v.unchoking.Unchoke(e.host, other, e.piece == 1, e.at)
	case choked:
		v.unchoking.Choke(e.host, other, e.at)
	case parted:
		v.unchoking.Choke(e.host, other, e.at)
		if v.interest != nil {
			v.interest.Disconnect(e.host, other, e.at)
		}
	case met:
		if v.unchoking.BothDownloading(e.host, other) {
			v.interest.Connect(e.host, other, e.at)
		}
	case wanting:
		v.interest.SetInterested(e.host, other, e.piece == 1, e.at)
	}
}

// away takes leave of a peer.
func (v *watcher) away(n *node, seed bool, at time.Duration) {
	if n.peer.Complete() {
		v.world.copies.AddAll(-1)
	} else {
		for i := range v.world.content.Torrent.Pieces() {
			if n.peer.Have(i) {
				v.world.copies.Add(i, -1)
			}
		}
	}
	if !seed && !n.peer.Complete() {
		v.loading--
		v.gaveUp++
		v.spent[n.group].leave(at)
	}
	v.gone.add(n, seed)
	last := len(v.present) - 1
	v.present[n.place] = v.present[last]
	v.present[n.place].place = n.place
	v.present = v.present[:last]
	v.world.verify(n)
	n.peer, n.store = nil, nil
}

func (t *totals) add(n *node, seed bool) {
	c := n.counters()
	t.useful += c.Bytes
	t.wireSent += n.host.Traffic.WireSent
	t.wireReceived += n.host.Traffic.WireReceived
	if !seed {
		t.leecherSent += c.BytesSent
	}
	t.groupUseful[n.group] += c.Bytes
}

// seedsSent is the content sent by the initial seeds so far.
func (v *watcher) seedsSent() int64 {
	sum := int64(0)
	for _, n := range v.seeds {
		sum += n.counters().BytesSent
	}
	return sum
}

// sample writes a line of the time series.
func (v *watcher) sample(at time.Duration) {
	groups := v.world.scenario.Groups
	s := record.Sample{At: at, Groups: make([]record.GroupSample, len(groups))}
	now := v.gone
	now.groupUseful = slices.Clone(v.gone.groupUseful)
	for _, n := range v.present {
		seed := groups[n.group].Seed
		now.add(n, seed)
		s.Groups[n.group].Present++
		if n.peer.Complete() && v.uploads[n.group] {
			s.Seeds++
		} else if n.peer.Complete() {
			s.Idle++
		} else {
			s.Leechers++
			s.Groups[n.group].Leechers++
		}
	}
	per := v.interval.Seconds()
	s.Goodput = float64(now.useful-v.before.useful) / per
	s.Upload = float64(now.wireSent-v.before.wireSent) / per
	s.Download = float64(now.wireReceived-v.before.wireReceived) / per
	for g := range s.Groups {
		spent := v.spent[g].until(at)
		if took := spent - v.spent[g].last; took > 0 {
			s.Groups[g].Down = float64(now.groupUseful[g]-v.before.groupUseful[g]) / took.Seconds()
			s.Groups[g].Downloading = true
		}
		v.spent[g].last = spent
	}
	v.before = now
	v.rate = s.Goodput
	v.world.copies.Fill(&s)
	v.noteEntropy(&s)
	v.writer.Sample(&s)
	v.heat.Add(v.world.copies.Of)
	v.sent = append(v.sent, sentBy{at, now.leecherSent})
	v.noteStarving(&s)
	if v.world.scenario.Record.Graph == scenario.GraphSamples {
		v.writer.Graph(v.graph(at))
	}
}

// noteEntropy looks at the copies on leechers: everybody else has every piece.
func (v *watcher) noteEntropy(s *record.Sample) {
	s.PieceEntropy, s.Spreading = v.world.copies.Entropy(s.Seeds + s.Idle)
	if s.Spreading {
		v.entropies = append(v.entropies, s.PieceEntropy)
	}
}

// starvedAfter is how long nobody must have been able to get anything before a
// run is given up: what was in flight has arrived by then.
const starvedAfter = time.Minute

// noteStarving counts the samples in which pieces are gone for good and every
// leecher has all the others.
func (v *watcher) noteStarving(s *record.Sample) {
	stuck := s.MissingPieces > 0 && s.Leechers > 0 && v.seedsToCome == 0 && v.toCome == 0
	for _, n := range v.present {
		if !stuck {
			break
		}
		stuck = n.peer.Complete() || n.peer.HaveCount() == v.world.content.Torrent.Pieces()-s.MissingPieces
	}
	if stuck {
		v.starving++
	} else {
		v.starving = 0
	}
}

func (v *watcher) starved() bool {
	return v.world.scenario.Stop.When == scenario.StopDone && time.Duration(v.starving)*v.interval >= starvedAfter
}

var entryNames = [...]string{arrived: "arrived", pieceDone: "piece", pieceFailed: "bad-piece", finished: "completed",
	unchoked: "unchoked", choked: "choked", neverCame: "never-came"}

// log writes an entry to the event log.
func (v *watcher) log(e *entry) {
	if !v.world.scenario.Record.Events || e.kind >= slotted {
		return
	}
	row := record.Event{TimeNS: int64(e.at), Peer: int32(e.host), Other: -1, Piece: -1}
	switch e.kind {
	case wentAway:
		row.Event = v.world.nodes[e.host-1].fate
	case pieceDone, pieceFailed:
		row.Event, row.Piece = entryNames[e.kind], e.piece
	case unchoked, choked:
		row.Event, row.Other = entryNames[e.kind], e.other
	default:
		row.Event = entryNames[e.kind]
	}
	v.writer.Event(row)
}

// inFlight counts the blocks that are under way.
func (w *world) inFlight() int64 {
	blocks := int64(0)
	if w.scenario.Network.Transport != scenario.TransportIdeal {
		at := func(id engine.HostID) *netem.Host {
			if id == trackerHost {
				return w.tracker.host
			}
			return w.nodes[id-1].host
		}
		for _, n := range w.nodes {
			blocks += n.host.Undelivered(at)
		}
		return blocks
	}
	count := func(p *netem.Packet) {
		if m, whole := p.Message(); whole && m.Notify {
			blocks++
		}
	}
	w.engine.Pending(func(_ engine.HostID, e *engine.Event[netem.Packet]) { count(&e.Body) })
	for _, n := range w.nodes {
		n.host.Waiting(count)
	}
	return blocks
}

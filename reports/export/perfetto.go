package export

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// The categories of a trace, by which queries choose slices and instants.
const (
	categoryPeer     = "peer"     // what a peer is: a leecher, a seed
	categoryPiece    = "piece"    // verified pieces
	categoryPick     = "pick"     // pieces started
	categoryUnchoke  = "unchoke"  // from unchoking a neighbour to choking it
	categorySlot     = "slot"     // the kind of slot within an unchoke
	categoryTransfer = "transfer" // blocks received; one for each transfer of the log
	categoryUpload   = "upload"   // the same blocks, at their sender
	categoryScenario = "scenario" // events of the scenario
)

// Perfetto writes a trace of a run for https://ui.perfetto.dev: a group is a process, a peer a thread,
// and a neighbour that it unchokes a track of its own. log is the event log, in the order of time.
func Perfetto(r *reports.Record, log []record.Event, to io.Writer) error {
	x := &perfetto{end: endOf(r, log), peers: map[int32]*tracedPeer{}}
	x.scenario(&r.Summary)
	if err := x.addPeers(r); err != nil {
		return err
	}
	if err := x.addLog(log); err != nil {
		return err
	}
	return x.write(to)
}

// perfetto makes a trace of an event log.
type perfetto struct {
	trackEvents
	end   int64 // of the run, nanoseconds
	peers map[int32]*tracedPeer
	order []*tracedPeer // by number
	round round
	flows uint64
	moves []record.Event // transfers
}

// tracedPeer is a peer with its tracks, which are made when they are used first.
type tracedPeer struct {
	number   int32
	pid      int64
	seed     bool // from the start
	thread   track
	counter  track // of pieces
	pieces   int64
	since    int64  // when the slice of what it is began
	is       string // "" before its arrival and after its departure
	unchoked map[int32]*unchoke
	down, up lanes
	rates    [2]*rate // of downloads and uploads
}

// unchoke is the state of a track of one neighbour.
type unchoke struct {
	track       track
	open        bool
	since, slot int64 // when the unchoke and its kind of slot began
}

// endOf returns the time at which what has not ended is ended.
func endOf(r *reports.Record, log []record.Event) int64 {
	end := int64(math.Ceil(max(0, min(float64(r.Summary.VirtualS)*1e9, maxTime))))
	if len(log) > 0 {
		end = max(end, min(log[len(log)-1].TimeNS, maxTime))
	}
	return end
}

// maxTime is later than any event: 146 years.
const maxTime = math.MaxInt64 / 2

// scenario adds a track with the run's length and the scenario's events.
func (x *perfetto) scenario(s *record.Summary) {
	t := x.child(0, fmt.Sprintf("%s, seed %d", s.Scenario, s.Seed))
	x.slice(t, 0, x.end, categoryScenario, s.Scenario, x.integer("seed", int64(min(s.Seed, math.MaxInt64))))
	for _, e := range s.Events {
		if at := float64(e.AtS) * 1e9; at >= 0 && at <= float64(x.end) {
			x.instant(t, int64(at), categoryScenario, e.Event, nil)
		}
	}
}

// Process IDs are above those of threads, which are the numbers of peers.
const firstPID = 2_000_000_001

// addPeers adds the processes of the groups, and lists the peers.
func (x *perfetto) addPeers(r *reports.Record) error {
	numbers, groups, seeds := r.Peers.Numbers("peer"), r.Peers.Words("group"), r.Peers.Words("seed")
	pids := map[string]int64{}
	for i, group := range groups {
		number := int32(numbers[i])
		if number < 1 || float64(number) != numbers[i] || number >= firstPID || x.peers[number] != nil {
			return fmt.Errorf("is damaged: %s: row %d: the peer's number is %v; numbers are unique and begin with 1",
				record.PeersFile, i+1, numbers[i])
		}
		if pids[group] == 0 {
			pids[group] = firstPID + int64(len(pids))
			x.process(pids[group], group)
		}
		x.peers[number] = &tracedPeer{number: number, pid: pids[group], seed: seeds[i] == "true"}
	}
	return nil
}

// peer returns a peer with its thread.
func (x *perfetto) peer(number int32) (*tracedPeer, error) {
	p := x.peers[number]
	if p == nil {
		return nil, fmt.Errorf("there is no peer %d in %s", number, record.PeersFile)
	}
	if p.thread == 0 {
		p.thread = x.trackEvents.thread(p.pid, int64(number), fmt.Sprintf("peer %d", number))
		p.unchoked = map[int32]*unchoke{}
		x.order = append(x.order, p)
	}
	return p, nil
}

// addLog adds the events of the log.
func (x *perfetto) addLog(log []record.Event) error {
	for from := 0; from < len(log); {
		to := from + 1
		for to < len(log) && log[to].TimeNS == log[from].TimeNS {
			to++
		}
		x.round.set(log[from:to])
		for i := from; i < to; i++ {
			if err := x.event(&log[i]); err != nil {
				e := &log[i]
				return fmt.Errorf("is damaged: %s: the event %q of peer %d at %d ns: %w",
					record.EventsFile, e.Event, e.Peer, e.TimeNS, err)
			}
		}
		from = to
	}
	slices.SortFunc(x.order, func(a, b *tracedPeer) int { return int(a.number) - int(b.number) })
	for _, p := range x.order {
		x.leave(p, x.end, "")
	}
	return x.transfers()
}

// shown lists the kinds of events in a trace, besides candidates, which are part of unchokes.
var shown = []string{
	record.EventArrived, record.EventPiece, record.EventBadPiece, record.EventPick, record.EventCompleted,
	record.EventUnchoked, record.EventSlot, record.EventChoked, record.EventTransfer,
	string(record.Left), string(record.GaveUp), string(record.Crashed),
}

// event adds one event.
func (x *perfetto) event(e *record.Event) error {
	if e.TimeNS < 0 || e.TimeNS > maxTime {
		return errors.New("no run lasts until then")
	}
	if !slices.Contains(shown, e.Event) {
		return nil
	}
	p, err := x.peer(e.Peer)
	if err != nil {
		return err
	}
	switch e.Event {
	case record.EventArrived:
		x.arrive(p, e.TimeNS)
	case record.EventPiece:
		x.piece(p, e)
	case record.EventBadPiece:
		x.instant(p.thread, e.TimeNS, categoryPiece, "bad piece", x.integer("piece", int64(e.Piece)))
	case record.EventPick:
		x.pick(p, e)
	case record.EventCompleted:
		x.instant(p.thread, e.TimeNS, categoryPeer, "completed", nil)
		x.become(p, e.TimeNS, "seed", nil)
	case record.EventUnchoked:
		x.unchoke(p, e)
	case record.EventSlot:
		x.slot(p, e)
	case record.EventChoked:
		x.choke(p, e.Other, e.TimeNS)
	case record.EventTransfer:
		return x.transfer(e)
	case string(record.Left), string(record.GaveUp), string(record.Crashed):
		x.leave(p, e.TimeNS, e.Event)
	}
	return nil
}

func (x *perfetto) arrive(p *tracedPeer, at int64) {
	if p.seed {
		x.become(p, at, "seed", nil)
		return
	}
	x.become(p, at, "leecher", nil)
	x.countPieces(p, at)
}

// become ends the slice of what a peer is and begins another, unless is is "".
func (x *perfetto) become(p *tracedPeer, at int64, is string, arguments message) {
	if p.is != "" {
		x.trackEvents.end(p.thread, p.since, at, arguments)
	}
	if is != "" {
		x.begin(p.thread, at, categoryPeer, is, nil)
	}
	p.is, p.since = is, at
}

// leave ends all slices of a peer but its transfers. outcome is "" at the end of the run.
func (x *perfetto) leave(p *tracedPeer, at int64, outcome string) {
	var open []int32
	for other, u := range p.unchoked {
		if u.open {
			open = append(open, other)
		}
	}
	slices.Sort(open)
	for _, other := range open {
		x.choke(p, other, at)
	}
	if outcome != "" {
		x.instant(p.thread, at, categoryPeer, outcome, nil)
		x.become(p, at, "", x.words("outcome", outcome))
	} else {
		x.become(p, at, "", nil)
	}
}

func (x *perfetto) piece(p *tracedPeer, e *record.Event) {
	x.instant(p.thread, e.TimeNS, categoryPiece, "piece", x.integer("piece", int64(e.Piece)))
	p.pieces++
	x.countPieces(p, e.TimeNS)
}

func (x *perfetto) countPieces(p *tracedPeer, at int64) {
	if p.counter == 0 {
		p.counter = x.counterTrack(p.thread, "pieces", "pieces")
	}
	x.count(p.counter, at, p.pieces)
}

// pick adds what a picker chose, and from which rarity.
func (x *perfetto) pick(p *tracedPeer, e *record.Event) {
	x.instant(p.thread, e.TimeNS, categoryPick, "pick", slices.Concat(
		x.integer("piece", int64(e.Piece)), x.integer("from", int64(e.Other)),
		x.integer("copies", int64(e.Copies)), x.integer("least", int64(e.Least)), x.words("why", e.Why)))
}

package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"swarmsim/reports/page"
	"swarmsim/sim/record"
)

// replayTick is the unit of time of a replay: 0.1 ms.
const replayTick = 100_000

// replayBlock is the size of a block, in which a replay counts most transfers.
const replayBlock = 16 << 10

// ReplayData makes the data of a replay from the event log of a record. It returns nil if the log has
// no transfers.
func ReplayData(r *Record) (*page.Replay, error) {
	events, err := r.Events()
	if err != nil {
		return nil, err
	}
	peers := replayPeers(r)
	transfers := false
	for i := range events {
		transfers = transfers || events[i].Event == record.EventTransfer
		peers[events[i].Peer].count(&events[i])
	}
	if !transfers {
		return nil, nil
	}
	events = slices.Clone(events) // those of the record stay in their order
	transfersFirst(events)
	b := newReplayBuilder(r, peers)
	for i := range events {
		if err := b.add(&events[i]); err != nil {
			return nil, fmt.Errorf("is damaged: %s: event %d: %w", record.EventsFile, i+1, err)
		}
	}
	return &b.out, nil
}

// transfersFirst moves transfers before the other events of their time: before the completion of
// their piece.
func transfersFirst(events []record.Event) {
	rank := func(e *record.Event) int { return bit(e.Event != record.EventTransfer) }
	for first := 0; first < len(events); {
		end := first + 1
		for end < len(events) && events[end].TimeNS == events[first].TimeNS {
			end++
		}
		slices.SortStableFunc(events[first:end], func(a, b record.Event) int { return cmp.Compare(rank(&a), rank(&b)) })
		first = end
	}
}

// replayBuilder makes the columns of a replay.
type replayBuilder struct {
	out     page.Replay
	peers   map[int32]*replayPeer
	index   map[int32]int // of shown peers and, after them, of those that were mentioned
	kinds   map[string]int
	lastEnd map[[2]int]int64     // of the last transfer of a pair
	now     int64                // ticks of the last row
	last    map[int]lastTransfer // by peer

	senders, parts []recent // of the transfers that each peer receives: senders and pieces
}

// lastTransfer is the last transfer that a peer received.
type lastTransfer struct {
	row    int
	timeNS int64
	piece  int32
}

func newReplayBuilder(r *Record, peers map[int32]*replayPeer) *replayBuilder {
	b := &replayBuilder{
		peers:   peers,
		index:   map[int32]int{},
		kinds:   map[string]int{},
		lastEnd: map[[2]int]int64{},
		last:    map[int]lastTransfer{},
		out: page.Replay{
			TickNS:  replayTick,
			End:     int64(math.Ceil(float64(r.Summary.VirtualS) * (1e9 / replayTick))),
			Pieces:  r.Summary.Pieces,
			Arrived: len(peers),
			Groups:  replayGroups(r),
			Kinds:   page.ReplayKinds,
			Whys:    []string{},
		},
	}
	for i, name := range page.ReplayKinds {
		b.kinds[name] = i
	}
	for i, p := range chooseReplayPeers(peers) {
		b.index[p.number] = i
		out := &b.out.Peers
		out.Number, out.Group = append(out.Number, int(p.number)), append(out.Group, p.group)
		out.Seed, out.Decided = append(out.Seed, bit(p.seed)), append(out.Decided, bit(p.decided))
	}
	b.senders, b.parts = make([]recent, len(b.out.Peers.Number)), make([]recent, len(b.out.Peers.Number))
	o := &b.out // JavaScript reads an empty column as an empty list
	for _, c := range []*[]int{
		&o.Kind, &o.Peer, &o.Other, &o.Piece, &o.Why, &o.Copies, &o.Least, &o.Outside.Number, &o.Outside.Group,
	} {
		*c = []int{}
	}
	for _, c := range []*[]int64{&o.DT, &o.Span, &o.Blocks, &o.Rate} {
		*c = []int64{}
	}
	return b
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// add adds an event, if it is about a peer that is shown.
func (b *replayBuilder) add(e *record.Event) error {
	peer, known := b.index[e.Peer]
	if !known || peer >= len(b.out.Peers.Number) {
		return nil
	}
	kind, why := e.Event, e.Why
	switch kind {
	case string(record.Left), string(record.GaveUp), string(record.Crashed):
		kind, why = "gone", e.Event
	case record.EventSlot: // unchoked anew, with a slot of another kind
		kind = record.EventUnchoked
	case replayReceived, "gone": // kinds of a replay, not of the log
		return nil
	}
	if _, ok := b.kinds[kind]; !ok {
		return nil
	}
	if err := b.check(e, kind); err != nil {
		return err
	}
	if kind == record.EventPiece && b.join(e, peer) {
		return nil
	}
	b.row(e, kind, peer)
	if kind == record.EventTransfer {
		b.transfer(e, peer)
	}
	b.decision(e, kind, why)
	return nil
}

// check refuses a row that no run writes.
func (b *replayBuilder) check(e *record.Event, kind string) error {
	if hasPiece(kind) && (e.Piece < 0 || int(e.Piece) >= b.out.Pieces) {
		return fmt.Errorf("%s of piece %d; there are %d pieces", e.Event, e.Piece, b.out.Pieces)
	}
	if hasOther(kind) && e.Other < 0 {
		return fmt.Errorf("%s without a neighbour", e.Event)
	}
	if kind == "transfer" && (e.SinceNS < 0 || e.SinceNS > e.TimeNS || e.Bytes < 0) {
		return fmt.Errorf("a transfer of %d bytes from %d ns to %d ns", e.Bytes, e.SinceNS, e.TimeNS)
	}
	if e.RateBytesPerSec < 0 || e.RateBytesPerSec > maxNumber || e.TimeNS < 0 {
		return fmt.Errorf("%s at %d ns with a rate of %d B/s", e.Event, e.TimeNS, e.RateBytesPerSec)
	}
	return nil
}

func hasOther(kind string) bool {
	return slices.Contains([]string{"transfer", "unchoked", "choked", "candidate"}, kind)
}

func hasPiece(kind string) bool {
	return slices.Contains([]string{"transfer", "piece", "bad-piece", "pick"}, kind)
}

// replayReceived is the kind of a transfer that completes its piece.
const replayReceived = "received"

// join makes one row of a transfer and the completion of its piece at the same time. It reports
// whether there is such a transfer.
func (b *replayBuilder) join(e *record.Event, peer int) bool {
	last, ok := b.last[peer]
	if !ok || last.timeNS != e.TimeNS || last.piece != e.Piece {
		return false
	}
	b.out.Kind[last.row] = b.kinds[replayReceived]
	return true
}

// row adds a row, with the columns that several kinds have.
func (b *replayBuilder) row(e *record.Event, kind string, peer int) {
	now := e.TimeNS / replayTick
	b.out.Kind = append(b.out.Kind, b.kinds[kind])
	b.out.DT = append(b.out.DT, now-b.now)
	b.out.Peer = append(b.out.Peer, peer)
	b.now = now
	if kind == record.EventTransfer {
		b.out.Other = append(b.out.Other, b.senders[peer].code(b.mention(e.Other)))
		b.out.Piece = append(b.out.Piece, b.parts[peer].code(int(e.Piece)))
		return
	}
	if hasOther(kind) {
		b.out.Other = append(b.out.Other, b.mention(e.Other))
	}
	if hasPiece(kind) {
		b.out.Piece = append(b.out.Piece, int(e.Piece))
	}
}

// mention returns the index of a peer, which is Outside if it is not shown.
func (b *replayBuilder) mention(number int32) int {
	if i, ok := b.index[number]; ok {
		return i
	}
	group := -1
	if p := b.peers[number]; p != nil {
		group = p.group
	}
	out := &b.out.Outside
	i := len(b.out.Peers.Number) + len(out.Number)
	out.Number, out.Group = append(out.Number, int(number)), append(out.Group, group)
	b.index[number] = i
	return i
}

// transfer adds the columns of a transfer.
func (b *replayBuilder) transfer(e *record.Event, peer int) {
	b.last[peer] = lastTransfer{len(b.out.Kind) - 1, e.TimeNS, e.Piece}
	since, pair := e.SinceNS/replayTick, [2]int{peer, b.mention(e.Other)}
	span := b.now - since + 1
	if end, ok := b.lastEnd[pair]; ok && end == since {
		span = 0
	}
	b.lastEnd[pair] = b.now
	blocks := -e.Bytes
	if e.Bytes%replayBlock == 0 {
		blocks = e.Bytes / replayBlock
	}
	b.out.Span, b.out.Blocks = append(b.out.Span, span), append(b.out.Blocks, blocks)
}

// decision adds the columns of decisions, and of kinds that have a why.
func (b *replayBuilder) decision(e *record.Event, kind, why string) {
	switch kind {
	case "candidate":
		b.out.Rate = append(b.out.Rate, threeDigits(float64(e.RateBytesPerSec)))
	case "pick":
		b.out.Copies, b.out.Least = append(b.out.Copies, int(e.Copies)), append(b.out.Least, int(e.Least))
	case "gone", "unchoked":
	default:
		return
	}
	i := slices.Index(b.out.Whys, why)
	if i < 0 {
		i = len(b.out.Whys)
		b.out.Whys = append(b.out.Whys, why)
	}
	b.out.Why = append(b.out.Why, i)
}

// threeDigits rounds a rate to as many digits as a page shows.
func threeDigits(x float64) int64 {
	if x < 1000 {
		return int64(math.Round(x))
	}
	unit := math.Pow(10, math.Floor(math.Log10(x))-2)
	return int64(math.Round(math.Round(x/unit) * unit))
}

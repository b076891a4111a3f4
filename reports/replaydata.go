package reports

import (
	"errors"
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
	peers := replayPeers(r)
	transfers := false
	err := r.EachEvent(func(_ int, e *record.Event) error {
		p := peers[e.Peer]
		if p == nil {
			return nil
		}
		p.rows++
		switch e.Event {
		case "arrived":
			p.arrived = true
		case "transfer":
			p.traced, transfers = true, true
		case "candidate", "pick":
			p.decided = true
		}
		return nil
	})
	if err != nil || !transfers {
		return nil, err
	}
	b := newReplayBuilder(r, peers)
	if err := r.EachEvent(b.add); err != nil {
		return nil, err
	}
	return &b.out, nil
}

// replayBuilder makes the columns of a replay.
type replayBuilder struct {
	out     page.Replay
	peers   map[int32]*replayPeer
	index   map[int32]int // of shown peers and, after them, of those that were mentioned
	kinds   map[string]int
	lastEnd map[[2]int]int64 // of the last transfer of a pair
	now     int64            // ticks of the last row
	before  record.Event     // the last row
	at      int64            // nanoseconds of the last event of the log, shown or not
}

func newReplayBuilder(r *Record, peers map[int32]*replayPeer) *replayBuilder {
	b := &replayBuilder{
		peers:   peers,
		index:   map[int32]int{},
		kinds:   map[string]int{},
		lastEnd: map[[2]int]int64{},
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

// add adds a row of the event log, if it is about a peer that is shown.
func (b *replayBuilder) add(_ int, e *record.Event) error {
	if e.TimeNS < b.at {
		return fmt.Errorf("it is at %d ns, and the row before at %d", e.TimeNS, b.at)
	}
	b.at = e.TimeNS
	peer, shown := b.index[e.Peer]
	if !shown || peer >= len(b.out.Peers.Number) {
		return nil
	}
	kind, why := e.Event, e.Why
	switch kind {
	case "left", "gave-up", "crashed":
		kind, why = "gone", e.Event
	case record.EventSlot: // the link is drawn anew
		kind = "unchoked"
	case "received": // a kind of this package, not of the log
		return nil
	}
	if _, known := b.kinds[kind]; !known {
		return nil
	}
	if err := b.check(e, kind); err != nil {
		return err
	}
	if !b.join(e, kind) {
		b.row(e, kind, peer)
	}
	if kind == "transfer" {
		b.transfer(e, peer)
	}
	b.decision(e, kind, why)
	b.before = *e
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
	if e.RateBytesPerSec < 0 {
		return errors.New("its rate is negative, or not a number")
	}
	return nil
}

func hasOther(kind string) bool {
	return slices.Contains([]string{"transfer", "unchoked", "choked", "candidate"}, kind)
}

func hasPiece(kind string) bool {
	return slices.Contains([]string{"transfer", "piece", "bad-piece", "pick"}, kind)
}

// join makes one row of a transfer and the completion of its piece, which follow each other in the
// log. It reports whether e is a part of the row before.
func (b *replayBuilder) join(e *record.Event, kind string) bool {
	last := &b.before
	if last.TimeNS != e.TimeNS || last.Peer != e.Peer || last.Piece != e.Piece {
		return false
	}
	if last.Event == "transfer" && kind == "piece" || last.Event == "piece" && kind == "transfer" {
		b.out.Kind[len(b.out.Kind)-1] = b.kinds["received"]
		if kind == "transfer" {
			b.out.Other = append(b.out.Other, b.mention(e.Other))
		}
		e.Event = "received" // it takes no further row
		return true
	}
	return false
}

// row adds a row, with the columns that several kinds have.
func (b *replayBuilder) row(e *record.Event, kind string, peer int) {
	now := e.TimeNS / replayTick
	b.out.Kind = append(b.out.Kind, b.kinds[kind])
	b.out.DT = append(b.out.DT, now-b.now)
	b.out.Peer = append(b.out.Peer, peer)
	b.now = now
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

package export

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"swarmsim/sim/record"
)

// lanes are tracks of one name whose slices do not overlap. Perfetto shows them as one.
type lanes struct {
	tracks []track
	ends   []int64
}

// transfer keeps a transfer until all are known.
func (x *perfetto) transfer(e *record.Event) error {
	if e.SinceNS < 0 || e.SinceNS > e.TimeNS || e.Bytes < 0 {
		return fmt.Errorf("%d bytes since %d ns", e.Bytes, e.SinceNS)
	}
	if e.Other == e.Peer {
		return errors.New("the sender is the peer itself")
	}
	if _, err := x.peer(e.Other); err != nil {
		return err
	}
	x.moves = append(x.moves, *e)
	return nil
}

// transfers adds the slices of all transfers, in the order in which they began, and the rates.
func (x *perfetto) transfers() error {
	if len(x.moves) == 0 {
		return nil
	}
	slices.SortStableFunc(x.moves, func(a, b record.Event) int { return cmp.Compare(a.SinceNS, b.SinceNS) })
	bins := newBins(x.end)
	for i := range x.moves {
		e := &x.moves[i]
		to, from := x.peers[e.Peer], x.peers[e.Other]
		x.flows++
		name, size := fmt.Sprintf("piece %d", e.Piece), x.integer("bytes", e.Bytes)
		x.slice(x.lane(from, &from.up, "uploads", e), e.SinceNS, e.TimeNS, categoryUpload, name,
			slices.Concat(x.integer("to", int64(e.Peer)), size, flowFrom(x.flows)))
		x.slice(x.lane(to, &to.down, "downloads", e), e.SinceNS, e.TimeNS, categoryTransfer, name,
			slices.Concat(x.integer("from", int64(e.Other)), size, flowTo(x.flows)))
		bins.add(&to.rates[0], e)
		bins.add(&from.rates[1], e)
	}
	for _, p := range x.order {
		for i, name := range []string{"download rate", "upload rate"} {
			if p.rates[i] != nil {
				x.rate(x.counterTrack(p.thread, name, "B/s"), bins, p.rates[i])
			}
		}
	}
	return nil
}

// lane returns a track that is free for the transfer.
func (x *perfetto) lane(p *tracedPeer, l *lanes, name string, e *record.Event) track {
	for i, end := range l.ends {
		if end <= e.SinceNS {
			l.ends[i] = e.TimeNS
			return l.tracks[i]
		}
	}
	l.tracks, l.ends = append(l.tracks, x.child(p.thread, name)), append(l.ends, e.TimeNS)
	return l.tracks[len(l.tracks)-1]
}

// bins divide a run into intervals, for which rates are averaged.
type bins struct {
	width int64 // nanoseconds
	count int
}

// rate is content by bin.
type rate struct{ bytes []int64 }

// maxBins bounds the values of a counter.
const maxBins = 1000

// newBins returns bins of one second, or longer ones for a long run.
func newBins(end int64) bins {
	const second = int64(1e9)
	b := bins{width: second}
	for end/b.width >= maxBins {
		b.width *= 2
	}
	b.count = int(end/b.width) + 1
	return b
}

// add spreads the content of a transfer evenly over its time.
func (b bins) add(r **rate, e *record.Event) {
	if *r == nil {
		*r = &rate{make([]int64, b.count)}
	}
	first, last := e.SinceNS/b.width, min(e.TimeNS/b.width, int64(b.count-1))
	done := int64(0)
	for k := first; k < last; k++ {
		until := partOf(e.Bytes, (k+1)*b.width-e.SinceNS, e.TimeNS-e.SinceNS)
		(*r).bytes[k] += until - done
		done = until
	}
	(*r).bytes[last] += e.Bytes - done
}

// partOf returns bytes*part/whole, rounded down.
func partOf(bytes, part, whole int64) int64 {
	high, low := bits.Mul64(uint64(bytes), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(whole)) // part is at most whole
	return int64(quotient)
}

// rate adds the values of a counter at which it changes.
func (x *perfetto) rate(on track, b bins, r *rate) {
	before := int64(-1)
	for k, n := range r.bytes {
		if v := partOf(n, 1e9, b.width); v != before {
			x.count(on, int64(k)*b.width, v)
			before = v
		}
	}
}

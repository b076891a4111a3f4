package export

import (
	"fmt"

	"swarmsim/sim/record"
)

// unchoke begins the slices of an unchoke and of its kind of slot. The ranking of the round that
// decided it is attached, if the log has decisions of the peer.
func (x *perfetto) unchoke(p *tracedPeer, e *record.Event) {
	u := p.unchoked[e.Other]
	if u == nil {
		u = &unchoke{track: x.child(p.thread, fmt.Sprintf("unchoked %d", e.Other))}
		p.unchoked[e.Other] = u
	}
	x.choke(p, e.Other, e.TimeNS) // the log lacks the choke of a neighbour that left
	arguments := x.integer("neighbour", int64(e.Other))
	arguments = append(arguments, x.ranking(e)...)
	x.begin(u.track, e.TimeNS, categoryUnchoke, fmt.Sprintf("unchoked %d", e.Other), arguments)
	x.begin(u.track, e.TimeNS, categorySlot, e.Why, nil)
	u.open, u.since, u.slot = true, e.TimeNS, e.TimeNS
}

// slot changes the kind of slot within an unchoke.
func (x *perfetto) slot(p *tracedPeer, e *record.Event) {
	u := p.unchoked[e.Other]
	if u == nil || !u.open {
		return
	}
	x.trackEvents.end(u.track, u.slot, e.TimeNS, nil)
	x.begin(u.track, e.TimeNS, categorySlot, e.Why, x.ranking(e))
	u.slot = e.TimeNS
}

// choke ends an unchoke, if there is one.
func (x *perfetto) choke(p *tracedPeer, other int32, at int64) {
	u := p.unchoked[other]
	if u == nil || !u.open {
		return
	}
	x.trackEvents.end(u.track, u.slot, at, nil)
	x.trackEvents.end(u.track, u.since, at, nil)
	u.open = false
}

// round is the candidate rows of one moment, by the peer whose choker ranked them.
type round struct{ candidates map[int32][]record.Event }

// set takes the rows of one moment.
func (r *round) set(moment []record.Event) {
	clear(r.candidates)
	for _, e := range moment {
		if e.Event == record.EventCandidate {
			if r.candidates == nil {
				r.candidates = map[int32][]record.Event{}
			}
			r.candidates[e.Peer] = append(r.candidates[e.Peer], e)
		}
	}
}

// ranking returns annotations with the round that decided an unchoke: the place of the neighbour in it,
// and all candidates.
func (x *perfetto) ranking(e *record.Event) message {
	rows := x.round.candidates[e.Peer]
	if len(rows) == 0 {
		return nil
	}
	var out, list message
	for i := range rows {
		c := &rows[i]
		if c.Other == e.Other {
			out = append(out, x.integer("rank", int64(i+1))...)
		}
		var entry message
		for _, field := range []message{
			x.integerValue("neighbour", int64(c.Other)),
			x.integerValue("rate_Bps", c.RateBytesPerSec),
			x.wordsValue("outcome", c.Why),
		} {
			entry = entry.nested(11, field) // dict_entries
		}
		list = list.nested(12, entry) // array_values
	}
	annotation := append(message(nil).number(1, x.arguments.id("ranking")), list...)
	return out.nested(4, annotation)
}

package reports

import "swarmsim/reports/page"

// spans returns when the peers of each group arrived, completed and left.
func (r *Record) spans() []page.Span {
	out, index := []page.Span{}, map[string]int{}
	for i := range r.Summary.Groups {
		g := &r.Summary.Groups[i]
		index[g.Name] = len(out)
		out = append(out, page.Span{Group: g.Name, Seed: g.Seed})
	}
	arrived, completed, left := r.Peers.nullable("arrived_s"), r.Peers.nullable("completed_s"), r.Peers.nullable("left_s")
	for i, group := range r.Peers.Words("group") {
		k, ok := index[group]
		if !ok {
			continue
		}
		s := &out[k]
		s.Peers++
		widen(&s.Arrived, arrived[i])
		widen(&s.Completed, completed[i])
		widen(&s.Left, left[i])
	}
	return out
}

// widen makes a span include a time, if there is one.
func widen(span **[2]float64, t *float64) {
	switch {
	case t == nil:
	case *span == nil:
		*span = &[2]float64{*t, *t}
	default:
		(*span)[0], (*span)[1] = min((*span)[0], *t), max((*span)[1], *t)
	}
}

package pick

import "math/rand/v2"

var window = Strategy{
	Name:     "window",
	About:    "for viewers: what is played next before all else, the rest rarest first",
	Defaults: func() any { return &Window{Ahead: 16, Inside: "rarest"} },
	New:      func(s any) Picker { return windowPicker{*s.(*Window)} },
}

// Window are the settings of window.
type Window struct {
	Ahead  int    `json:"ahead,omitempty" jsonschema:"how many pieces, from the one that is played, come before all others" min:"1"`
	Inside string `json:"inside,omitempty" jsonschema:"which of those first: the rarest, or in-order" oneof:"rarest in-order"`
}

// windowPicker has a window slide ahead of the player. A peer that keeps up has
// all of it and fetches rare pieces to trade; one that does not thinks of
// itself first (BASS, Dana et al. 2005, and the high-priority range of
// libtorrent's and anacrolix's readers).
type windowPicker struct {
	set Window
}

func (p windowPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	from := v.playPosition()
	to := from + p.set.Ahead
	piece, ok := 0, false
	if p.set.Inside == "rarest" {
		piece, ok = v.rarest(from, to, r)
	} else {
		piece, ok = v.first(from, to)
	}
	if ok {
		return piece, true
	}
	return v.rarest(0, v.NumPieces, r)
}

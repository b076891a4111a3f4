package pick

import "math/rand/v2"

var window = Strategy{
	Name:     "window",
	About:    "for viewers: first the pieces that are played next, then the rest rarest first",
	Defaults: func() any { return &Window{Length: 16, Order: "rarest"} },
	New:      func(s any) Picker { return windowPicker{*s.(*Window)} },
}

// Window are the settings of window.
type Window struct {
	Length int    `json:"length,omitempty" jsonschema:"length of the window in pieces, from the one that is played" min:"1" former:"ahead"`
	Order  string `json:"order,omitempty" jsonschema:"order inside the window: rarest or in-order" oneof:"rarest in-order" former:"inside"`
}

// windowPicker slides a window ahead of the play position and picks from it while it has a
// candidate. A peer that keeps up has the whole window and downloads rare pieces to trade; one
// that falls behind serves its viewer first (BASS: Dana, Li, Harrison and Chuah, MMSP 2005; the
// high-priority ranges of libtorrent's and anacrolix's readers).
type windowPicker struct {
	set Window
}

func (p windowPicker) Pick(v *View, r *rand.Rand) (int, bool) {
	from := v.playPosition()
	to := from + p.set.Length
	piece, ok := 0, false
	if p.set.Order == "rarest" {
		piece, ok = v.rarest(from, to, r)
	} else {
		piece, ok = v.first(from, to)
	}
	if ok {
		return piece, true
	}
	return v.rarest(0, v.NumPieces, r)
}

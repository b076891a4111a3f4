package assign

import "swarmsim/client/pieces"

var pickerDrivenEntry = RuleEntry{
	Name:     "picker-driven",
	About:    "Request from the piece that the picker names, whether it is active or new: no strict priority.",
	Defaults: noSettings,
	New:      func(any) Rule { return pickerDriven{} },
}

// pickerDriven asks the picker for every block and shows it the active pieces with open blocks beside
// the wanted ones. The comparison with strict shows what strict priority is for: complete pieces
// can be passed on (Cohen 2003).
type pickerDriven struct{}

func (pickerDriven) Traits() Traits { return Traits{Ranks: true, PickActive: true} }

func (pickerDriven) Before(v *View, a, b *pieces.Entry) bool { return rarerOrFirst(v, a, b) }

func (pickerDriven) Next(v *View, n *Neighbour, out []Choice) []Choice {
	t := v.Pieces
	if t.OpenBlocks() == 0 && t.WantedCount() == 0 {
		return out
	}
	piece, ok := v.PickNew(n, t.PickableFrom(n.Serial))
	if !ok {
		return out
	}
	if a := t.Find(piece); a != nil {
		return appendFirstOpen(a, out)
	}
	return append(out, Choice{v.Start(piece, n), 0})
}

package reports

import (
	"fmt"
	"slices"

	"swarmsim/sim/record"
)

// The record of a live client has plots and facts of its own, and none of what only a simulation or a
// measurement of all peers knows.

// seedText names the seed of a run; a live client has none.
func seedText(s *record.Summary) string {
	if s.Observer != "" {
		return ""
	}
	return fmt.Sprintf(", seed %d", s.Seed)
}

// observerText begins captions of what a live client can only know of its neighbours.
func observerText(r *Record) string {
	if r.Summary.Observer == "" {
		return ""
	}
	return "As the client's neighbours have announced it, with its own copy. "
}

// ownPieces plots the pieces of a live client.
func ownPieces(r *Record) (Plot, error) {
	if r.Client.Len() == 0 {
		return Plot{}, nil
	}
	t, ts := r.clientTimes()
	share := r.Client.Numbers("pieces")
	for i, all := range r.Client.Numbers("pieces_in_all") {
		share[i] *= 100 / max(all, 1)
	}
	f := newFigure("Pieces of the client over time", "time ("+ts.unit+")", "pieces that it has (%)")
	f.Y.Max = 100
	if err := f.line("", t, share, true); err != nil {
		return Plot{}, err
	}
	return Plot{figure: f, Caption: "The verified pieces of the client. A straight line is a constant rate."}, nil
}

// neighbours plots the neighbours of a live client and their state.
func neighbours(r *Record) (Plot, error) {
	if r.Client.Len() == 0 {
		return Plot{}, nil
	}
	t, ts := r.clientTimes()
	f := newFigure("Neighbours of the client over time", "time ("+ts.unit+")", "neighbours")
	for _, l := range []struct{ name, column string }{
		{"connected", "neighbours"},
		{"have pieces that it wants", "interesting"},
		{"unchoke it", "unchoking"},
		{"want its pieces", "interested"},
		{"unchoked by it", "unchoked"},
	} {
		if err := f.line(l.name, t, r.Client.Numbers(l.column), true); err != nil {
			return Plot{}, err
		}
	}
	return Plot{figure: f, Caption: "The established connections, and BEP 3's four states of them: which side is interested in " +
		"the other, and which has unchoked the other."}, nil
}

// clientTimes returns the times of client.csv in a unit that suits them, and the unit.
func (r *Record) clientTimes() ([]float64, scale) {
	t := r.Client.Numbers("t_s")
	s := timeScale(highest(t))
	return s.of(t), s
}

// observedFacts returns the summary of what a live client saw.
func observedFacts(s *record.Summary) []fact {
	var out []fact
	add := func(name, format string, args ...any) { out = append(out, fact{name, fmt.Sprintf(format, args...)}) }
	for i := range s.Groups {
		g := &s.Groups[i]
		if g.Name != s.Observer {
			continue
		}
		if from := g.ReceivedFromBytes; g.DownloadedBytes > 0 {
			var names []string
			for name := range from {
				names = append(names, name)
			}
			slices.Sort(names)
			text := ""
			for k, name := range names {
				if k > 0 {
					text += ", "
				}
				text += Size(from[name]) + " from " + name
			}
			add("received", "%s", text)
		}
	}
	add("blocks", "%d sent, %d received and kept, %d duplicate", s.Blocks.Sent, s.Blocks.Delivered, s.Blocks.Duplicate)
	add("overhead", "%.1f %% of the bytes in messages are not content", 100*float64(s.ControlOverhead))
	if s.FirstPieceS.Count > 0 {
		add("first and last pieces", "%s", observedMilestones(s))
	}
	for _, n := range s.Notes {
		add("note", "%s", n)
	}
	return out
}

func observedMilestones(s *record.Summary) string {
	text := "first piece after " + duration(float64(s.FirstPieceS.P50))
	if s.FirstTenS.Count > 0 {
		text += ", first ten after " + duration(float64(s.FirstTenS.P50))
	}
	if s.LastTenS.Count > 0 {
		text += ", last ten within " + duration(float64(s.LastTenS.P50))
	}
	return text
}

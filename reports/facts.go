package reports

import (
	"fmt"

	"swarmsim/sim/record"
)

// fact is a line of a run's summary.
type fact struct{ name, text string }

// facts returns the summary of a run, without its groups and expectations.
func facts(s *record.Summary) []fact {
	var out []fact
	add := func(name, format string, args ...any) { out = append(out, fact{name, fmt.Sprintf(format, args...)}) }
	if noArrivals(s) {
		add("no leechers", "no leecher arrived before the deadline; check the arrivals of the scenario")
	}
	if s.Observer != "" {
		return append(observedFacts(s), lossFacts(s)...)
	}
	if s.Waiting != nil {
		out = append(out, waitingFact(s.Waiting))
	}
	until := "until the last completion"
	if s.CompletionS.Count == 0 {
		until = "until the end"
	}
	add("lower bound", "%s", boundText(s))
	add("leechers' uplinks", "%.1f %% used for content %s", 100*float64(s.UplinkUtilization), until)
	add("seeds sent", "%s", seedCopiesText(s))
	add("blocks", "%s", blocksText(&s.Blocks))
	add("overhead", "%.1f %% of the bytes on the links are not content", 100*float64(s.ControlOverhead))
	for _, n := range s.Notes {
		add("note", "%s", n)
	}
	if s.FirstTenS.Count > 0 && s.LastTenS.Count > 0 {
		add("first and last pieces", "medians: first piece after %s, first ten after %s, last ten within %s",
			duration(float64(s.FirstPieceS.P50)), duration(float64(s.FirstTenS.P50)), duration(float64(s.LastTenS.P50)))
	}
	if f := &s.Fairness; f.ShareRatio.Count > 0 {
		add("fairness", "Jain's index %.2f for share ratios, %.2f for download rates; the most generous leecher sent "+
			"%.2f copies",
			float64(f.JainShareRatio), float64(f.JainDownloadRate), float64(f.MostCopies))
	}
	if s.Clustering != nil {
		add("clustering", "leechers unchoked their own group %.2f times as often as at random", float64(*s.Clustering))
	}
	if s.Interest != nil && s.Interest.Count > 0 {
		add("interest", "median over pairs: a leecher was interested in a neighbour %.0f %% of the time (20th "+
			"percentile %.0f %%)",
			100*float64(s.Interest.P50), 100*float64(s.Interest.P20))
	}
	if s.CrossRegion != nil {
		add("between regions", "%.1f %% of the content came from another region", 100*float64(*s.CrossRegion))
	}
	if g := s.Graph; g != nil {
		add("connections", "%d connections of %d peers when half of the leechers had completed: diameter %d, mean "+
			"path length %.2f, clustering coefficient %.2f",
			g.Connections, g.Peers, g.Diameter, float64(g.Path), float64(g.Clustering))
	}
	if s.Playback != nil {
		out = append(out, playbackFact(s.Playback))
	}
	return append(out, lossFacts(s)...)
}

// lossFacts describes leechers without the content, and lost and corrupt data.
func lossFacts(s *record.Summary) []fact {
	var out []fact
	if s.GaveUp > 0 {
		out = append(out, fact{"gave up", fmt.Sprintf("%d leechers left before they completed", s.GaveUp)})
	}
	if s.PiecesGone > 0 {
		out = append(out, fact{"pieces lost", fmt.Sprintf("%d of %d pieces were on no peer at the end: %s",
			s.PiecesGone, s.Pieces, shorten(s.PiecesGoneList, 60))})
	}
	if c := s.Corrupt; c.BlocksSent > 0 || c.PiecesCaught > 0 {
		out = append(out, fact{"corruption", fmt.Sprintf("%d corrupt blocks sent, %d corrupt pieces detected, %d bans",
			c.BlocksSent, c.PiecesCaught, c.Banned)})
	}
	return out
}

// noArrivals reports whether there are groups of leechers, and no leecher arrived.
func noArrivals(s *record.Summary) bool {
	groups, arrived := 0, 0
	for i := range s.Groups {
		if g := &s.Groups[i]; !g.Seed {
			groups++
			arrived += g.Peers
		}
	}
	return groups > 0 && arrived == 0
}

// blocksText describes the blocks that were sent. The network delivers every block unless its
// connection closes first.
func blocksText(b *record.Blocks) string {
	text := fmt.Sprintf("%d delivered, %d duplicate", b.Delivered, b.Duplicate)
	if b.Lost > 0 {
		text += fmt.Sprintf(", %d in flight when their connections closed", b.Lost)
	}
	return text
}

func seedCopiesText(s *record.Summary) string {
	union := "some pieces never reached a leecher"
	if s.SeedCopiesAtUnion != nil {
		union = fmt.Sprintf("%.2f by the time every piece was on some leecher", float64(*s.SeedCopiesAtUnion))
	}
	return fmt.Sprintf("%.2f copies; %s", float64(s.SeedCopies), union)
}

func boundText(s *record.Summary) string {
	if s.BoundS == nil {
		return "none: no leecher completed"
	}
	bound := float64(*s.BoundS)
	if bound == 0 {
		return "less than a microsecond for the longest download, with any protocol"
	}
	return fmt.Sprintf("%s for the longest download, with any protocol; the longest took %.2f times as long",
		duration(bound), float64(s.CompletionS.Last)/bound)
}

package reports

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"swarmsim/sim/record"
)

// Print writes a summary for people, in colours where they are wanted.
func Print(w io.Writer, s *record.Summary, colours bool) error {
	fmt.Fprintf(w, "%s, seed %d: %s after %s of virtual time\n\n", s.Scenario, s.Seed, ending(s), duration(float64(s.VirtualS)))
	if s.About != "" {
		fmt.Fprintf(w, "%s\n\n", s.About)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "group\tpeers\tcompleted\tmean\tmedian\t95 %\tlast\tuploaded\tdownloaded\tshare ratio\t")
	for _, g := range s.Groups {
		c := g.CompletionS
		completed := strconv.Itoa(c.Count)
		if g.Seed {
			completed = "seed"
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", g.Name, g.Peers, completed,
			times(c, c.Mean), times(c, c.P50), times(c, c.P95), times(c, c.Last), Size(g.UploadedBytes), Size(g.DownloadedBytes), shareRatio(g.ShareRatio))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for _, l := range facts(s) {
		fmt.Fprintf(w, "%-22s %s\n", l.name, l.text)
	}
	return Expectations(w, s.Expectations, colours)
}

// Expectations prints what a scenario or a sweep expects, and whether that came
// out, below an empty line.
func Expectations(w io.Writer, all []record.ExpectationMet, colours bool) error {
	if len(all) > 0 {
		fmt.Fprintln(w)
	}
	for _, e := range all {
		met, colour := "met    ", "32"
		if !e.Met {
			met, colour = "NOT MET", "31;1"
		}
		if colours {
			met = "\x1b[" + colour + "m" + met + "\x1b[0m"
		}
		if _, err := fmt.Fprintf(w, "%s  %s  (%s)\n", met, e.Expect, e.Actual); err != nil {
			return err
		}
	}
	return nil
}

type fact struct{ name, text string }

func facts(s *record.Summary) []fact {
	union := "some pieces never reached a leecher"
	if s.SeedCopiesAtUnion != nil {
		union = fmt.Sprintf("%.2f when every piece was on some leecher", float64(*s.SeedCopiesAtUnion))
	}
	until := "until the last completed"
	if s.CompletionS.Count == 0 {
		until = "until the end"
	}
	var out []fact
	if nobodyCame(s) {
		out = append(out, fact{"nobody came", "no leecher arrived before the deadline: look at its arrival"})
	}
	if s.Waiting != nil {
		out = append(out, waitingFact(s.Waiting))
	}
	out = append(out, []fact{
		{"lower bound", boundText(s)},
		{"leechers' uplinks", fmt.Sprintf("%.1f %% used for content %s", 100*float64(s.UplinkUtilization), until)},
		{"seeds sent", fmt.Sprintf("%.2f copies; %s", float64(s.SeedCopies), union)},
		{"blocks", blocksText(&s.Blocks)},
		{"overhead", fmt.Sprintf("%.1f %% of the bytes on the links are not content", 100*float64(s.ControlOverhead))},
	}...)
	for _, n := range s.Notes {
		out = append(out, fact{"note", n})
	}
	if s.FirstTenS.Count > 0 && s.LastTenS.Count > 0 {
		out = append(out, fact{"first and last pieces", fmt.Sprintf("one after %s, ten after %s, the last ten in %s (medians)",
			duration(float64(s.FirstPieceS.P50)), duration(float64(s.FirstTenS.P50)), duration(float64(s.LastTenS.P50)))})
	}
	if f := &s.Fairness; f.ShareRatio.Count > 0 {
		out = append(out, fact{"fairness", fmt.Sprintf("Jain's index %.2f of share ratios, %.2f of download rates; most sent by one leecher %.2f copies",
			float64(f.JainShareRatio), float64(f.JainDownloadRate), float64(f.MostCopies))})
	}
	if s.Clustering != nil {
		out = append(out, fact{"clustering", fmt.Sprintf("leechers unchoked their own group %.2f times as much as if all were alike", float64(*s.Clustering))})
	}
	if s.Interest != nil && s.Interest.Count > 0 {
		out = append(out, fact{"interest", fmt.Sprintf("leechers wanted something of a neighbour %.0f %% of the time (median of pairs; a fifth of them %.0f %% at most)",
			100*float64(s.Interest.P50), 100*float64(s.Interest.P20))})
	}
	if s.CrossRegion != nil {
		out = append(out, fact{"between regions", fmt.Sprintf("%.1f %% of the content came from another region", 100*float64(*s.CrossRegion))})
	}
	if g := s.Graph; g != nil {
		out = append(out, fact{"connections", fmt.Sprintf("%d among %d peers, when half had completed: diameter %d, %.2f steps on average, clustering %.2f",
			g.Connections, g.Peers, g.Diameter, float64(g.Path), float64(g.Clustering))})
	}
	if s.Playback != nil {
		out = append(out, playbackFact(s.Playback))
	}
	if s.GaveUp > 0 {
		out = append(out, fact{"left without it", fmt.Sprintf("%d leechers", s.GaveUp)})
	}
	if s.PiecesGone > 0 {
		out = append(out, fact{"pieces gone", fmt.Sprintf("%d of %d, on no peer at the end: %s", s.PiecesGone, s.Pieces, shorten(s.PiecesGoneList, 60))})
	}
	if c := s.Corrupt; c.BlocksSent > 0 || c.PiecesCaught > 0 {
		out = append(out, fact{"corruption", fmt.Sprintf("%d corrupt blocks sent, %d pieces caught, %d times a sender was banned", c.BlocksSent, c.PiecesCaught, c.Banned)})
	}
	return out
}

// nobodyCame reports whether there are groups of leechers and not one of them arrived.
func nobodyCame(s *record.Summary) bool {
	groups, came := 0, 0
	for i := range s.Groups {
		if g := &s.Groups[i]; !g.Seed {
			groups++
			came += g.Peers
		}
	}
	return groups > 0 && came == 0
}

// blocksText says what became of the blocks. The network loses none for good: what
// did not arrive went down with its connection.
func blocksText(b *record.Blocks) string {
	text := fmt.Sprintf("%d delivered, %d duplicate", b.Delivered, b.Duplicate)
	if b.Lost > 0 {
		text += fmt.Sprintf(", %d under way when their connections ended", b.Lost)
	}
	return text
}

func boundText(s *record.Summary) string {
	if s.BoundS == nil {
		return "none: nobody completed"
	}
	bound := float64(*s.BoundS)
	if bound == 0 {
		return "less than a microsecond for the longest download, by any protocol"
	}
	return fmt.Sprintf("%s for the longest download, by any protocol; this run's longest took %.2f times that", duration(bound), float64(s.CompletionS.Last)/bound)
}

func shareRatio(r *record.Ratio) string {
	if r == nil {
		return "-"
	}
	return strconv.FormatFloat(float64(*r), 'f', 2, 64)
}

func shorten(s string, most int) string {
	if len(s) > most {
		return s[:most] + "..."
	}
	return s
}

func ending(s *record.Summary) string {
	switch s.Ended {
	case "done":
		return "done"
	case "starved":
		return "ended, because pieces are gone for good,"
	case "interrupted":
		return "INCOMPLETE, interrupted"
	}
	return "ended at its deadline"
}

func times(c record.Completion, t record.Seconds) string {
	if c.Count == 0 {
		return "-"
	}
	return duration(float64(t))
}

func duration(s float64) string {
	switch {
	case s >= 3*3600:
		return strconv.FormatFloat(s/3600, 'f', 1, 64) + " h"
	case s >= 600:
		return strconv.FormatFloat(s/60, 'f', 1, 64) + " min"
	}
	return strconv.FormatFloat(s, 'f', 1, 64) + " s"
}

// Size writes an amount of data for people.
func Size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	x := float64(n)
	for len(units) > 1 && x >= 1024 {
		x /= 1024
		units = units[1:]
	}
	if units[0] == "B" {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", x, units[0])
}

package reports

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"swarmsim/sim/record"
)

// Print prints a summary for people.
func Print(w io.Writer, s *record.Summary, colours bool) error {
	fmt.Fprintf(w, "%s%s: %s after %s of %s\n\n",
		s.Scenario, seedText(s), ending(s), duration(float64(s.VirtualS)), clock(s))
	if s.About != "" {
		fmt.Fprintf(w, "%s\n\n", s.About)
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "group\tpeers\tcompleted\tmean\tmedian\t95 %\tlast\tuploaded\tdownloaded\tshare ratio\t")
	for _, g := range s.Groups {
		c := g.CompletionS
		completed := completedText(s, &g)
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", g.Name, g.Peers, completed,
			times(c, c.Mean), times(c, c.P50), times(c, c.P95), times(c, c.Last),
			Size(g.UploadedBytes), Size(g.DownloadedBytes), shareRatio(g.ShareRatio))
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

// completedText says how many peers of a group have completed. A live client does not know when its
// neighbours began.
func completedText(s *record.Summary, g *record.Group) string {
	switch {
	case g.Seed:
		return "seed"
	case s.Observer != "" && s.Observer != g.Name:
		return "-"
	}
	return strconv.Itoa(g.CompletionS.Count)
}

// Expectations prints the expectations of a scenario or a sweep, and whether they are met,
// after an empty line.
func Expectations(w io.Writer, all []record.ExpectationResult, colours bool) error {
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

func shareRatio(r *record.Ratio) string {
	if r == nil {
		return "-"
	}
	return strconv.FormatFloat(float64(*r), 'f', 2, 64)
}

// shorten truncates a text to limit bytes.
func shorten(s string, limit int) string {
	if len(s) > limit {
		return s[:limit] + "..."
	}
	return s
}

// ending describes how the run ended.
func ending(s *record.Summary) string {
	switch s.Ended {
	case "done":
		return "done"
	case "starved":
		return "ended because pieces were lost for good,"
	case "interrupted":
		return "INCOMPLETE, interrupted"
	}
	return "ended at its deadline"
}

// clock names the time that a run took.
func clock(s *record.Summary) string {
	if s.Measured {
		return "real time"
	}
	return "virtual time"
}

// times writes a completion time, or - if no leecher completed.
func times(c record.Completion, t record.Seconds) string {
	if c.Count == 0 {
		return "-"
	}
	return duration(float64(t))
}

// duration writes a time in seconds, minutes or hours.
func duration(s float64) string {
	switch {
	case s >= 3*3600:
		return strconv.FormatFloat(s/3600, 'f', 1, 64) + " h"
	case s >= 600:
		return strconv.FormatFloat(s/60, 'f', 1, 64) + " min"
	}
	return strconv.FormatFloat(s, 'f', 1, 64) + " s"
}

// Duration writes a time in seconds, minutes or hours.
func Duration(s float64) string { return duration(s) }

// Size writes an amount of data with a binary unit.
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

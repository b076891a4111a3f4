package reports

import (
	"fmt"
	"slices"

	"swarmsim/sim/record"
)

// lead says what happened in a run, in sentences.
func lead(s *record.Summary) []string {
	if noArrivals(s) {
		return []string{"No leecher arrived."}
	}
	var out []string
	if s.Observer != "" {
		out = observedLead(s)
	} else {
		out = swarmLead(s)
	}
	if n := len(s.Expectations); n > 0 {
		met := 0
		for _, e := range s.Expectations {
			if e.Met {
				met++
			}
		}
		switch {
		case n == 1 && met == 1:
			out = append(out, "Its expectation is met.")
		case n == 1:
			out = append(out, "Its expectation is not met.")
		case met == n:
			out = append(out, fmt.Sprintf("All %d expectations are met.", n))
		default:
			out = append(out, fmt.Sprintf("%d of %d expectations are met.", met, n))
		}
	}
	return out
}

func swarmLead(s *record.Summary) []string {
	leechers, seeds := 0, 0
	for i := range s.Groups {
		if g := &s.Groups[i]; g.Seed {
			seeds += g.Peers
		} else {
			leechers += g.Peers
		}
	}
	first := fmt.Sprintf("%d of %s completed their download of %s", s.CompletionS.Count, plural(leechers, "leecher"), Size(s.ContentBytes))
	if seeds > 0 {
		first += " from " + plural(seeds, "seed") + " and each other"
	}
	out := []string{first + "."}
	if c := s.CompletionS; c.Count > 0 {
		text := fmt.Sprintf("The median download took %s and the longest %s", times(c, c.P50), times(c, c.Last))
		if s.BoundS != nil && *s.BoundS > 0 {
			text += fmt.Sprintf(": %.2f times the %s below which no protocol can come with these links",
				float64(c.Last)/float64(*s.BoundS), duration(float64(*s.BoundS)))
		}
		out = append(out, text+".")
	}
	if text := groupsLead(s); text != "" {
		out = append(out, text)
	}
	if s.GaveUp > 0 {
		out = append(out, fmt.Sprintf("%s gave up.", plural(s.GaveUp, "leecher")))
	}
	if s.PiecesGone > 0 {
		out = append(out, fmt.Sprintf("At the end %s had no copy.", plural(s.PiecesGone, "piece")))
	}
	if s.Waiting != nil {
		out = append(out, fmt.Sprintf("At the deadline %s were not complete.", plural(s.Waiting.Leechers, "leecher")))
	}
	return out
}

// groupsLead compares the fastest and the slowest group.
func groupsLead(s *record.Summary) string {
	var done []*record.Group
	for i := range s.Groups {
		if g := &s.Groups[i]; !g.Seed && g.CompletionS.Count > 0 {
			done = append(done, g)
		}
	}
	if len(done) < 2 {
		return ""
	}
	slices.SortStableFunc(done, func(a, b *record.Group) int {
		return int(min(max((a.CompletionS.P50-b.CompletionS.P50)*1e6, -1), 1))
	})
	fast, slow := done[0], done[len(done)-1]
	return fmt.Sprintf("The median was shortest for %s, %s, and longest for %s, %s.",
		fast.Name, times(fast.CompletionS, fast.CompletionS.P50), slow.Name, times(slow.CompletionS, slow.CompletionS.P50))
}

func observedLead(s *record.Summary) []string {
	for i := range s.Groups {
		g := &s.Groups[i]
		if g.Name != s.Observer {
			continue
		}
		text := fmt.Sprintf("The client received %s and sent %s in %s, with %s seen", Size(g.DownloadedBytes), Size(g.UploadedBytes),
			duration(float64(s.VirtualS)), plural(max(s.Peers-1, 0), "other peer"))
		if g.CompletionS.Count > 0 {
			text += ". It was complete after " + times(g.CompletionS, g.CompletionS.Last)
		}
		return []string{text + "."}
	}
	return nil
}

// plural writes a count and its noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

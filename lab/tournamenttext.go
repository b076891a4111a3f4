package lab

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"swarmsim/lab/stats"
	"swarmsim/lab/sweep"
)

// first is how many variants of a ranking the conclusion is about.
const first = 3

// conclusion says whether the first three variants differ significantly from the default.
func (t *Tournament) conclusion(o *SweepResult) string {
	standard := t.Ranking[slices.IndexFunc(t.Ranking, func(s Standing) bool { return s.Default })]
	leaders := slices.Clone(t.Ranking[:min(first, len(t.Ranking))])
	leaders = slices.DeleteFunc(leaders, func(s Standing) bool { return s.Default })
	var differ []Standing
	for _, s := range leaders {
		if s.Shown {
			differ = append(differ, s)
		}
	}
	who := fmt.Sprintf("the first three, %s,", standings(leaders))
	switch {
	case len(leaders) == 1:
		who = standings(leaders)
	case standard.Rank <= first:
		who = standings(leaders) + ", the other two of the first three,"
	}
	ends := fmt.Sprintf(" from the default %s, which is %s of %d (score, %s, corrected for multiple comparisons)",
		standard.Variant, ordinal(standard.Rank), len(t.Ranking), plural(o.Seeds, "seed"))
	begins := ""
	if standard.Rank == 1 {
		begins = "no variant ranks before the default; "
	}
	switch {
	case !o.canShow():
		return fmt.Sprintf("too few seeds to tell: no difference of %s%s could be shown, however large", who, ends)
	case len(differ) == len(leaders):
		return begins + who + " " + verbFor(leaders) + " significantly" + ends
	case len(differ) > 0:
		return begins + "of " + who + " " + standings(differ) + " alone " + verbFor(differ) + " significantly" + ends
	case len(leaders) == 1:
		return begins + who + " does not differ significantly" + ends
	}
	return begins + "none of " + who + " differs significantly" + ends
}

func verbFor(of []Standing) string {
	if len(of) == 1 {
		return "differs"
	}
	return "differ"
}

// findings describes the tournament in sentences.
func (t *Tournament) findings(p *Plan) []string {
	var out []string
	fastest, slowest := t.extremes(sweep.Performance)
	out = append(out, fmt.Sprintf("performance: swarms of %s alone are the fastest, with a mean "+
		"rate of %s; those of %s reach %s of it",
		fastest.Variant, rateText(fastest.MeanRate), slowest.Variant, sharePercent(slowest.Performance)))
	for i, share := range p.Sweep.Shares {
		if share == sweep.Half {
			s, _ := t.extremes(sweep.Robustness)
			out = append(out, fmt.Sprintf("robustness: as half of the leechers %s does not lose to %s of its opponents, on average over "+
				"the seeds, the highest share of all variants", s.Variant, sharePercent(s.Robustness)))
		} else {
			s, _ := t.extremes(sweep.Aggressiveness)
			out = append(out, fmt.Sprintf("aggressiveness: as %v of the leechers %s beats %s of its opponents, the highest share of all "+
				"variants", share, s.Variant, sharePercent(s.Aggressiveness)))
		}
		out = append(out, t.invasions(p, i))
	}
	var front []Standing
	for _, s := range t.Ranking {
		if s.Front {
			front = append(front, s)
		}
	}
	return append(out, fmt.Sprintf("Pareto front: no variant is better than %s in one of %s and as good in the other",
		standings(front), strings.Join(frontMeasures(p), " and ")))
}

// extremes returns the variants with the highest and the lowest value of a measure; of equal ones the
// first in the ranking.
func (t *Tournament) extremes(measure string) (highest, lowest *Standing) {
	highest, lowest = &t.Ranking[0], &t.Ranking[0]
	value := func(s *Standing) Number {
		v, _, _ := s.measure(measure)
		return *v
	}
	for i := range t.Ranking {
		s := &t.Ranking[i]
		if value(s) > value(highest) {
			highest = s
		}
		if value(s) < value(lowest) {
			lowest = s
		}
	}
	return highest, lowest
}

// invasions says at one share how many games show an advantage, and which variants are ahead of the
// default.
func (t *Tournament) invasions(p *Plan, share int) string {
	shown, games := 0, 0
	var ahead []string
	for i := range t.Games {
		g := &t.Games[i]
		if g.share != share {
			continue
		}
		games++
		if !g.Shown {
			continue
		}
		shown++
		if g.opponent == p.baseline() && g.Advantage > 0 {
			ahead = append(ahead, g.Variant+" ("+signedPercent(100*float64(g.Advantage))+")")
		}
	}
	kind := "games"
	if p.Sweep.Shares[share] == sweep.Half { // the games of a pair are one
		shown, games, kind = shown/2, games/2, "pairs"
	}
	text := fmt.Sprintf("at %v %d of %d %s show an advantage (false discovery rate %g %%)",
		p.Sweep.Shares[share], shown, games, kind, 100*stats.Alpha)
	if len(ahead) == 0 {
		return text + "; none is shown over the default"
	}
	const most = 5
	if more := len(ahead) - most; more > 0 {
		ahead = append(ahead[:most], fmt.Sprintf("%d more", more))
	}
	return text + "; over the default: " + enumerate(ahead)
}

// frontMeasures are the two measures of the Pareto front.
func frontMeasures(p *Plan) []string { return p.Sweep.TournamentMeasures()[1:3] }

// table returns the ranking as a table for people. The first row has the headings.
func (t *Tournament) table(o *SweepResult) [][]string {
	head := []string{"rank", "variant", sweep.Score, "its 95 % interval", sweep.Performance}
	withRobustness, withAggressiveness := t.Ranking[0].Robustness.exists(), t.Ranking[0].Aggressiveness.exists()
	if withRobustness {
		head = append(head, sweep.Robustness)
	}
	if withAggressiveness {
		head = append(head, sweep.Aggressiveness)
	}
	table := [][]string{append(head, "mean rate", "corrected p", "")}
	for _, s := range t.Ranking {
		row := []string{strconv.Itoa(s.Rank), s.Variant, sharePercent(s.Score),
			intervalText(s.ScoreLow, s.ScoreHigh, func(x float64) string { return sharePercent(Number(x)) }), sharePercent(s.Performance)}
		if withRobustness {
			row = append(row, sharePercent(s.Robustness))
		}
		if withAggressiveness {
			row = append(row, sharePercent(s.Aggressiveness))
		}
		p, verdict := strings.TrimPrefix(pValue(float64(s.PHolm)), "= "), "no difference shown"
		switch {
		case s.Default:
			p, verdict = "", "default"
		case s.Shown:
			verdict = "differs"
		case !o.canShow():
			verdict = "too few seeds to tell"
		}
		table = append(table, append(row, rateText(s.MeanRate), p, verdict))
	}
	return table
}

// sharePercent writes a share in percent, with one decimal.
func sharePercent(x Number) string {
	if !x.exists() {
		return "-"
	}
	return strconv.FormatFloat(math.Round(1000*float64(x))/10, 'f', 1, 64) + " %"
}

// rateText writes a rate with three significant digits.
func rateText(x Number) string {
	if !x.exists() {
		return "-"
	}
	scale, unit := 1e3, " kB/s"
	if x >= 1e6 {
		scale, unit = 1e6, " MB/s"
	}
	return strconv.FormatFloat(float64(x)/scale, 'g', 3, 64) + unit
}

// standings lists the names of variants.
func standings(of []Standing) string {
	var names []string
	for _, s := range of {
		names = append(names, s.Variant)
	}
	return enumerate(names)
}

// enumerate joins words as in "a, b and c".
func enumerate(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// ordinal writes a rank as in "second" or "4th".
func ordinal(n int) string {
	if n <= 3 {
		return [...]string{"", "first", "second", "third"}[n]
	}
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		suffix = [...]string{"th", "st", "nd", "rd", "th", "th", "th", "th", "th", "th"}[n%10]
	}
	return strconv.Itoa(n) + suffix
}

package lab

import (
	"cmp"
	"math"
	"slices"

	"swarmsim/lab/stats"
	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
)

// Tournament is what the games of a tournament show, beside the means and comparisons of its
// measures. The measures are those of Rahman and others (Design space analysis for modeling
// incentives in distributed systems, SIGCOMM 2011), computed for each seed.
type Tournament struct {
	Ranking  []Standing  `json:"ranking"`  // the best first
	Games    []GameScore `json:"games"`    // by share, variant and opponent
	Findings []string    `json:"findings"` // in sentences
}

// Standing is a variant's place, with its measures. Of those that the tournament does not have the
// numbers are missing.
type Standing struct {
	Rank    int    `json:"rank"`
	Variant string `json:"variant"`
	Default bool   `json:"default"` // the variant that others are compared with

	Score              Number `json:"score"`
	ScoreLow           Number `json:"score_ci95_low"`
	ScoreHigh          Number `json:"score_ci95_high"`
	Performance        Number `json:"performance"`
	PerformanceLow     Number `json:"performance_ci95_low"`
	PerformanceHigh    Number `json:"performance_ci95_high"`
	Robustness         Number `json:"robustness"`
	RobustnessLow      Number `json:"robustness_ci95_low"`
	RobustnessHigh     Number `json:"robustness_ci95_high"`
	Aggressiveness     Number `json:"aggressiveness"`
	AggressivenessLow  Number `json:"aggressiveness_ci95_low"`
	AggressivenessHigh Number `json:"aggressiveness_ci95_high"`

	MeanRate Number `json:"mean_rate_Bps"` // alone
	Front    bool   `json:"pareto_front"`  // of performance and robustness
	PHolm    Number `json:"p_holm"`        // of the score against the default
	Shown    bool   `json:"shown"`         // the score differs significantly from the default's

	index int
}

// GameScore is a variant's advantage over an opponent.
type GameScore struct {
	Variant  string `json:"variant"`
	Opponent string `json:"opponent"`
	Share    Number `json:"share"` // of the leechers that run the variant
	Seeds    int    `json:"seeds"` // with a value

	Advantage Number `json:"advantage"` // the difference of the mean rates, as a share of the higher one
	Low       Number `json:"ci95_low"`
	High      Number `json:"ci95_high"`
	P         Number `json:"p"`
	PFDR      Number `json:"p_fdr"` // corrected for the number of games
	Shown     bool   `json:"shown"` // the advantage differs from 0

	share, variant, opponent int
}

// tournament ranks the variants, and describes their games.
func (p *Plan) tournament(rows trial.Rows, seeds int, o *SweepResult) *Tournament {
	t := p.tally(rows, seeds)
	out := &Tournament{Games: t.games()}
	for v, name := range p.Variants {
		s := Standing{Variant: name, Default: v == p.baseline(), PHolm: 1, index: v}
		missing := Number(math.NaN())
		s.Robustness, s.RobustnessLow, s.RobustnessHigh = missing, missing, missing
		s.Aggressiveness, s.AggressivenessLow, s.AggressivenessHigh = missing, missing, missing
		for m, metric := range p.Metrics {
			mean := o.Means[m*len(p.Variants)+v]
			value, low, high := s.measure(metric.Name)
			*value, *low, *high = mean.Mean, mean.Low, mean.High
		}
		content := p.contentBytes(rows, v)
		s.MeanRate = Number(meanOf(t.alone(v)) * content)
		out.Ranking = append(out.Ranking, s)
	}
	for _, c := range o.Comparisons {
		if v := slices.Index(p.Variants, c.Variant); c.Metric == sweep.Score {
			out.Ranking[v].PHolm, out.Ranking[v].Shown = c.PHolm, c.Shown
		}
	}
	out.findFront(frontMeasures(p))
	slices.SortStableFunc(out.Ranking, func(a, b Standing) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(b.Performance, a.Performance))
	})
	for i := range out.Ranking {
		out.Ranking[i].Rank = i + 1
	}
	out.Findings = out.findings(p)
	return out
}

// measure returns the fields of a measure.
func (s *Standing) measure(name string) (value, low, high *Number) {
	switch name {
	case sweep.Score:
		return &s.Score, &s.ScoreLow, &s.ScoreHigh
	case sweep.Performance:
		return &s.Performance, &s.PerformanceLow, &s.PerformanceHigh
	case sweep.Robustness:
		return &s.Robustness, &s.RobustnessLow, &s.RobustnessHigh
	}
	return &s.Aggressiveness, &s.AggressivenessLow, &s.AggressivenessHigh
}

// contentBytes returns the size of the content that a variant downloads alone.
func (p *Plan) contentBytes(rows trial.Rows, variant int) float64 {
	if row := rows[p.run(variant, 0).Key]; row != nil {
		return row.Values["content_bytes"]
	}
	return math.NaN()
}

// findFront marks the variants to which none is superior: better in one of the measures and as good
// in the others.
func (t *Tournament) findFront(measures []string) {
	for i := range t.Ranking {
		a := &t.Ranking[i]
		a.Front = !slices.ContainsFunc(t.Ranking, func(b Standing) bool {
			better, worse := false, false
			for _, m := range measures {
				x, _, _ := a.measure(m)
				y, _, _ := b.measure(m)
				better, worse = better || *y > *x, worse || !(*y >= *x)
			}
			return better && !worse
		})
	}
}

// games computes the advantages of all pairs.
func (t *tally) games() []GameScore {
	p := t.plan
	var out []GameScore
	for s, share := range p.Sweep.Shares {
		for v, name := range p.Variants {
			for o, opponent := range p.Variants {
				if v == o {
					continue
				}
				g := GameScore{Variant: name, Opponent: opponent, Share: Number(share), share: s, variant: v, opponent: o}
				g.test(t.advantage(s, v, o), p.cellID(p.gameAt(s, v, o)))
				out = append(out, g)
			}
		}
	}
	ps := make([]float64, len(out))
	for i := range ps {
		ps[i] = float64(out[i].P)
	}
	for i, p := range stats.FDR(ps) {
		g := &out[i]
		g.PFDR = Number(p)
		g.Shown = p < stats.Alpha && (g.Low > 0 || g.High < 0)
	}
	return out
}

// test fills in the numbers of a game from its advantages.
func (g *GameScore) test(advantages []float64, id string) {
	sample := stats.NewSample(false, advantages)
	missing := Number(math.NaN())
	g.Seeds, g.Advantage, g.Low, g.High, g.P = sample.Len(), missing, missing, missing, 1
	if g.Seeds == 0 {
		return
	}
	i := sample.Interval(stats.Mean, stats.NamedRand("advantage", id))
	g.Advantage, g.Low, g.High = Number(i.Estimate), Number(i.Low), Number(i.High)
	g.P = Number(stats.SignFlip(sample.Series[0], stats.NamedRand("advantage p", id)))
}

// at returns the advantage of a variant over an opponent; nil if they are the same.
func (t *Tournament) at(share, variant, opponent, variants int) *GameScore {
	if variant == opponent {
		return nil
	}
	if opponent > variant {
		opponent--
	}
	return &t.Games[(share*variants+variant)*(variants-1)+opponent]
}

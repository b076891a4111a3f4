package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"swarmsim/lab/stats"
	"swarmsim/lab/trial"
)

// Mixing is what becomes of one client when others share its swarms: a measure of its leechers in
// the mix, and in swarms in which all leechers are of that client. Seeds are paired.
type Mixing struct {
	Case, Client, Measure, Unit string
	Seeds                       int
	Alone, Mixed                float64 // means
	Change                      stats.Interval
	P                           float64 // corrected by Holm for all that are tested
	Changes                     bool    // the difference is significant
	Identical                   bool    // not a digit differs
}

const (
	mixName   = "mix"
	alonePart = "only-" // begins the names of the compositions of one client
)

// SetMix makes a suite play a mix, and swarms of each of its clients alone, in place of its own
// compositions.
func (s *Suite) SetMix(m Mix) error {
	s.Compositions = nil
	for _, part := range m {
		if err := s.checkPart(part.Client); err != nil {
			return err
		}
		s.Compositions = append(s.Compositions, Composition{Name: alonePart + part.Client, Mix: Mix{{part.Client, 1}}})
	}
	if len(m) < 2 {
		return fmt.Errorf("a mix has two clients or more, such as libtorrent-2=4,transmission-3=4")
	}
	s.Compositions = append(s.Compositions, Composition{Name: mixName, Mix: m})
	return nil
}

// MixSeeds returns how many seeds are needed for a mix of clients to show a difference.
func (s *Suite) MixSeeds(cases, clients int) int {
	n := 2
	for stats.MinP(n, true)*float64(cases*clients*len(mixMeasures)) >= stats.Alpha {
		n++
	}
	return n
}

// KeepCompositions leaves only the cells of compositions.
func (p *Plan) KeepCompositions() {
	p.Cells = slices.DeleteFunc(p.Cells, func(c PlanCell) bool { return c.Composition == nil })
}

// mixMeasures are what is compared for each client.
var mixMeasures = []struct {
	name, unit string
	of         func(row *trial.Row, client string) float64
}{
	{"completion_mean", "s", func(r *trial.Row, client string) float64 {
		times := timesOf(r, client)
		if len(times) == 0 {
			return math.NaN()
		}
		return stat.Mean(times, nil)
	}},
	{"completion_p50", "s", func(r *trial.Row, client string) float64 { return quantile(timesOf(r, client), 0.5) }},
	{"completion_p95", "s", func(r *trial.Row, client string) float64 { return quantile(timesOf(r, client), 0.95) }},
	{"share_ratio", "", func(r *trial.Row, client string) float64 {
		return sumOf(r, client, "uploaded_bytes") / sumOf(r, client, "downloaded_bytes")
	}},
}

// timesOf returns the completion times of a client's leechers, sorted.
func timesOf(r *trial.Row, client string) []float64 {
	var out []float64
	for group, times := range r.Completions {
		if strings.HasSuffix(group, "-"+client) {
			out = append(out, times...)
		}
	}
	slices.Sort(out)
	return out
}

// sumOf adds up a measure of the groups of a client. It is a count, whose sum is exact in any order.
func sumOf(r *trial.Row, client, measure string) float64 {
	sum := 0.0
	for name, v := range r.Values {
		group, ok := strings.CutPrefix(name, "groups.")
		if ok && strings.HasSuffix(group, "-"+client+"."+measure) {
			sum += v
		}
	}
	return sum
}

// quantile interpolates between the two nearest values, as summaries do; NaN if there are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return math.NaN()
	}
	h := float64(float64(len(sorted)-1) * q)
	i := int(math.Floor(h))
	if i+1 >= len(sorted) {
		return sorted[i]
	}
	return sorted[i] + float64((h-float64(i))*(sorted[i+1]-sorted[i]))
}

// Mixing compares each client of a mix with swarms of that client alone.
func (p *Plan) Mixing(rows trial.Rows) []Mixing {
	var out []Mixing
	var ps []float64
	for i := range p.Cells {
		mixed := &p.Cells[i]
		if mixed.Composition.Name != mixName || mixed.Unsupported != "" {
			continue
		}
		for _, part := range mixed.Composition.Mix {
			alone := p.aloneOf(mixed, part.Client)
			if alone == nil || alone.Unsupported != "" {
				continue
			}
			client := part.Client
			if client == MixedSubject {
				client = mixed.Subject.Name
			}
			for _, m := range mixMeasures {
				x := Mixing{Case: mixed.Case.Name, Client: client, Measure: m.name, Unit: m.unit}
				of := func(c *PlanCell) (values []float64) {
					for _, seed := range c.seeds() {
						values = append(values, m.of(rows[c.trial.Key(c.build, seed)], client))
					}
					return values
				}
				ps = append(ps, x.compare(of(alone), of(mixed)))
				out = append(out, x)
			}
		}
	}
	for i, corrected := range stats.Holm(ps) {
		x := &out[i]
		x.P = corrected
		x.Changes = corrected < stats.Alpha && (x.Change.Low > 0 || x.Change.High < 0)
	}
	return out
}

// aloneOf returns the cell in which a client of a mix is alone, or nil.
func (p *Plan) aloneOf(mixed *PlanCell, client string) *PlanCell {
	for i := range p.Cells {
		c := &p.Cells[i]
		sameSubject := c.Subject == mixed.Subject || client != MixedSubject
		if c.Case == mixed.Case && sameSubject && c.Composition.Name == alonePart+client {
			return c
		}
	}
	return nil
}

// compare compares the values with each seed and returns the p-value.
func (x *Mixing) compare(alone, mixed []float64) float64 {
	s := stats.NewSample(true, alone, mixed)
	x.Seeds = s.Len()
	x.Alone, x.Mixed = math.NaN(), math.NaN()
	x.Change = stats.Interval{Estimate: math.NaN(), Low: math.NaN(), High: math.NaN()}
	if x.Seeds == 0 {
		return 1
	}
	a, b := s.Series[0], s.Series[1]
	x.Alone, x.Mixed, x.Identical = stat.Mean(a, nil), stat.Mean(b, nil), slices.Equal(a, b)
	name := []string{"mixing", x.Case, x.Client, x.Measure}
	if x.Alone != 0 {
		x.Change = s.Interval(stats.RelativeDifference, stats.NamedRand(name...))
	}
	return stats.SignFlip(stats.Differences(a, b), stats.NamedRand(append(name, "p")...))
}

// Sentence says whether mixing changes the measure.
func (x *Mixing) Sentence() string {
	unit := ""
	if x.Unit != "" {
		unit = " " + x.Unit
	}
	text := fmt.Sprintf("%s: %s of %s is %.4g%s in the mix and %.4g%s alone", x.Case, x.Measure, x.Client, x.Mixed, unit, x.Alone, unit)
	switch {
	case x.Seeds == 0:
		return fmt.Sprintf("%s: %s of %s has no value with any seed", x.Case, x.Measure, x.Client)
	case x.Identical:
		return text + ": identical with every seed"
	case x.Seeds < 2 || math.IsNaN(x.Change.Low):
		return text + "; one seed is too few for a verdict"
	}
	text += fmt.Sprintf(" (%+.1f %%, 95 %% interval %+.1f %% to %+.1f %%, p %.2g)",
		100*x.Change.Estimate, 100*x.Change.Low, 100*x.Change.High, x.P)
	if x.Changes {
		return text + ": mixing changes it"
	}
	return text + ": no difference is shown"
}

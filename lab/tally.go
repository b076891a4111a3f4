package lab

import (
	"math"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
)

// tally has the mean download rates of both sides of every game of a tournament, and computes its
// measures from them. All of them are computed seed by seed, so that variants can be compared with
// common random numbers.
type tally struct {
	plan  *Plan
	seeds int
	rates [][2][]float64 // by cell, side and seed, in contents per second; NaN without a row
	best  float64        // the highest mean rate of a variant alone
}

func (p *Plan) tally(rows trial.Rows, seeds int) *tally {
	t := &tally{plan: p, seeds: seeds, rates: make([][2][]float64, len(p.Cells))}
	for c := range p.Cells {
		for side := range t.rates[c] {
			rates := make([]float64, seeds)
			for nth := range rates {
				rates[nth] = rateOf(rows[p.run(c, nth).Key], p.Cells[c].game.parties[side])
			}
			t.rates[c][side] = rates
		}
	}
	for v := range p.Variants {
		t.best = max(t.best, meanOf(t.alone(v)))
	}
	return t
}

// rateOf returns the mean over leechers of one divided by the time from their arrival to their
// completion. The rate of one that does not complete is 0, so that there is always a mean, which
// does not favour variants that leave some behind.
func rateOf(row *trial.Row, parties []party) float64 {
	if row == nil {
		return math.NaN()
	}
	sum, leechers := 0.0, 0.0
	for _, p := range parties {
		leechers += row.Values[p.peers]
		for _, seconds := range row.Completions[p.group] {
			if seconds > 0 {
				sum += 1 / seconds
			}
		}
	}
	if leechers == 0 {
		return math.NaN()
	}
	return sum / leechers
}

// alone returns the mean rate of all leechers for each seed, if all run the variant.
func (t *tally) alone(v int) []float64 {
	out := make([]float64, t.seeds)
	share := float64(t.plan.Cells[v].game.share)
	for i := range out {
		out[i] = float64(share*t.rates[v][0][i]) + float64((1-share)*t.rates[v][1][i])
	}
	return out
}

// advantage returns by how much a variant is ahead of an opponent for each seed: the difference of
// their mean rates, as a share of the higher one. It is 1 if the opponent downloads nothing, and
// the opponent's advantage is the negative.
//
// The two sides are different peers, of which some have better links. At 50 % both games, in which
// they change places, are added. At a smaller share each side's rate is divided by that of the same
// peers where all run the opponent's variant.
func (t *tally) advantage(share, variant, opponent int) []float64 {
	p := t.plan
	game, swapped := t.rates[p.gameAt(share, variant, opponent)], t.rates[p.gameAt(share, opponent, variant)]
	usual := t.rates[opponent]
	out := make([]float64, t.seeds)
	for i := range out {
		own, other := game[0][i], game[1][i]
		if p.Sweep.Shares[share] == sweep.Half {
			own, other = own+swapped[1][i], other+swapped[0][i]
		} else if usual[0][i] > 0 && usual[1][i] > 0 {
			own, other = own/usual[0][i], other/usual[1][i]
		}
		out[i] = difference(own, other)
	}
	return out
}

// difference returns a - b as a share of the larger one.
func difference(a, b float64) float64 {
	if a == b {
		return 0
	}
	return (a - b) / max(a, b)
}

// tie is the largest advantage that is none: rates are sums, and may differ by rounding.
const tie = 1e-9

// values returns a measure of a variant for each seed.
func (t *tally) values(variant int, measure string) []float64 {
	switch measure {
	case sweep.Performance:
		out := t.alone(variant)
		for i := range out {
			out[i] /= t.best
		}
		return out
	case sweep.Score:
		out := make([]float64, t.seeds)
		measures := t.plan.Sweep.TournamentMeasures()[1:]
		for _, m := range measures {
			for i, x := range t.values(variant, m) {
				out[i] += x / float64(len(measures))
			}
		}
		return out
	case sweep.Robustness:
		return t.opponents(0, variant, func(advantage float64) bool { return advantage >= -tie })
	}
	return t.opponents(len(t.plan.Sweep.Shares)-1, variant, func(advantage float64) bool { return advantage > tie })
}

// opponents returns the share of the opponents against which the advantage counts, for each seed.
func (t *tally) opponents(share, variant int, counts func(advantage float64) bool) []float64 {
	out := make([]float64, t.seeds)
	others := float64(len(t.plan.Variants) - 1)
	for opponent := range t.plan.Variants {
		if opponent == variant {
			continue
		}
		for i, a := range t.advantage(share, variant, opponent) {
			switch {
			case math.IsNaN(a):
				out[i] = math.NaN()
			case counts(a):
				out[i] += 1 / others
			}
		}
	}
	return out
}

// meanOf returns the mean of the values that exist; NaN if there are none.
func meanOf(xs []float64) float64 {
	sum, n := 0.0, 0.0
	for _, x := range xs {
		if !math.IsNaN(x) {
			sum += x
			n++
		}
	}
	return sum / n
}

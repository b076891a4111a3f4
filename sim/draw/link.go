package draw

import (
	"math/rand/v2"

	"swarmsim/sim/scenario"
)

// LinkRates draws the rates of a link in bytes per second. Of a mix it first draws a kind of
// link, by the kinds' shares.
func LinkRates(l *scenario.Link, r *rand.Rand) (up, down int64) {
	upRate, downRate := l.Up, l.Down
	if len(l.Mix) > 0 {
		total := 0.0
		for _, m := range l.Mix {
			total += m.Share
		}
		at := r.Float64() * total
		for _, m := range l.Mix {
			upRate, downRate = m.Up, m.Down
			if at -= m.Share; at < 0 {
				break
			}
		}
	}
	return upRate.Draw(r), downRate.Draw(r)
}

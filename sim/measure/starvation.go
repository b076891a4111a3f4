package measure

import "time"

// Starvation detects a swarm in which no download can continue: pieces are gone for good, and
// every leecher has all others. A run that is to end when its leechers are done would otherwise
// last until its deadline.
type Starvation struct {
	samples int // in a row in which no download could continue
}

// starvedAfter is how long that must have lasted before the run ends. Blocks in flight at the
// beginning have arrived by then.
const starvedAfter = time.Minute

// Sample records whether at a sample no download could continue.
func (s *Starvation) Sample(stuck bool) {
	if stuck {
		s.samples++
	} else {
		s.samples = 0
	}
}

// Reached reports whether it has lasted for starvedAfter.
func (s *Starvation) Reached(interval time.Duration) bool {
	return time.Duration(s.samples)*interval >= starvedAfter
}

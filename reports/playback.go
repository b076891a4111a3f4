package reports

import (
	"fmt"

	"swarmsim/sim/record"
)

// playbackFact says how leechers watched.
func playbackFact(p *record.Playback) fact {
	if p.Began == 0 {
		return fact{"playback", "nobody began to watch"}
	}
	text := fmt.Sprintf("begins after %s on average (95 %%: %s), stalls %.1f times for %s in all; continuity %.1f %%, %.0f %% never stalled",
		times(p.StartupS, p.StartupS.Mean), times(p.StartupS, p.StartupS.P95), float64(*p.Stalls), times(p.StalledS, p.StalledS.Mean),
		100*float64(*p.Continuity), 100*float64(*p.Smooth))
	if p.NeverBegan > 0 {
		text += fmt.Sprintf("; %d never began", p.NeverBegan)
	}
	return fact{"playback", text}
}

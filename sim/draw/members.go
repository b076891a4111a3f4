package draw

import (
	"math"

	"swarmsim/sim/scenario"
)

// Members draws the peers that an event of the scenario concerns, counted from 0: a share of all
// peers of its group, whether they will have arrived or not. Peer n belongs to group groupOf[n].
func Members(s *scenario.Scenario, event int, groupOf []int) []int {
	e := &s.Events[event]
	var members []int
	for i, g := range groupOf {
		if s.Groups[g].Name == e.Group {
			members = append(members, i)
		}
	}
	r := Stream(s.Seed, Event, uint64(event))
	r.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
	return members[:int(math.Round(e.Share*float64(len(members))))]
}

package playground

import "swarmsim/sim/scenario"

// ServerSets lists the settings that turn a scenario into the same demand served by its initial
// seeds alone, as in the scenario client-server: the tracker lists only seeds, which accept every
// connection and divide their uplink among all of them, and leechers upload nothing. A leecher that
// arrives before its server does asks again after a second. It leaves once it is complete: otherwise the
// tracker would list it as a seed, in the place of the server. What the scenario expects of a swarm is
// not expected of a server, and peers that would deceive a swarm are clients like any other.
func ServerSets(s *scenario.Scenario) []string {
	sets := []string{
		"tracker.peer_selection=seeds",
		"tracker.min_interval=1 s",
		"client.connections.min_peers=1",
		"client.choker=never",
		"client.seed_choker=never",
		"client.pex=false",
		"expect=[]",
	}
	if s.Stop.When != scenario.StopDeadline {
		sets = append(sets, "stop.deadline="+serverDeadline)
	}
	for i := range s.Groups {
		group := "groups." + s.Groups[i].Name + "."
		client := group + "client."
		switch {
		case s.Groups[i].Sybils > 0: // a server needs no tracker, which is what they flood
			sets = append(sets, group+"count=0")
		case s.Groups[i].Seed:
			sets = append(sets,
				client+"seed_choker={name: round-robin, slots: 1000}",
				client+"connections={max: 10000}",
				client+"reveal=all")
		default:
			sets = append(sets, client+"choker=never", client+"seed_choker=never", client+"misbehaviour={}",
				group+"stay=0 s", group+"crash=0")
		}
	}
	return sets
}

// serverDeadline is when a server that has not served all by then stops.
const serverDeadline = "240 h"

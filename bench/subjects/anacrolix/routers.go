package main

import (
	"slices"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
)

// addRouters tells the network which router a host is behind. Routers are numbered behind the tracker's
// host and the peers', in the order of the scenario.
func (w *swarm) addRouters(net *netem.Net, groupOf []int) {
	routers := w.scenario.Network.Routers
	if len(routers) == 0 {
		return
	}
	of := make([]engine.HostID, 1+len(groupOf)) // by host; 0, the tracker, for hosts behind no router
	for r := range routers {
		for i, g := range groupOf {
			if slices.Contains(routers[r].Groups, w.scenario.Groups[g].Name) {
				of[i+1] = engine.HostID(1 + len(groupOf) + r)
			}
		}
	}
	net.RouterOf = func(h engine.HostID) (engine.HostID, bool) { return of[h], of[h] != 0 }
}

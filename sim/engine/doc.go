// Package engine is virtual time: hosts as actors that play windows of one
// lookahead, on any number of cores, with the same outcome on each.
//
// A host touches another host in one way only: an event that arrives at least
// one lookahead later. Inside a window, therefore, no host can disturb another,
// and each plays its events alone, start to end, while its state is in the
// cache. Events are ordered by (time, sending host, sending sequence) and by
// nothing else, which is why a run does not depend on the number of workers.
//
// sim/netem builds links on it; sim drives it. It calls only the Host it is
// given. The idea is conservative parallel discrete-event simulation with the
// network's latency as lookahead (Chandy and Misra 1979; the Shadow simulator
// runs its hosts in the same rounds).
package engine

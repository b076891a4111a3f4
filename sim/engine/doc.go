// Package engine is a parallel discrete-event engine: hosts are actors that advance in windows of
// virtual time, on any number of cores, with the same result on each.
//
// Its caller adds the hosts to an Engine and calls Run; sim does so. The engine calls the hosts;
// sim/netem implements them. It calls nothing else.
//
//	e := engine.New[Packet](engine.Config{Lookahead: shortest, Workers: 2, Horizon: longest})
//	id := e.Add(host, 0)            // host.PlayWindow is due at time 0
//	end := e.Run(deadline, observe) // observe is called between windows
//
// # Contract
//
// A host affects another host only by an event that arrives at least one lookahead after it is
// sent; Window.Send panics otherwise. Within a window of one lookahead, therefore, hosts are
// independent: each plays its events alone, from the first to the last, while its state is in the
// cache. A host may be played by a different worker in each window and must not touch what other
// hosts can reach; memory shared by the hosts of a worker is indexed by Window.Worker.
//
// Events are ordered by (time, sending host, sequence number at the sender) and by nothing else,
// so that a run does not depend on the number of workers.
//
// # Limits
//
// The lookahead is at most MaxLookahead. At most 256 workers are used, and 2^26 events may arrive
// from one worker's hosts at another's in one window. An event far beyond the horizon is put off
// window by window, which is correct but slower.
//
// # Sources
//
// Conservative parallel simulation with the network's latency as lookahead: K. M. Chandy and
// J. Misra, Distributed Simulation, 1979. The Shadow simulator runs its hosts in rounds of the same
// kind. The ring of windows is a calendar queue (R. Brown, 1988) whose days are windows.
package engine

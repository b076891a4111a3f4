// Package testbed plays a scenario with real clients: each peer is a process in a network namespace
// of its own (testbed/netns), run by the driver of its client (testbed/driver), and an emulator
// joins them with the scenario's rates, queues and latencies (testbed/emulator). The results are
// written as the record of a run, so that package reports draws a measurement as it draws a
// simulation. The command swarmsim lab calls it.
//
// # Usage
//
//	plan, err := testbed.NewPlan(s, choices, network, catalogue) // refuses in words what cannot be played
//	versions, err := plan.Installed(ctx)                // and what is not installed
//	result, err := plan.Run(ctx, testbed.Options{Work: dir, Create: folder.Create, ...})
//
// # What is measured
//
// Arrivals, rates, latencies and lifetimes are drawn as the simulation draws them, from the same
// seed. The clock starts when the tracker lists the seeds that arrive at 0 s. A peer arrives when
// its process is started. What peers have, send and receive is what their clients report, see
// package driver; bytes on the links are those that the emulator counts. Which peer sent what to
// which, slots, interest and connections are not measured, and are left out of the record.
//
// # Limits
//
// Linux, as root or with unprivileged user namespaces. A run takes as long as its virtual time. At
// most MaxPeers peers; how many the machine plays in real time depends on the clients, and the
// emulator's lateness in meta.json shows whether it did.
package testbed

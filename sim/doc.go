// Package sim plays a scenario: it creates a world of hosts with the client and the tracker, lets
// the engine play it, and writes the record.
//
// This is where client, tracker, netem and scenario meet; they do not import one another.
// cmd/swarmsim calls Run; reports reads the files that Run has written. A run takes these steps:
//
//  1. Run loads the content and creates the world (world.go): the network (network.go), then the
//     tracker, the peers and the routers (population.go), with what package draw has drawn for
//     them and the events of the scenario (events.go).
//  2. The engine plays windows. Within a window a node (node.go) passes the events of its host to
//     its client and carries out the client's actions; it arrives and departs as its lifetime
//     says (lifetime.go, lifecycle.go), and emits trace events (notes.go).
//  3. Between windows the collector (collector.go) merges the trace (trace.go) and applies it to
//     its parts (sampler.go, pairs.go, eventlog.go, package measure). It ends the run
//     when the scenario says so.
//  4. At the end the collector computes the summary (summary.go), and Run checks that blocks are
//     conserved (traffic.go) and that real content is intact (verify.go).
//
// Everything in a record depends on the scenario and its seed alone, on any number of workers:
// each random stream belongs to one purpose and one host (package draw), and the trace is merged in
// an order that does not depend on the worker that played a host.
package sim

// Package draw makes the random choices that a scenario leaves open before a run begins: when
// peers arrive, the rates of their links, the latencies between hosts, and the members of a group
// that an event concerns.
//
// The choices depend on the scenario's seed and population only. Each purpose, and within it each
// peer, group or event, draws from a stream of its own (Stream), so that the draws of one do not
// shift those of another: two variants of a scenario with the same seed meet the same arrivals,
// links and latencies. Package lab compares variants with these common random numbers. sim also
// takes the streams of its hosts from here.
package draw

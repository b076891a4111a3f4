// Package backlog holds the rules for how many requests a neighbour is kept
// supplied with, one a file: mainline's word for what others call pipelining.
// Too few and the neighbour waits for a round trip; too many and blocks are
// promised to it that others could send sooner.
//
// A rule is handed what was measured of a neighbour (a Pace) as a value and
// answers with a number. It stands beside client/choke and client/pick; client
// calls it.
package backlog

// Package lab compares strategies: it crosses variants of a scenario with
// fields that are varied, plays every combination over several seeds, and says
// what differs, by how much and with what certainty.
//
// A Sweep is read from a file or made of flags; its Plan lists the runs; Play
// plays one and returns its Row; a journal keeps rows, so that what was
// interrupted goes on; an Outcome is what all rows come to, as tables, pictures
// and sentences. Variants of one seed meet the same arrivals, links and
// latencies (common random numbers; see sim/draw), so that what differs
// between them is their own doing. cmd/swarmsim reads the files and keeps the
// cores busy.
package lab

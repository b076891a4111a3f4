// Package bench is the regression harness for client projects: it plays a suite of swarms,
// keeps what they measured in a small file, and compares two such files. cmd/bench reads the
// files and prints the verdicts; bench/format writes them for other programs.
//
// Terms: a suite crosses cases (scenarios) with subjects (what is benched: the client with some
// settings, or another program) and compositions (swarms of several clients). Each combination is
// a cell, and is played with several seeds. A metric is a measure of a run with a direction and a
// tolerance. A baseline is a Results file that a project commits.
//
// In virtual time a run's metrics are exact: the same seed gives the same digits, so the gate is
// exact too, unless a metric has a tolerance or a subject is not repeatable. Then the seeds are
// paired, and the verdict is that of a confidence interval (lab/stats).
package bench

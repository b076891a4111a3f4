// Package sweep reads and checks sweeps: which variants of a scenario to compare, which
// fields to vary, with which seeds, and what to expect of the result; and tournaments, in which
// variants play against each other. lab plays them;
// cmd/swarmsim/cli reads them from files and makes them of flags.
//
// Load reads a sweep file. New, the Parse functions and Check make a sweep of flags. All
// errors are scenario.Problems, with the place in the file or the flag. A checked sweep
// names its measures as they are written: lab resolves them once the scenario is known.
//
// The syntax of files is described in docs/comparing.md, and by Schema. Quantities and
// fields are those of sim/scenario.
package sweep

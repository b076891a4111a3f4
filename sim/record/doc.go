// Package record is what a run writes down: the files of a record and the types of their rows.
//
// sim creates a Writer and hands it samples, peers and events while it plays, and the Summary at
// the end. Writer needs a Create function for its files and keeps its first error until Close.
// reports and lab read the files and nothing else of a run. docs/results.md describes the files
// for users; Measures and its like list the names by which expectations refer to numbers of the
// summary, which Values computes.
//
// Everything in a record depends on the scenario and its seed alone, except meta.json, which
// holds what depends on the machine and the wall clock.
package record

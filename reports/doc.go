// Package reports turns a record into something to look at: a table, plots as
// SVG and PNG, and one self-contained page.
//
// It reads the files of a results folder and nothing else; it knows no peer.
// cmd/swarmsim calls it after a run, and again for swarmsim report.
package reports

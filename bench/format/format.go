// Package format writes results and comparisons of package bench for people and for other
// programs, one format a file. cmd/bench/cli calls Formats and writes those that the user names.
//
// A format is given the new results and, if there is a baseline, their comparison with it, which is
// nil otherwise. It writes one file, and knows nothing of where that file is.
package format

import (
	"io"

	"swarmsim/bench"
)

// Format is a way to write results.
type Format struct {
	Name  string // for --format and --write
	About string // one line
	File  string // usual name of its file
	Write func(w io.Writer, r *bench.Results, c *bench.Comparison) error
}

// Formats lists the formats.
func Formats() []Format {
	return []Format{
		{"text", "for people: what moved, or one line if nothing did", "report.txt", writeText},
	}
}

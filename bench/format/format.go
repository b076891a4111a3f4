// Package format writes the results of a suite, and their comparison with a baseline, for people
// and for other programs: benchstat, JUnit readers, GitHub, github-action-benchmark, Bencher,
// Apache Otava, browsers. Each format is a file of this package. cmd/bench/cli
// writes those that the user names.
//
//	for _, f := range format.Formats() {
//		err := f.Write(w, results, comparison)
//	}
//
// The writers are pure: the same results give the same bytes. The names of cases, subjects and
// metrics are a stranger's text, and each format escapes them by its own rules. The tests read
// every format with the program or the library that it is meant for, or by that program's rules.
package format

import (
	"io"

	"swarmsim/bench"
)

// Format writes results and, if there is a baseline, their comparison with it.
type Format struct {
	Name  string                                                   // for --format and --write
	About string                                                   // in a list of formats
	File  string                                                   // usual name of the file
	Write func(io.Writer, *bench.Results, *bench.Comparison) error // the comparison may be nil
}

// Formats returns all formats.
func Formats() []Format {
	return []Format{
		{"text", "for people: what moved, or one line if nothing did", "report.txt", writeText},
		{"go", "Go benchmark format, for benchstat", "bench.txt", writeGo},
		{"json", "results and comparison as JSON", "bench.json", writeJSON},
		{"junit", "JUnit XML: a test case per cell", "junit.xml", writeJUnit},
		{"markdown", "comment for a pull request: what moved; empty if nothing moved", "bench.md", writeMarkdown},
		{"github", "annotations of a GitHub workflow run, for its standard output", "annotations.txt", writeAnnotations},
		{"action-smaller", "github-action-benchmark, customSmallerIsBetter", "smaller-is-better.json", writeSmaller},
		{"action-bigger", "github-action-benchmark, customBiggerIsBetter", "bigger-is-better.json", writeBigger},
		{"bencher", "Bencher Metric Format", "bencher.json", writeBencher},
		{PageName, "self-contained page: cases x subjects", "bench.html", writePage},
	}
}

package bench

import (
	"embed"
	"io/fs"
	"strings"
)

//go:embed suites
var suites embed.FS

// SuiteFiles holds the files that suites of the library name, in SuiteDir.
var SuiteFiles fs.FS = suites

// SuiteDir is the folder of the library in SuiteFiles.
const SuiteDir = "suites"

// SuiteNames lists the suites of the library.
func SuiteNames() []string {
	found, err := fs.Glob(suites, "suites/*.yaml")
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var out []string
	for _, f := range found {
		out = append(out, strings.TrimSuffix(strings.TrimPrefix(f, "suites/"), ".yaml"))
	}
	return out
}

// SuiteText returns a suite of the library; false if there is none of that name.
func SuiteText(name string) ([]byte, bool) {
	text, err := suites.ReadFile("suites/" + name + ".yaml")
	return text, err == nil && !strings.Contains(name, "/")
}

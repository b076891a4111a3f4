// Package scenarios is the scenario library, one YAML file each, and in sweeps/
// that of sweeps, embedded in the program so that a bare name works anywhere.
// The first lines of each file say what it shows.
package scenarios

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed *.yaml sweeps/*.yaml
var files embed.FS

// Names lists the scenarios.
func Names() []string { return names("*.yaml") }

// Sweeps lists the sweeps.
func Sweeps() []string { return names("sweeps/*.yaml") }

func names(pattern string) []string {
	found, err := fs.Glob(files, pattern)
	if err != nil {
		panic(err) // the pattern is wrong
	}
	var out []string
	for _, f := range found {
		out = append(out, strings.TrimSuffix(f[strings.LastIndexByte(f, '/')+1:], ".yaml"))
	}
	slices.Sort(out)
	return out
}

// Text returns a scenario of the library; false if there is none of that name.
func Text(name string) ([]byte, bool) {
	text, err := files.ReadFile(name + ".yaml")
	return text, err == nil && !strings.Contains(name, "/")
}

// Sweep returns a sweep of the library; false if there is none of that name.
func Sweep(name string) ([]byte, bool) {
	text, err := files.ReadFile("sweeps/" + name + ".yaml")
	return text, err == nil && !strings.Contains(name, "/")
}

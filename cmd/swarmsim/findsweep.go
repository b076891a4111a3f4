package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/lab"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// findSweep locates a sweep: a path to a file, or the bare name of one in the
// library. It is none if the name is a scenario's.
func findSweep(name string) (src scenario.Source, isSweep bool, err error) {
	if text, ok := scenarios.Sweep(name); ok {
		src, err := sourceIn("library:sweeps/"+name+".yaml", ".", text)
		return src, true, err
	}
	if _, ok := scenarios.Text(name); ok {
		return src, false, nil
	}
	text, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(name, "./\\") {
		known := append(scenarios.Sweeps(), scenarios.Names()...)
		return src, false, usageError{fmt.Errorf("there is no sweep or scenario %q in the library%s; swarmsim list shows them all, and a path such as ./%s.yaml names a file",
			name, scenario.Nearest(name, known), name)}
	}
	if err != nil {
		return src, false, usageError{fmt.Errorf("cannot read the sweep: %w", err)}
	}
	src, err = sourceIn(name, filepath.Dir(name), text)
	return src, looksLikeSweep(text), err
}

// sourceIn is a text from a folder.
func sourceIn(shown, dir string, text []byte) (scenario.Source, error) {
	abs, err := filepath.Abs(dir)
	src := scenario.Source{Text: text, Shown: shown, Files: os.DirFS("/"), Catalogue: sim.Catalogue()}
	src.Dir = cmp.Or(strings.TrimPrefix(filepath.ToSlash(abs), "/"), ".")
	return src, err
}

// looksLikeSweep tells a sweep from a scenario, which has groups. What is
// neither is taken for a sweep, whose checks say what is wrong.
func looksLikeSweep(text []byte) bool {
	var keys map[string]any
	if yaml.Load(text, &keys) != nil {
		return true
	}
	_, groups := keys["groups"]
	_, base := keys["scenario"]
	return base || !groups
}

// nameOf is the name that a scenario gives itself.
func nameOf(text []byte, file string) string {
	var named struct{ Name string }
	if yaml.Load(text, &named) == nil && scenario.ValidName(named.Name) {
		return named.Name
	}
	return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
}

// baseOf is the scenario that a sweep names, or has in it.
func baseOf(b lab.Base, sweep scenario.Source) (scenario.Source, error) {
	if b.Node != nil {
		sweep.Text, sweep.Node = nil, b.Node
		return sweep, nil
	}
	if _, ok := scenarios.Text(b.Name); ok {
		return find(b.Name, nil)
	}
	path := b.Name
	if !filepath.IsAbs(path) && strings.ContainsAny(path, "./\\") {
		path = filepath.Join("/", sweep.Dir, path)
	}
	src, err := find(path, nil)
	if err != nil {
		return src, fmt.Errorf("%s: %w", sweep.Shown, err)
	}
	return src, nil
}

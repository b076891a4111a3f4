package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// find locates a scenario: a path to a file, or the bare name of one in the
// library. Files that it names are looked for from the scenario's own folder,
// or from the present one for a scenario of the library.
func find(name string, sets []string) (scenario.Source, error) {
	src := scenario.Source{Shown: name, Files: os.DirFS("/"), Sets: sets, Catalogue: sim.Catalogue()}
	dir := "."
	if text, ok := scenarios.Text(name); ok {
		src.Text = text
		src.Shown = "library:" + name + ".yaml"
	} else {
		text, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(name, "./\\") {
			return src, usageError{fmt.Errorf("there is no scenario %q in the library%s; swarmsim list shows them all, and a path such as ./%s.yaml names a file",
				name, scenario.Nearest(name, scenarios.Names()), name)}
		}
		if err != nil {
			return src, usageError{fmt.Errorf("cannot read the scenario: %w", err)}
		}
		src.Text, dir = text, filepath.Dir(name)
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return src, err
	}
	src.Dir = strings.TrimPrefix(filepath.ToSlash(abs), "/")
	if src.Dir == "" {
		src.Dir = "."
	}
	return src, nil
}

// load finds and checks a scenario.
func load(name string, sets []string, seed *uint64) (*scenario.Scenario, scenario.Source, error) {
	src, err := find(name, sets)
	if err != nil {
		return nil, src, err
	}
	s, err := scenario.Load(src)
	if err == nil && seed != nil {
		s.Seed = *seed
	}
	return s, src, err
}

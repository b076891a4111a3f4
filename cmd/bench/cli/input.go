package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"swarmsim/bench"
	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/sweep"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// defaultSuite is the suite of a command that is given none.
const defaultSuite = "standard"

// suiteInput is a suite file that is not yet decoded.
type suiteInput struct {
	scenario.Source
	arg  string // as the user names it
	path string // of the file; "" for a suite of the library
}

// findSuite resolves the argument of a command: the name of a suite of the library, or a path.
func findSuite(arg string) (*suiteInput, error) {
	in := &suiteInput{arg: arg, Source: source(arg)}
	dir := "."
	if text, ok := bench.SuiteText(arg); ok {
		in.Text, in.Shown = text, "library:suites/"+arg+".yaml"
	} else {
		text, err := bounded.ReadFile(results.OS, arg, scenario.MaxFile)
		if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(arg, "./\\") {
			return nil, usageError{fmt.Errorf("there is no suite %q in the library%s; it has %s, and a path such as ./%s.yaml "+
				"names a file", arg, scenario.Nearest(arg, bench.SuiteNames()), strings.Join(bench.SuiteNames(), ", "), arg)}
		}
		if err != nil {
			return nil, usageError{fmt.Errorf("cannot read the suite %q: %w", arg, err)}
		}
		in.Text, in.path, dir = text, arg, filepath.Dir(arg)
	}
	abs, err := filepath.Abs(dir)
	in.Dir = filepath.ToSlash(abs)
	return in, err
}

// source returns a source without its text.
func source(shown string) scenario.Source {
	return scenario.Source{Shown: shown, Files: results.OS, Catalogue: sim.Catalogue(), Content: content.Check}
}

// findScenario returns the scenario that a case names or contains.
func (in *suiteInput) findScenario(b sweep.Base) (scenario.Source, error) {
	if b.Node != nil {
		src := in.Source
		src.Text, src.Node = nil, b.Node
		if in.path == "" {
			src.Files, src.Dir = bench.SuiteFiles, bench.SuiteDir
		}
		return src, nil
	}
	src := source(b.Name)
	src.Dir = in.Dir
	if text, ok := scenarios.Text(b.Name); ok {
		src.Text, src.Shown = text, "library:"+b.Name+".yaml"
		return src, nil
	}
	path := b.Name
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(in.path), path)
	}
	text, err := bounded.ReadFile(results.OS, path, scenario.MaxFile)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(b.Name, "./\\") {
		return src, fmt.Errorf("there is no scenario %q in the library%s; a path such as ./%s.yaml names a file",
			b.Name, scenario.Nearest(b.Name, scenarios.Names()), b.Name)
	}
	if err != nil {
		return src, fmt.Errorf("cannot read %q: %w", path, err)
	}
	abs, err := filepath.Abs(filepath.Dir(path))
	src.Text, src.Shown, src.Dir = text, path, filepath.ToSlash(abs)
	return src, err
}

// readResults reads a results file, or that of a results folder.
func readResults(path string) (*bench.Results, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		path = filepath.Join(path, results.BenchResults)
	}
	text, err := bounded.ReadFile(results.OS, path, bench.MaxResults)
	if err != nil {
		return nil, usageError{fmt.Errorf("cannot read the results %s: %w", path, err)}
	}
	return bench.ReadResults(text, path)
}

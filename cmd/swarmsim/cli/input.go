package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/sweep"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// input is the scenario or the sweep that a command works on.
type input struct {
	scenario.Source
	isSweep bool
	arg     string // the command's argument, which names it
}

// stdinName is the argument for a scenario on standard input.
const stdinName = "-"

// findInput resolves the argument of a command: the name of a scenario or a sweep of the
// library, the path of a file, - for standard input, or a torrent file. Files that it
// names are looked up from its own folder, or from the working directory if it has none.
// stdin may be nil.
func findInput(arg string, stdin io.Reader) (*input, error) {
	in := &input{arg: arg, Source: scenario.Source{
		Shown:     arg,
		Files:     results.OS,
		Catalogue: sim.Catalogue(),
		Content:   content.Check,
	}}
	dir := "."
	if text, ok := scenarios.Text(arg); ok {
		in.Text, in.Shown = text, "library:"+arg+".yaml"
	} else if text, ok := scenarios.Sweep(arg); ok {
		in.Text, in.Shown, in.isSweep = text, "library:sweeps/"+arg+".yaml", true
	} else if arg == stdinName && stdin != nil {
		if err := in.readStdin(stdin); err != nil {
			return nil, err
		}
	} else if err := in.readFile(arg); err != nil {
		return nil, err
	} else {
		dir = filepath.Dir(arg)
	}
	abs, err := filepath.Abs(dir)
	in.Dir = filepath.ToSlash(abs)
	return in, err
}

func (in *input) readStdin(stdin io.Reader) error {
	text, err := bounded.ReadAll(stdin, scenario.MaxFile)
	if err != nil {
		return usageError{fmt.Errorf("cannot read standard input: %w", err)}
	}
	if torrentStart.Match(text) {
		return usageError{errors.New("standard input is a torrent file; pass its path instead, as in swarmsim run " +
			"./some.torrent")}
	}
	in.Text, in.Shown, in.isSweep = text, "standard input", looksLikeSweep(text)
	return nil
}

func (in *input) readFile(path string) error {
	if hasTorrentName(path) {
		return in.useTorrent(path)
	}
	text, err := bounded.ReadFile(results.OS, path, scenario.MaxFile)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(path, "./\\") {
		known := append(scenarios.Names(), scenarios.Sweeps()...)
		return usageError{fmt.Errorf("there is no scenario or sweep %q in the library%s; "+
			"swarmsim list shows them all, and a path such as ./%s.yaml names a file",
			path, scenario.Nearest(path, known), path)}
	}
	if err != nil {
		return usageError{fmt.Errorf("cannot read %q: %w%s", path, err, pipeHint(path))}
	}
	if torrentStart.Match(text) {
		return in.useTorrent(path)
	}
	in.Text, in.isSweep = text, looksLikeSweep(text)
	return nil
}

// pipeHint says how to read from a named pipe.
func pipeHint(path string) string {
	if st, err := os.Stat(path); err == nil && st.Mode()&os.ModeNamedPipe != 0 {
		return "; redirect it to standard input, and pass - instead of its path"
	}
	return ""
}

// looksLikeSweep reports whether a file is a sweep: it names or contains a scenario.
func looksLikeSweep(text []byte) bool {
	keys := scenario.Keys(text)
	return keys["scenario"] != nil && keys["groups"] == nil
}

// load loads the scenario, with another seed unless seed is nil, and prints its
// warnings.
func (in *input) load(seed *uint64, warnings io.Writer) (*scenario.Scenario, error) {
	if in.isSweep {
		return nil, usageError{fmt.Errorf("%s is a sweep, not a scenario; play it with swarmsim sweep %s", in.Shown, in.arg)}
	}
	s, err := scenario.Load(in.Source)
	if err != nil {
		return nil, err
	}
	if seed != nil {
		s.Seed = *seed
	}
	for _, w := range s.Warnings {
		fmt.Fprintln(warnings, "warning:", w.Error())
	}
	return s, nil
}

// name returns the name that the scenario has, or one made of its file's name.
func (in *input) name() string {
	if n := scenario.Keys(in.Text)["name"]; n != nil && scenario.ValidName(n.Value) {
		return n.Value
	}
	return scenarioName(in.arg)
}

// baseOf returns the scenario that a sweep file, in, names or contains.
func baseOf(b sweep.Base, in *input) (scenario.Source, error) {
	if b.Node != nil {
		src := in.Source
		src.Text, src.Node = nil, b.Node
		return src, nil
	}
	path := b.Name
	isPath := strings.ContainsAny(path, "./\\") || hasTorrentName(path)
	if _, ok := scenarios.Text(path); !ok && !filepath.IsAbs(path) && isPath {
		path = filepath.Join(in.Dir, path)
	}
	base, err := findInput(path, nil)
	if err == nil && base.isSweep {
		err = usageError{fmt.Errorf("%s is a sweep itself; a sweep plays a scenario", base.Shown)}
	}
	if err != nil {
		return scenario.Source{}, fmt.Errorf("%s: scenario: %w", in.Shown, err)
	}
	return base.Source, nil
}

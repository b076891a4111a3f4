package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/bounded"
	"swarmsim/lab"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// found is what a command was given to work on.
type found struct {
	scenario.Source
	sweep bool   // a sweep rather than a scenario
	name  string // as the user called it
}

// standardInput is the name of what is piped in.
const standardInput = "-"

// find locates a scenario or a sweep: the bare name of one in the library, a path
// to a file, - for standard input, or a torrent file, which is played in the
// library's flash crowd. Files that it names are looked for from its own folder, or
// from the present one where it has none. stdin may be nil.
func find(name string, stdin io.Reader) (*found, error) {
	f := &found{name: name, Source: scenario.Source{Shown: name, Files: disk{}, Catalogue: sim.Catalogue(), Content: content.Check}}
	dir := "."
	if text, ok := scenarios.Text(name); ok {
		f.Text, f.Shown = text, "library:"+name+".yaml"
	} else if text, ok := scenarios.Sweep(name); ok {
		f.Text, f.Shown, f.sweep = text, "library:sweeps/"+name+".yaml", true
	} else if name == standardInput && stdin != nil {
		text, err := bounded.ReadAll(stdin, scenario.MaxFile)
		if err != nil {
			return nil, usageError{fmt.Errorf("cannot read standard input: %w", err)}
		}
		if bencoded.Match(text) {
			return nil, usageError{errors.New("standard input is a torrent file; play it by its path, as in swarmsim run ./some.torrent")}
		}
		f.Text, f.Shown = text, "standard input"
		f.sweep = looksLikeSweep(text)
	} else if err := f.read(name); err != nil {
		return nil, err
	} else {
		dir = filepath.Dir(name)
	}
	abs, err := filepath.Abs(dir)
	f.Dir = filepath.ToSlash(abs)
	return f, err
}

// read reads a file.
func (f *found) read(name string) error {
	if isTorrentName(name) {
		return f.torrent(name)
	}
	text, err := bounded.ReadFile(disk{}, name, scenario.MaxFile)
	if errors.Is(err, os.ErrNotExist) && !strings.ContainsAny(name, "./\\") {
		known := append(scenarios.Names(), scenarios.Sweeps()...)
		return usageError{fmt.Errorf("there is no scenario or sweep %q in the library%s; swarmsim list shows them all, and a path such as ./%s.yaml names a file",
			name, scenario.Nearest(name, known), name)}
	}
	if err != nil {
		return usageError{fmt.Errorf("cannot read %q: %w%s", name, err, pipeHint(name))}
	}
	if bencoded.Match(text) {
		return f.torrent(name)
	}
	f.Text, f.sweep = text, looksLikeSweep(text)
	return nil
}

// pipeHint says how to read from what is a pipe.
func pipeHint(name string) string {
	if st, err := os.Stat(name); err == nil && st.Mode()&os.ModeNamedPipe != 0 {
		return "; pipe it to standard input, and give - as its name"
	}
	return ""
}

func isTorrentName(name string) bool { return strings.EqualFold(filepath.Ext(name), ".torrent") }

// bencoded is how torrent files begin, and no YAML does.
var bencoded = regexp.MustCompile(`^d[0-9]+:`)

// torrentScenario is the scenario in which a torrent file is played by itself.
const torrentScenario = "flash-crowd"

// torrent plays a torrent file in the default scenario, which then expects nothing
// and lasts as long as it takes.
func (f *found) torrent(name string) error {
	text, _ := scenarios.Text(torrentScenario)
	base, err := scenario.ParseYAML(text)
	if err != nil {
		return err
	}
	values, err := scenario.ParseYAML(fmt.Appendf(nil, "name: %s\ncontent: {torrent: %q}\nstop: {deadline: 365 days}\nexpect: []\n", nameFor(name), filepath.Base(name)))
	if err != nil {
		return usageError{fmt.Errorf("%q cannot be named in a scenario: %w", name, err)}
	}
	for i := 0; i+1 < len(values.Content); i += 2 {
		for k := 0; k+1 < len(base.Content); k += 2 {
			if base.Content[k].Value == values.Content[i].Value {
				base.Content[k+1] = values.Content[i+1]
			}
		}
	}
	withoutPlaces(base) // which would be those of another file
	f.Node = base
	return nil
}

func withoutPlaces(n *yaml.Node) {
	n.Line, n.Column = 0, 0
	for _, child := range n.Content {
		withoutPlaces(child)
	}
}

// nameFor makes a scenario's name of a file's.
func nameFor(file string) string {
	base := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	name := strings.Trim(regexp.MustCompile(`[^A-Za-z0-9]+`).ReplaceAllString(base, "-"), "-")
	if name = name[:min(len(name), 64)]; scenario.ValidName(name) {
		return name
	}
	return "torrent"
}

// load checks a scenario, with another seed where there is one, and says what is
// odd about it.
func (f *found) load(seed *uint64, warnings io.Writer) (*scenario.Scenario, error) {
	if f.sweep {
		return nil, usageError{fmt.Errorf("%s is a sweep, not a scenario; play it with swarmsim sweep %s", f.Shown, f.name)}
	}
	s, err := scenario.Load(f.Source)
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

// looksLikeSweep reports whether a file is a sweep, which names or holds a
// scenario.
func looksLikeSweep(text []byte) bool {
	keys := scenario.Keys(text)
	return keys["scenario"] != nil && keys["groups"] == nil
}

// givenName is the name that a scenario gives itself, or what its file is called.
func (f *found) givenName() string {
	if n := scenario.Keys(f.Text)["name"]; n != nil && scenario.ValidName(n.Value) {
		return n.Value
	}
	return nameFor(f.name)
}

// baseOf is the scenario that a sweep names, or has in it.
func baseOf(b lab.Base, sweep *found) (scenario.Source, error) {
	if b.Node != nil {
		src := sweep.Source
		src.Text, src.Node = nil, b.Node
		return src, nil
	}
	path := b.Name
	if _, ok := scenarios.Text(path); !ok && !filepath.IsAbs(path) && (strings.ContainsAny(path, "./\\") || isTorrentName(path)) {
		path = filepath.Join(sweep.Dir, path)
	}
	f, err := find(path, nil)
	if err == nil && f.sweep {
		err = usageError{fmt.Errorf("%s is a sweep itself; a sweep plays a scenario", f.Shown)}
	}
	if err != nil {
		return scenario.Source{}, fmt.Errorf("%s: scenario: %w", sweep.Shown, err)
	}
	return f.Source, nil
}

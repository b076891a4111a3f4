package serve

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"swarmsim/bounded"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Scenarios are named library/NAME and folder/PATH.
const (
	inLibrary = "library/"
	inFolder  = "folder/"
)

// library finds scenarios: those of the program, and those of the scenario folder if there is one.
type library struct {
	root *os.Root // nil without a scenario folder
	path string   // of the scenario folder, as the user wrote it
}

func openLibrary(folder string) (*library, error) {
	l := &library{path: folder}
	if folder == "" {
		return l, nil
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, InputError{fmt.Errorf("the folder of scenarios: %w", err)}
	}
	l.root = root
	return l, nil
}

func (l *library) close() {
	if l.root != nil {
		l.root.Close()
	}
}

// listedScenario is a scenario in the list of all.
type listedScenario struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	File     string `json:"file,omitempty"` // its path in the scenario folder
	About    string `json:"about,omitempty"`
	Facts    string `json:"facts,omitempty"`
	Peers    int    `json:"peers,omitempty"`
	Problem  string `json:"problem,omitempty"` // why it cannot be played
	Leechers int    `json:"leechers,omitempty"`
}

// scenarioList is all scenarios.
type scenarioList struct {
	Library  []listedScenario `json:"library"`
	Folder   []listedScenario `json:"folder"`
	Path     string           `json:"path,omitempty"` // of the scenario folder
	Complete bool             `json:"complete"`       // the folder has no more
}

// maxListed bounds how many files of the scenario folder are listed.
const maxListed = 300

// list lists all scenarios. Files of the folder that are sweeps, or no scenarios at all, are left
// out; a scenario with an error is listed with it.
func (l *library) list() scenarioList {
	out := scenarioList{Library: []listedScenario{}, Folder: []listedScenario{}, Path: l.path, Complete: true}
	for _, name := range scenarios.Names() {
		out.Library = append(out.Library, l.describe(inLibrary+name, name, ""))
	}
	if l.root == nil {
		return out
	}
	out.Complete = walk(inside(l.root), 3, func(name string, e fs.DirEntry) {
		if ext := path.Ext(name); ext != ".yaml" && ext != ".yml" || e.IsDir() || len(out.Folder) > maxListed {
			return
		}
		text, err := bounded.ReadFile(inside(l.root), name, scenario.MaxFile)
		if err != nil || scenario.Keys(text)["groups"] == nil {
			return
		}
		out.Folder = append(out.Folder, l.describe(inFolder+name, strings.TrimSuffix(path.Base(name), path.Ext(name)), name))
	})
	if len(out.Folder) > maxListed {
		out.Folder, out.Complete = out.Folder[:maxListed], false
	}
	return out
}

// describe describes a scenario for the list.
func (l *library) describe(id, name, file string) listedScenario {
	out := listedScenario{ID: id, Name: name, File: file}
	src, err := l.source(id)
	if err != nil {
		out.Problem = err.Error()
		return out
	}
	src.Content = nil // its files are checked once the scenario is chosen
	s, err := scenario.Load(src)
	if err != nil {
		out.Problem = err.Error()
		return out
	}
	out.Name, out.About, out.Peers, out.Leechers = s.Name, s.About, s.Peers(), s.Leechers()
	size := "content from a file"
	if s.Content.Size > 0 {
		size = s.Content.Size.String()
	}
	out.Facts = fmt.Sprintf("%d peers in %d groups, %s", out.Peers, len(s.Groups), size)
	if len(s.Groups) == 1 {
		out.Facts = fmt.Sprintf("%d peers, %s", out.Peers, size)
	}
	return out
}

// source returns the scenario of a name.
func (l *library) source(id string) (scenario.Source, error) {
	src := scenario.Source{Catalogue: sim.Catalogue(), Content: content.Check, Files: noFiles{}, Dir: "."}
	if name, ok := strings.CutPrefix(id, inLibrary); ok {
		text, known := scenarios.Text(name)
		if !known {
			return src, notFound("scenario of the library", name)
		}
		src.Text, src.Shown = text, name+".yaml"
		return src, nil
	}
	name, ok := strings.CutPrefix(id, inFolder)
	if !ok || l.root == nil || !slices.Contains([]string{".yaml", ".yml"}, path.Ext(name)) {
		return src, notFound("scenario", id)
	}
	files := inside(l.root)
	text, err := bounded.ReadFile(files, name, scenario.MaxFile)
	if err != nil {
		return src, fmt.Errorf("cannot read %.200q: %w", name, err)
	}
	src.Text, src.Shown, src.Files, src.Dir = text, name, files, path.Dir(name)
	return src, nil
}

// argument returns what names the scenario for swarmsim run.
func (l *library) argument(id string) string {
	if name, ok := strings.CutPrefix(id, inLibrary); ok {
		return name
	}
	file := filepath.Join(l.path, filepath.FromSlash(strings.TrimPrefix(id, inFolder)))
	if !filepath.IsAbs(file) && !strings.HasPrefix(file, ".") {
		file = "." + string(filepath.Separator) + file
	}
	return file
}

// noFiles is an empty file system.
type noFiles struct{}

func (noFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

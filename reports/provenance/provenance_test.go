package provenance

import (
	"bytes"
	"encoding/json"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

// memory keeps the files that are written.
type memory map[string]*bytes.Buffer

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

type closer struct{ io.Writer }

func (closer) Close() error { return nil }

// A crate has what RO-Crate 1.1 demands: a descriptor, a root that lists every file, ids that are
// found once, and references that lead somewhere.
func TestCrate(t *testing.T) {
	files := memory{}
	c := &Crate{
		Name: "x", Kind: "sweep", Program: Program{Name: "swarmsim", Version: "abc", SHA256: "00"}, Date: "2026-01-02",
		Files:   []CrateEntry{{"runs.csv", 12}, {"meta.json", -1}, {"scenario.yaml", 3}, {"mean of 5 % [a]#1.png", 7}, {"runs.journal", 0}},
		Folders: []string{"runs/b", "runs/a"},
	}
	if err := WriteCrate(files.create, c); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(c.Files)
	slices.Reverse(c.Folders)
	again := memory{}
	if err := WriteCrate(again.create, c); err != nil || !bytes.Equal(files[CrateFile].Bytes(), again[CrateFile].Bytes()) {
		t.Errorf("the crate depends on the order of files, %v", err)
	}
	entities := checkCrate(t, files[CrateFile].Bytes())
	for id, want := range map[string]map[string]any{
		"runs.csv":                              {"@type": "File", "contentSize": "12", "encodingFormat": "text/csv"},
		"meta.json":                             {"contentSize": nil},
		"runs.journal":                          {"contentSize": "0"},
		"mean%20of%205%20%25%20%5Ba%5D%231.png": {"name": "mean of 5 % [a]#1.png", "encodingFormat": "image/png"},
		"./":                                    {"datePublished": "2026-01-02", "name": "Results of the sweep x"},
		"#program":                              {"@type": "SoftwareApplication", "softwareVersion": "abc"},
	} {
		for key, value := range want {
			if entities[id] == nil || entities[id][key] != value {
				t.Errorf("%s: %s is %v, not %v", id, key, entities[id][key], value)
			}
		}
	}
	action := entities["#action"]
	if len(action["result"].([]any)) != 6 || entities["runs/a/"]["@type"] != "Dataset" || len(action["object"].([]any)) != 1 {
		t.Errorf("%v", action)
	}
}

// checkCrate checks the structure of a crate and returns its entities by id.
func checkCrate(t *testing.T, text []byte) map[string]map[string]any {
	t.Helper()
	var crate struct {
		Context string           `json:"@context"`
		Graph   []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(text, &crate); err != nil {
		t.Fatal(err)
	}
	if crate.Context != "https://w3id.org/ro/crate/1.1/context" {
		t.Errorf("the context is %s", crate.Context)
	}
	entities := map[string]map[string]any{}
	for _, e := range crate.Graph {
		id, ok := e["@id"].(string)
		if !ok || entities[id] != nil || e["@type"] == nil {
			t.Errorf("an entity has no id, one of another, or no type: %v", e)
		}
		entities[id] = e
	}
	var follow func(value any)
	follow = func(value any) {
		switch x := value.(type) {
		case []any:
			for _, v := range x {
				follow(v)
			}
		case map[string]any:
			if id := x["@id"].(string); entities[id] == nil && !strings.HasPrefix(id, "https://") {
				t.Errorf("%s is no entity", id)
			}
		}
	}
	listed := map[string]bool{}
	for _, e := range entities {
		for key, value := range e {
			if follow(value); key == "hasPart" {
				for _, part := range value.([]any) {
					listed[part.(map[string]any)["@id"].(string)] = true
				}
			}
		}
	}
	for id, e := range entities {
		if (e["@type"] == "File" || e["@type"] == "Dataset" && id != "./") && !listed[id] {
			t.Errorf("the root does not list %s", id)
		}
	}
	descriptor, root := entities[CrateFile], entities["./"]
	if descriptor == nil || root == nil || descriptor["about"].(map[string]any)["@id"] != "./" || root["@type"] != "Dataset" {
		t.Fatalf("no descriptor or no root in\n%s", text)
	}
	return entities
}

// Only what is compiled into a program describes it, and not where it was compiled.
func TestProgramOf(t *testing.T) {
	p := ProgramOf("swarmsim", "v", "00", &debug.BuildInfo{
		GoVersion: "go1",
		Settings:  []debug.BuildSetting{{Key: "GOARCH", Value: "arm64"}, {Key: "vcs.time", Value: "2026-01-02T03:04:05Z"}, {Key: "-ldflags", Value: "-X /home/me"}},
		Deps:      []*debug.Module{{Path: "a", Version: "v1", Sum: "h1:"}, {Path: "b", Replace: &debug.Module{Path: "c", Version: "v2"}}},
	})
	if !slices.Equal(p.Settings, []string{"GOARCH=arm64"}) || p.Committed != "2026-01-02T03:04:05Z" || len(p.Modules) != 2 || p.Modules[1].Path != "c" {
		t.Errorf("%+v", p)
	}
	files := memory{}
	if err := Write(files.create, &Document{Program: ProgramOf("x", "", "", nil), Run: &Run{Scenario: "s", Seed: 7}}); err != nil {
		t.Fatal(err)
	}
	if text := files[File].String(); !strings.Contains(text, `"seed": 7`) || strings.Contains(text, "sweep") {
		t.Error(text)
	}
}

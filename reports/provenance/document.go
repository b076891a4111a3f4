package provenance

import (
	"encoding/json"
	"errors"
	"runtime/debug"
	"strings"

	"swarmsim/sim/record"
)

// File is the name of the document in a results folder.
const File = "provenance.json"

// Document is provenance.json: what the results were computed from.
type Document struct {
	Program Program `json:"program"`           // that played the runs
	Written *string `json:"written,omitempty"` // digest of the program that wrote the tables, if it is another
	Run     *Run    `json:"run,omitempty"`
	Sweep   any     `json:"sweep,omitempty"` // a *lab.Provenance
}

// Run identifies the input of a run.
type Run struct {
	Scenario       string `json:"scenario"`
	ScenarioSHA256 string `json:"scenario_sha256,omitempty"` // of scenario.yaml, which has all defaults and overrides
	Seed           uint64 `json:"seed"`
}

// Program is a build of a program. All that is here is compiled into it, except the digest.
type Program struct {
	Name      string   `json:"name"`
	Version   string   `json:"version"`
	SHA256    string   `json:"sha256"` // of its executable file
	Go        string   `json:"go,omitempty"`
	Committed string   `json:"committed,omitempty"` // when its source was committed
	Settings  []string `json:"settings,omitempty"`  // that change what is compiled, such as GOARCH=amd64
	Modules   []Module `json:"modules,omitempty"`
}

// Module is a module that a program contains.
type Module struct {
	Path    string `json:"path"`
	Version string `json:"version"`
	Sum     string `json:"sum,omitempty"` // as in go.sum
}

// ProgramOf describes a build. info may be nil.
func ProgramOf(name, version, digest string, info *debug.BuildInfo) Program {
	p := Program{Name: name, Version: version, SHA256: digest}
	if info == nil {
		return p
	}
	p.Go = info.GoVersion
	for _, s := range info.Settings {
		switch {
		case s.Key == "vcs.time":
			p.Committed = s.Value
		case strings.HasPrefix(s.Key, "GO") || strings.HasPrefix(s.Key, "vcs.") || s.Key == "CGO_ENABLED" || s.Key == "-tags":
			p.Settings = append(p.Settings, s.Key+"="+s.Value)
		}
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		p.Modules = append(p.Modules, Module{m.Path, m.Version, m.Sum})
	}
	return p
}

// Write writes provenance.json.
func Write(create record.Create, d *Document) error { return writeJSON(create, File, d) }

func writeJSON(create record.Create, name string, value any) error {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return err
	}
	w, err := create(name)
	if err != nil {
		return err
	}
	_, err = w.Write(append(text, '\n'))
	return errors.Join(err, w.Close())
}

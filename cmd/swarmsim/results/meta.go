package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"swarmsim/bounded"
	"swarmsim/lab/cluster"
	"swarmsim/sim/record"
)

// Meta describes the sweep of a results folder, in meta.json. Like a run's meta.json it
// depends on the machine and on the build.
type Meta struct {
	Program  string   `json:"program"`  // digest of the build that played the runs; see ProgramDigest
	Compared string   `json:"compared"` // digest of what is compared; see lab.Plan.Compared
	Name     string   `json:"scenario"` // as the sweep or the command names it; empty if it is part of the sweep
	Dir      string   `json:"dir"`      // that relative paths in the scenario start from
	Sweep    string   `json:"sweep"`    // the whole sweep, as YAML
	Files    []string `json:"files"`    // that the sweep has written to the folder

	Runs    map[string]string `json:"runs,omitempty"`    // folders of runs that were played again, and the keys of their rows
	Aliases map[string]string `json:"aliases,omitempty"` // other names of variants in expectations
	Shard   *cluster.Shard    `json:"shard,omitempty"`   // nil for the whole sweep
	Playing *Playing          `json:"playing,omitempty"`
}

// Playing is the process that played last in a folder.
type Playing struct {
	Host     string    `json:"host"`
	Workers  int       `json:"workers"`
	Began    time.Time `json:"began"`
	Finished int       `json:"finished"` // runs that were finished when it began
}

// maxMeta bounds the size of meta.json, which contains a sweep and its scenario.
const maxMeta = 16 << 20

// ReadMeta reads the description of the sweep in a results folder.
func ReadMeta(dir string) (Meta, error) {
	var m Meta
	text, err := bounded.ReadFile(OS, filepath.Join(dir, record.MetaFile), maxMeta)
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	return m, err
}

// ProgramDigest identifies this build of the program. Rows from another build are not
// reused, because its strategies may differ.
var ProgramDigest = sync.OnceValues(func() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})

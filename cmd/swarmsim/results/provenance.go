package results

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"swarmsim/bounded"
	"swarmsim/lab"
	"swarmsim/reports"
	"swarmsim/reports/provenance"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// provenanceFiles describe a results folder of any kind.
var provenanceFiles = []string{provenance.File, provenance.CrateFile}

// maxProvenance bounds the size of provenance.json, which lists the cells of a sweep.
const maxProvenance = 64 << 20

// readProvenance reads the provenance of a folder. It is nil if the folder has none that can be read.
func readProvenance(dir string) *provenance.Document {
	text, err := bounded.ReadFile(OS, filepath.Join(dir, provenance.File), maxProvenance)
	var d provenance.Document
	if err != nil || json.Unmarshal(text, &d) != nil {
		return nil
	}
	return &d
}

// describeRun writes the provenance of a run's folder, and the crate.
func describeRun(dir string, create record.Create) error {
	summary := readSummary(dir)
	d := &provenance.Document{Program: program(), Run: &provenance.Run{Scenario: summary.Scenario, Seed: summary.Seed}}
	text, err := bounded.ReadFile(OS, filepath.Join(dir, record.ScenarioFile), scenario.MaxFile)
	if err == nil {
		sum := sha256.Sum256(text)
		d.Run.ScenarioSHA256 = hex.EncodeToString(sum[:])
	}
	if err := provenance.Write(create, d); err != nil {
		return err
	}
	return writeRunCrate(dir, create, d)
}

// DescribeAgain writes the crate of a run's folder again, after files of it have changed.
func DescribeAgain(dir string, create record.Create) error {
	if d := readProvenance(dir); d != nil {
		return writeRunCrate(dir, create, d)
	}
	return nil // a folder of an earlier version, or of another program
}

func writeRunCrate(dir string, create record.Create, d *provenance.Document) error {
	summary := readSummary(dir)
	return writeCrate(dir, create, runFiles, &provenance.Crate{
		Name: summary.Scenario, About: summary.About, Kind: "run", Program: d.Program,
	})
}

// runSummary is what of summary.json describes a run.
type runSummary struct {
	Scenario string `json:"scenario"`
	About    string `json:"about"`
	Seed     uint64 `json:"seed"`
}

func readSummary(dir string) runSummary {
	var s runSummary
	if text, err := bounded.ReadFile(OS, filepath.Join(dir, record.SummaryFile), reports.MaxFile); err == nil {
		_ = json.Unmarshal(text, &s) // what it lacks stays empty
	}
	return s
}

// describeSweep writes the provenance of a sweep's folder, whose other files are there.
func (f *SweepFolder) describeSweep(plan *lab.Plan, o *lab.SweepResult, meta Meta, create record.Create, files []string) error {
	origin, err := plan.Provenance(f.Rows(), o.Seeds)
	if err != nil {
		return err
	}
	d := &provenance.Document{Program: program(), Sweep: origin}
	if own := d.Program; own.SHA256 != meta.Program { // another build played the runs
		d.Program, d.Written = provenance.Program{Name: own.Name, Version: "unknown", SHA256: meta.Program}, &own.SHA256
		if old := readProvenance(f.path); old != nil && old.Program.SHA256 == meta.Program {
			d.Program = old.Program
		}
	}
	if err := provenance.Write(create, d); err != nil {
		return err
	}
	files = append(files, lab.JournalFile, record.MetaFile, provenance.File)
	c := &provenance.Crate{Name: o.Sweep, About: o.About, Kind: "sweep", Program: d.Program}
	for folder, key := range f.meta.Runs {
		if f.Replayed(folder, key) {
			c.Folders = append(c.Folders, folder)
		}
	}
	return writeCrate(f.path, create, files, c)
}

// writeCrate writes the crate of those files that are there. meta.json will be.
func writeCrate(dir string, create record.Create, files []string, c *provenance.Crate) error {
	c.Date = crateDate(&c.Program)
	for _, name := range files {
		st, err := os.Stat(filepath.Join(dir, name))
		switch {
		case name == provenance.CrateFile:
		case name == record.MetaFile:
			c.Files = append(c.Files, provenance.CrateEntry{Name: name, Size: -1})
		case err == nil:
			c.Files = append(c.Files, provenance.CrateEntry{Name: name, Size: st.Size()})
		}
	}
	return provenance.WriteCrate(create, c)
}

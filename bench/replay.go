package bench

import (
	"strconv"
	"strings"

	"swarmsim/lab/trial"
	"swarmsim/scenarios"
)

// ScenarioFolder is the folder in the results folder with the scenarios that no other command names.
const ScenarioFolder = "scenarios"

// ScenarioFile is a scenario that swarmsim run plays.
type ScenarioFile struct {
	Name string // in ScenarioFolder
	Text []byte
}

// ScenarioFiles returns the scenarios of the cells whose commands name a file of the results folder.
func (p *Plan) ScenarioFiles() ([]ScenarioFile, error) {
	var out []ScenarioFile
	for i := range p.Cells {
		c := &p.Cells[i]
		if c.Unsupported != "" || !c.needsFile() {
			continue
		}
		text, err := c.trial.Scenario.Print()
		if err != nil {
			return nil, err
		}
		out = append(out, ScenarioFile{c.fileName(), text})
	}
	return out, nil
}

// inLibrary reports whether the case names a scenario of the library.
func (c *PlanCell) inLibrary() bool {
	_, ok := scenarios.Text(c.Case.Scenario.Name)
	return ok
}

// needsFile reports whether the cell is played from a file of the results folder: no name and
// changes describe its scenario, and the file does not name others by relative paths.
func (c *PlanCell) needsFile() bool {
	content := &c.trial.Scenario.Content
	return c.program == nil && content.Path == "" && content.Torrent == "" &&
		(c.Composition != nil || c.Case.Scenario.Node != nil)
}

func (c *PlanCell) fileName() string {
	name := c.Case.Name + "-" + c.Subject.Name
	if c.Composition != nil {
		name += "-" + c.Composition.Name
	}
	return name + ".yaml"
}

// replay returns the command that plays the cell, without the seed.
func (c *PlanCell) replay(suite string) string {
	switch {
	case c.program != nil:
	case c.needsFile():
		return trial.Command(ResultsFolder+"/"+ScenarioFolder+"/"+c.fileName(), nil)
	case c.Composition == nil && c.inLibrary():
		return trial.Command(c.Case.Scenario.Name, c.sets)
	case c.Composition == nil && c.Case.Scenario.Node == nil:
		return trial.Command(c.trial.Source.Shown, c.sets)
	}
	return benchReplay(suite, c.Case.Name, c.Subject.Name, c.compositionName())
}

// benchReplay returns the command that plays a cell of a suite, without the seed.
func benchReplay(suite, cas, subject, composition string) string {
	text := "bench replay " + trial.Quote(suite) + " --case " + cas + " --subject " + subject
	if composition != "" {
		text += " --composition " + composition
	}
	return text
}

// ReplayCommand returns the command that plays a cell with a seed and writes a report. folder is that
// of the results, "" if there is none.
func (r *Results) ReplayCommand(c *Cell, folder string, seed uint64) string {
	text := c.Replay
	if text == "" || folder == "" && strings.Contains(text, ResultsFolder+"/") {
		text = benchReplay(r.Suite, c.Case, c.Subject, c.Composition)
	}
	if folder != "" {
		text = strings.Replace(text, ResultsFolder+"/", trial.Quote(folder)+"/", 1)
	}
	return text + " --seed " + strconv.FormatUint(seed, 10)
}

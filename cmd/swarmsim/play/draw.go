package play

import (
	"errors"
	"fmt"
	"io/fs"

	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/reports"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// InputError is an error in a results folder, rather than in the program.
type InputError struct{ error }

func (e InputError) Unwrap() error { return e.error }

// Draw draws the plots and the page of a run's results folder.
func Draw(path string, create record.Create) error {
	files := results.Files(path)
	r, err := reports.Load(files)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	text, err := bounded.ReadFile(files, record.ScenarioFile, scenario.MaxFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return InputError{fmt.Errorf("%s: %s: %w", path, record.ScenarioFile, err)}
	}
	return reports.Write(r, string(text), create)
}

package export

import (
	"errors"
	"io/fs"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// ErrNoEvents is returned for a record without an event log.
var ErrNoEvents = errors.New("has no " + record.EventsFile + "; swarmsim run --events writes one, " +
	"and so do record.transfers and record.decisions of a scenario")

// Events reads the event log of a results folder, in the order of time. The errors complete a sentence
// that begins with the folder's name.
func Events(dir fs.FS) ([]record.Event, error) {
	rows, err := reports.ReadEvents(dir)
	if err == nil && rows == nil {
		err = ErrNoEvents
	}
	return rows, err
}

package export

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"swarmsim/bounded"
	"swarmsim/reports"
	"swarmsim/sim/record"
)

// ErrNoEvents is returned for a record without an event log.
var ErrNoEvents = errors.New("has no " + record.EventsFile + "; swarmsim run --events writes one, " +
	"and so do record.transfers and record.decisions of a scenario")

// Events reads the event log of a results folder, in the order of time. The errors complete a sentence
// that begins with the folder's name.
func Events(dir fs.FS) ([]record.Event, error) {
	f, size, err := bounded.Open(dir, record.EventsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNoEvents
	}
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %s: %w", record.EventsFile, err)
	}
	defer f.Close()
	if size > reports.MaxFile {
		return nil, fmt.Errorf("cannot be read: %s has %d bytes; at most %d are read", record.EventsFile, size, reports.MaxFile)
	}
	at, ok := f.(io.ReaderAt)
	if !ok { // a file system without random access
		text, err := bounded.ReadAll(f, reports.MaxFile)
		if err != nil {
			return nil, fmt.Errorf("cannot be read: %s: %w", record.EventsFile, err)
		}
		at = bytes.NewReader(text)
	}
	return record.ReadEvents(at, size)
}

package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"swarmsim/bounded"
	"swarmsim/sim/record"
)

// Events returns the rows of the event log, in order of time; nil without an event log. It reads the
// file once. The errors complete a sentence that begins with the folder's name.
func (r *Record) Events() ([]record.Event, error) {
	var err error
	if r.files != nil && r.events == nil {
		r.events, err = ReadEvents(r.files)
	}
	return r.events, err
}

// ReadEvents reads the event log of a results folder, as Record.Events does.
func ReadEvents(folder fs.FS) ([]record.Event, error) {
	file, size, err := bounded.Open(folder, record.EventsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var rows []record.Event
	if err == nil {
		defer file.Close()
		rows, err = readEvents(file, size)
	}
	if err != nil {
		return nil, fmt.Errorf("is damaged: %w", err)
	}
	return rows, nil
}

// readEvents reads a file of any file system.
func readEvents(file io.Reader, size int64) ([]record.Event, error) {
	if size > MaxFile {
		return nil, fmt.Errorf("%s has %d bytes; at most %d are read", record.EventsFile, size, MaxFile)
	}
	if at, ok := file.(io.ReaderAt); ok {
		return record.ReadEvents(at, size)
	}
	text, err := bounded.ReadAll(file, MaxFile)
	if err != nil {
		return nil, err
	}
	return record.ReadEvents(bytes.NewReader(text), int64(len(text)))
}

package reports

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/parquet-go/parquet-go"

	"swarmsim/bounded"
	"swarmsim/sim/record"
)

// Event is a row of the event log, with the columns that a page shows. Columns that an older log does
// not have are zero.
type Event struct {
	TimeNS  int64   `parquet:"t_ns"`
	Peer    int32   `parquet:"peer"`
	Event   string  `parquet:"event"`
	Other   int32   `parquet:"other"`
	Piece   int32   `parquet:"piece"`
	SinceNS int64   `parquet:"since_ns,optional"`
	Bytes   int64   `parquet:"bytes,optional"`
	RateBps float64 `parquet:"rate_Bps,optional"`
	Copies  int32   `parquet:"copies,optional"`
	Least   int32   `parquet:"least,optional"`
	Why     string  `parquet:"why,optional"`
}

// eventBatch is how many rows of the event log are decoded at a time.
const eventBatch = 4096

// EachEvent calls f for every row of the event log, in order, until f returns an error. Without an
// event log it calls nothing. The errors complete a sentence that begins with the folder's name.
func (r *Record) EachEvent(f func(row int, e *Event) error) error {
	if r.files == nil {
		return nil
	}
	file, size, err := bounded.Open(r.files, record.EventsFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		defer file.Close()
		err = readEvents(file, size, f)
	}
	if err != nil {
		return fmt.Errorf("is damaged: %s: %w", record.EventsFile, err)
	}
	return nil
}

// readEvents decodes a file. The library panics on some files that no run writes.
func readEvents(file io.Reader, size int64, f func(int, *Event) error) (err error) {
	if size > MaxFile {
		return fmt.Errorf("it has %d bytes; at most %d are read", size, MaxFile)
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("it cannot be decoded: %v", p)
		}
	}()
	at, ok := file.(io.ReaderAt)
	if !ok { // a file system without random access
		text, err := bounded.ReadAll(file, MaxFile)
		if err != nil {
			return err
		}
		at = bytes.NewReader(text)
	}
	log, err := parquet.OpenFile(at, size)
	if err != nil {
		return err
	}
	for _, name := range []string{"t_ns", "peer", "event", "other", "piece"} {
		if _, ok := log.Schema().Lookup(name); !ok {
			return fmt.Errorf("it has no column %s", name)
		}
	}
	rows := parquet.NewGenericReader[Event](log)
	defer rows.Close()
	batch := make([]Event, eventBatch)
	for first := 0; ; {
		n, err := rows.Read(batch)
		for i := range batch[:n] {
			if err := f(first+i, &batch[i]); err != nil {
				return fmt.Errorf("row %d: %w", first+i+1, err)
			}
		}
		first += n
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("it ends after %d rows of %d", first, log.NumRows())
		}
	}
}

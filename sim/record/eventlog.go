package record

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// Event is a row of the event log.
//
// The column of names uses the plain encoding instead of a dictionary, because parquet-go's bytes
// for dictionary indices depend on the processor: it finds other runs of equal indices with AVX2
// (encodeInt32IndexEqual8ContiguousAVX2 takes two groups of four equal numbers for eight). The
// compressed file grows by a twentieth.
type Event struct {
	TimeNS int64  `parquet:"t_ns,delta"`
	Peer   int32  `parquet:"peer"`
	Event  string `parquet:"event,plain"` // arrived, piece, bad-piece, completed, unchoked, choked, or an Outcome
	Other  int32  `parquet:"other"`       // the neighbour concerned, -1 for none
	Piece  int32  `parquet:"piece"`       // -1 for none
}

// eventLog writes events.parquet, one row group at a time.
type eventLog struct {
	file   io.WriteCloser
	writer *parquet.GenericWriter[Event]
	rows   []Event
}

// rowGroup is how many events are kept in memory until they are written as a row group of the file.
const rowGroup = 64 << 10

func (w *Writer) newEventLog() *eventLog {
	f, err := w.create(EventsFile)
	w.fail(err)
	if err != nil {
		return nil
	}
	return &eventLog{file: f, writer: parquet.NewGenericWriter[Event](f, parquet.Compression(&parquet.Zstd))}
}

func (l *eventLog) write(e Event) error {
	l.rows = append(l.rows, e)
	if len(l.rows) < rowGroup {
		return nil
	}
	return l.flush()
}

func (l *eventLog) flush() error {
	_, err := l.writer.Write(l.rows)
	l.rows = l.rows[:0]
	return errors.Join(err, l.writer.Flush())
}

func (l *eventLog) close() error {
	err := l.flush()
	err = errors.Join(err, l.writer.Close(), l.file.Close())
	if err != nil {
		return fmt.Errorf("event log: %w", err)
	}
	return nil
}

package record

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// Event is a row of the event log. Numbers that an event does not have are 0, or -1 where the
// comment says so.
//
// The columns of texts use the plain encoding instead of a dictionary, because parquet-go's bytes
// for dictionary indices depend on the processor: it finds other runs of equal indices with AVX2
// (encodeInt32IndexEqual8ContiguousAVX2 takes two groups of four equal numbers for eight). The
// compressed file grows by a twentieth.
type Event struct {
	TimeNS int64  `parquet:"t_ns,delta"`
	Peer   int32  `parquet:"peer"`
	Event  string `parquet:"event,plain"` // one of the events below, an Outcome, or sent- or received- and a message
	Other  int32  `parquet:"other"`       // the neighbour concerned, -1 for none
	Piece  int32  `parquet:"piece"`       // -1 for none

	SinceNS         int64  `parquet:"since_ns"` // of a transfer: when it began
	Bytes           int64  `parquet:"bytes"`    // of a transfer: content; of a message: its length
	RateBytesPerSec int64  `parquet:"rate_Bps"` // of a candidate: the rate that it is ranked by
	Copies          int32  `parquet:"copies"`   // of a pick: copies of the piece on neighbours
	Least           int32  `parquet:"least"`    // of a pick: copies of the rarest piece that could have been picked
	Why             string `parquet:"why,plain"`
}

// The events of the event log, besides outcomes and messages.
const (
	EventArrived   = "arrived"
	EventPiece     = "piece"     // the peer has verified a piece
	EventBadPiece  = "bad-piece" // a piece had the wrong hash
	EventCompleted = "completed"
	EventUnchoked  = "unchoked"  // it unchoked Other; Why is the kind of slot
	EventSlot      = "slot"      // the slot of Other, which is unchoked, has changed its kind to Why
	EventChoked    = "choked"    // it choked Other
	EventTransfer  = "transfer"  // it received consecutive blocks of a piece from Other
	EventCandidate = "candidate" // a round of its choker considered Other, with the outcome Why
	EventPick      = "pick"      // it started a piece with a request to Other; Why is what decided
)

// Reasons: kinds of slots and outcomes for candidates.
const (
	WhyRegular       = "regular"
	WhyOptimistic    = "optimistic"
	WhyChoked        = "choked"         // interested, and left without a slot
	WhyNotInterested = "not-interested" // choked, and not interested any more
	WhySuggested     = "suggested"      // a piece that the neighbour suggested (BEP 6)
)

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

// maxEvents bounds an event log that is read.
const maxEvents = 20_000_000

// ReadEvents reads an event log of size bytes, and returns its rows in order of time. The file has
// them in this order, except for transfers: a transfer is written when the next one begins, or
// when the connection ends.
func ReadEvents(from io.ReaderAt, size int64) (rows []Event, err error) {
	defer func() {
		if r := recover(); r != nil { // parquet-go panics at some damaged files
			rows, err = nil, fmt.Errorf("%s is damaged: %v", EventsFile, r)
		}
	}()
	f, err := parquet.OpenFile(from, size)
	if err != nil {
		return nil, fmt.Errorf("%s is damaged: %w", EventsFile, err)
	}
	if n := f.NumRows(); n < 0 || n > maxEvents {
		return nil, fmt.Errorf("%s has %d rows; at most %d are read", EventsFile, n, maxEvents)
	}
	r := parquet.NewGenericReader[Event](f)
	defer r.Close()
	rows = make([]Event, 0, min(f.NumRows(), rowGroup))
	for {
		rows = slices.Grow(rows, rowGroup/4)
		n, err := r.Read(rows[len(rows):cap(rows)])
		rows = rows[:len(rows)+n]
		if err == io.EOF {
			break
		}
		if err != nil || n == 0 || len(rows) > maxEvents {
			return nil, fmt.Errorf("%s is damaged after %d rows: %v", EventsFile, len(rows), err)
		}
	}
	slices.SortStableFunc(rows, func(a, b Event) int { return cmp.Compare(a.TimeNS, b.TimeNS) })
	return rows, nil
}

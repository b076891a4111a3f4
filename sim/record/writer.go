package record

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
)

// The files of a results folder.
const (
	ScenarioFile     = "scenario.yaml"
	SummaryFile      = "summary.json"
	PeersFile        = "peers.csv"
	TimeSeriesFile   = "timeseries.csv"
	AvailabilityFile = "availability.csv"
	GraphFile        = "graph.csv"
	EventsFile       = "events.parquet"
	MetaFile         = "meta.json"
)

// Files lists the names that a record's files have.
func Files() []string {
	return []string{ScenarioFile, SummaryFile, PeersFile, TimeSeriesFile, AvailabilityFile, GraphFile, EventsFile, MetaFile}
}

// Create makes a file of the results folder.
type Create func(name string) (io.WriteCloser, error)

// Writer writes a record as the run goes. Its first error stays and comes back
// from Close.
type Writer struct {
	create Create
	series *table
	peers  *table
	graph  *table // nil if not asked for
	plays  bool   // some columns of peers are about playback
	events *eventLog
	err    error
}

// table is a CSV file being written.
type table struct {
	file   io.WriteCloser
	buffer *bufio.Writer
	csv    *csv.Writer
}

// NewWriter starts a record. groups are the names of the scenario's groups;
// events, graph and playback say whether there are such files and columns.
func NewWriter(create Create, groups []string, events, graph, playback bool) *Writer {
	w := &Writer{create: create, plays: playback}
	columns := append([]string(nil), sampleColumns...)
	for _, g := range groups {
		columns = append(columns, groupColumns(g)...)
	}
	w.series = w.table(TimeSeriesFile, columns)
	if playback {
		w.peers = w.table(PeersFile, slices.Concat(peerColumns, playbackColumns))
	} else {
		w.peers = w.table(PeersFile, peerColumns)
	}
	if events {
		w.events = w.newEventLog()
	}
	if graph {
		w.graph = w.table(GraphFile, graphColumns)
	}
	return w
}

func (w *Writer) keep(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}

func (w *Writer) table(name string, columns []string) *table {
	f, err := w.create(name)
	w.keep(err)
	if err != nil {
		return nil
	}
	b := bufio.NewWriterSize(f, 64<<10)
	t := &table{file: f, buffer: b, csv: csv.NewWriter(b)}
	w.keep(t.csv.Write(columns))
	return t
}

func (w *Writer) row(t *table, fields []string) {
	if t != nil {
		w.keep(t.csv.Write(fields))
	}
}

func (w *Writer) closeTable(t *table) {
	if t == nil {
		return
	}
	t.csv.Flush()
	w.keep(errors.Join(t.csv.Error(), t.buffer.Flush(), t.file.Close()))
}

// Sample writes a line of the time series.
func (w *Writer) Sample(s *Sample) { w.row(w.series, s.fields()) }

// Graph writes a line of the connection graph, if it is asked for.
func (w *Writer) Graph(g *Graph) { w.row(w.graph, g.fields()) }

// Peer writes a peer's line.
func (w *Writer) Peer(r *PeerRow) {
	fields := r.fields()
	if w.plays {
		fields = append(fields, r.Playback.fields()...)
	}
	w.row(w.peers, fields)
}

// Event writes to the event log, if there is one.
func (w *Writer) Event(e Event) {
	if w.events != nil {
		w.keep(w.events.write(e))
	}
}

// Availability writes the copies of pieces over time.
func (w *Writer) Availability(a *Availability) {
	columns := []string{"t_s"}
	for b := range a.Bins {
		columns = append(columns, "piece_"+strconv.Itoa(b*a.pieces/a.Bins))
	}
	t := w.table(AvailabilityFile, columns)
	for i, m := range a.Moments {
		fields := []string{seconds(time.Duration(i+1) * a.Interval)}
		for _, c := range m {
			fields = append(fields, strconv.FormatFloat(float64(c), 'f', -1, 32))
		}
		w.row(t, fields)
	}
	w.closeTable(t)
}

// Scenario writes the resolved scenario.
func (w *Writer) Scenario(text []byte) { w.keep(writeFile(w.create, ScenarioFile, text)) }

// Close writes the summary and ends the record.
func (w *Writer) Close(s *Summary) error {
	w.closeTable(w.series)
	w.closeTable(w.peers)
	w.closeTable(w.graph)
	if w.events != nil {
		w.keep(w.events.close())
	}
	w.keep(writeJSON(w.create, SummaryFile, s))
	return w.err
}

// WriteMeta writes the facts of the wall clock.
func WriteMeta(create Create, m *Meta) error { return writeJSON(create, MetaFile, m) }

func writeJSON(create Create, name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(create, name, append(text, '\n'))
}

func writeFile(create Create, name string, text []byte) error {
	f, err := create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

// Event is a row of the event log. Names are plain: parquet-go packs the numbers of a
// dictionary in runs, and finds other runs on processors with AVX2 than elsewhere
// (encodeInt32IndexEqual8ContiguousAVX2 takes twice four equal numbers for eight), so that
// a file would tell what kind of machine it comes from. Compressed it grows by a twentieth.
type Event struct {
	TimeNS int64  `parquet:"t_ns,delta"`
	Peer   int32  `parquet:"peer"`
	Event  string `parquet:"event,plain"` // arrived, piece, bad-piece, completed, unchoked, choked, left, gave-up, crashed, never-came
	Other  int32  `parquet:"other"`       // the neighbour concerned, -1 for none
	Piece  int32  `parquet:"piece"`       // -1 for none
}

// eventLog writes events.parquet, a row group at a time.
type eventLog struct {
	file   io.WriteCloser
	writer *parquet.GenericWriter[Event]
	rows   []Event
}

const rowGroup = 64 << 10

func (w *Writer) newEventLog() *eventLog {
	f, err := w.create(EventsFile)
	w.keep(err)
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

package record

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strconv"
	"time"
)

// The files of a record.
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

// Files lists the names of all files that a record may have.
func Files() []string {
	return []string{
		ScenarioFile, SummaryFile, PeersFile, TimeSeriesFile, AvailabilityFile, GraphFile, ClientFile, EventsFile, MetaFile,
	}
}

// Create creates a file of the record.
type Create func(name string) (io.WriteCloser, error)

// Writer writes a record while the run goes on. It keeps its first error, which Close returns.
type Writer struct {
	create Create
	series *table
	peers  *table
	graph  *table    // nil unless the scenario asks for it
	client *table    // nil until Client is called
	events *eventLog // nil unless the scenario asks for it
	err    error

	playback bool // peers has columns of playback
}

// table is a CSV file being written.
type table struct {
	file   io.WriteCloser
	buffer *bufio.Writer
	csv    *csv.Writer
}

// NewWriter starts a record. groups are the names of the scenario's groups; events, graph and
// playback say whether the record has those files and columns.
func NewWriter(create Create, groups []string, events, graph, playback bool) *Writer {
	w := &Writer{create: create, playback: playback}
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

// fail keeps an error, if it is the first.
func (w *Writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}

func (w *Writer) table(name string, columns []string) *table {
	f, err := w.create(name)
	w.fail(err)
	if err != nil {
		return nil
	}
	b := bufio.NewWriterSize(f, 64<<10)
	t := &table{file: f, buffer: b, csv: csv.NewWriter(b)}
	w.fail(t.csv.Write(columns))
	return t
}

func (w *Writer) row(t *table, fields []string) {
	if t != nil {
		w.fail(t.csv.Write(fields))
	}
}

func (w *Writer) closeTable(t *table) {
	if t == nil {
		return
	}
	t.csv.Flush()
	w.fail(errors.Join(t.csv.Error(), t.buffer.Flush(), t.file.Close()))
}

// Sample writes a line of timeseries.csv.
func (w *Writer) Sample(s *Sample) { w.row(w.series, s.fields()) }

// Graph writes a line of graph.csv. The record must have that file.
func (w *Writer) Graph(g *Graph) { w.row(w.graph, g.fields()) }

// Peer writes a line of peers.csv.
func (w *Writer) Peer(r *PeerRow) {
	fields := r.fields()
	if w.playback {
		fields = append(fields, r.Playback.fields()...)
	}
	w.row(w.peers, fields)
}

// Event writes a row of the event log, if the record has one.
func (w *Writer) Event(e Event) {
	if w.events != nil {
		w.fail(w.events.write(e))
	}
}

// PieceCopies writes availability.csv.
func (w *Writer) PieceCopies(a *PieceCopies) {
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
func (w *Writer) Scenario(text []byte) { w.fail(writeFile(w.create, ScenarioFile, text)) }

// Close writes the summary, closes all files and returns the first error of the record.
func (w *Writer) Close(s *Summary) error {
	w.closeTable(w.series)
	w.closeTable(w.peers)
	w.closeTable(w.graph)
	w.closeTable(w.client)
	if w.events != nil {
		w.fail(w.events.close())
	}
	w.fail(writeJSON(w.create, SummaryFile, s))
	return w.err
}

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

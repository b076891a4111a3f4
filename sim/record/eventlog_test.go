package record

import (
	"bytes"
	"io"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

type bufferFile struct{ *bytes.Buffer }

func (bufferFile) Close() error { return nil }

// The event log uses only encodings whose bytes do not depend on the processor.
func TestEventLogEncodings(t *testing.T) {
	files := map[string]*bytes.Buffer{}
	w := NewWriter(func(name string) (io.WriteCloser, error) {
		files[name] = &bytes.Buffer{}
		return bufferFile{files[name]}, nil
	}, nil, true, false, false)
	for i := range 1000 {
		w.Event(Event{TimeNS: int64(i), Peer: 1, Event: []string{"piece", "unchoked"}[i/4%2], Other: -1, Piece: int32(i)})
	}
	if err := w.Close(&Summary{}); err != nil {
		t.Fatal(err)
	}
	log := files[EventsFile].Bytes()
	f, err := parquet.OpenFile(bytes.NewReader(log), int64(len(log)))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range f.Metadata().RowGroups[0].Columns {
		for _, e := range c.MetaData.Encoding {
			if e != format.Plain && e != format.DeltaBinaryPacked {
				t.Errorf("column %v has encoding %v", c.MetaData.PathInSchema, e)
			}
		}
	}
}

// Damaged logs are refused, without a panic.
func FuzzEvents(f *testing.F) {
	var log bytes.Buffer
	w := NewWriter(func(name string) (io.WriteCloser, error) {
		if name == EventsFile {
			return bufferFile{&log}, nil
		}
		return bufferFile{&bytes.Buffer{}}, nil
	}, nil, true, false, false)
	for i := range 100 {
		w.Event(Event{TimeNS: int64(i), Peer: 1, Event: EventTransfer, Other: 2, Piece: int32(i), Bytes: 1 << 14, Why: WhyRegular})
	}
	if err := w.Close(&Summary{}); err != nil {
		f.Fatal(err)
	}
	f.Add(log.Bytes())
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, err := ReadEvents(bytes.NewReader(text), int64(len(text)))
		if err != nil && rows != nil {
			t.Errorf("%d rows and the error %v", len(rows), err)
		}
	})
}

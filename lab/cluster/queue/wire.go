package queue

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"swarmsim/lab/cluster"
)

// protocol changes with the messages.
const protocol = 1

// names are the subjects and streams of a queue.
type names struct{ prefix, runs, results string }

func namesOf(queue string) names {
	return names{"swarmsim." + queue, "swarmsim-" + queue + "-runs", "swarmsim-" + queue + "-results"}
}

func (n names) subject(what string) string { return n.prefix + "." + what }

func (n names) run(r cluster.Run) string { return fmt.Sprintf("%s.run.%d.%d", n.prefix, r.Cell, r.Nth) }

// Durable consumers.
const (
	workersConsumer = "workers" // of the runs, shared by all workers
	serverConsumer  = "server"  // of the results
)

// hello is what a worker says first.
type hello struct {
	Protocol int    `json:"protocol"`
	Program  string `json:"program"` // digest of the build
	Version  string `json:"version"` // for people
	Worker   string `json:"worker"`
	Host     string `json:"host"`
	Slots    int    `json:"slots"` // runs at a time
}

// welcome is the answer of the server.
type welcome struct {
	Error    string        `json:"error,omitempty"`
	ID       string        `json:"id,omitempty"` // of the work
	Job      []byte        `json:"job,omitempty"`
	AckWait  time.Duration `json:"ack_wait,omitempty"`
	Finished bool          `json:"finished,omitempty"`
}

// state is what a worker does.
type state struct {
	Worker  string        `json:"worker"`
	Host    string        `json:"host"`
	Slots   int           `json:"slots"`
	Playing []cluster.Run `json:"playing"`
	Left    bool          `json:"left,omitempty"` // it has stopped
}

// news is what the server says to all workers.
type news struct {
	ID       string `json:"id"`
	Finished bool   `json:"finished,omitempty"`
}

// verdict is what became of a result.
type verdict struct {
	Stored bool   `json:"stored"`
	Again  bool   `json:"again,omitempty"` // the run has to be played again
	Error  string `json:"error,omitempty"`

	failed error // why the server ends
}

// result is a message of a worker about a run: its row, or why it could not be played.
type result struct {
	Run    cluster.Run `json:"run"`
	Work   string      `json:"work"`   // ID of the work
	Worker string      `json:"worker"` // that played
	Answer string      `json:"answer"` // subject of the verdict
	Sum    string      `json:"sha256"` // of the row
	Failed string      `json:"failed,omitempty"`

	row []byte
}

// resultHeader has the JSON of a result; its row is the data of the message, compressed.
const resultHeader = "Swarmsim-Result"

// maxRow bounds a row: one of a million leechers has 20 MB.
const maxRow = 128 << 20

func sumOf(row []byte) string {
	sum := sha256.Sum256(row)
	return hex.EncodeToString(sum[:])
}

// writers are kept, because each has a megabyte.
var writers = sync.Pool{New: func() any {
	w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // an error is one of the level
	return w
}}

// message returns the message of a result.
func (r *result) message(subject string) (*nats.Msg, error) {
	r.Sum = sumOf(r.row)
	head, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var data bytes.Buffer
	w := writers.Get().(*gzip.Writer)
	defer writers.Put(w)
	w.Reset(&data)
	_, err = w.Write(r.row)
	m := nats.NewMsg(subject)
	m.Header.Set(resultHeader, string(head))
	err = errors.Join(err, w.Close())
	m.Data = data.Bytes()
	return m, err
}

// parseResult reads a message. If it returns an error that is cluster.ErrGarbled, what the header
// says may still be used.
func parseResult(header string, data []byte) (*result, error) {
	var r result
	if err := json.Unmarshal([]byte(header), &r); err != nil {
		return &result{}, fmt.Errorf("%w: its header %s is no JSON: %.80q", cluster.ErrGarbled, resultHeader, header)
	}
	if r.Failed != "" {
		return &r, nil
	}
	unzip, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return &r, fmt.Errorf("%w: %d bytes that are not gzip", cluster.ErrGarbled, len(data))
	}
	row, err := io.ReadAll(io.LimitReader(unzip, maxRow+1))
	switch {
	case err != nil:
		return &r, fmt.Errorf("%w: decompressing it: %w", cluster.ErrGarbled, err)
	case len(row) > maxRow:
		return &r, fmt.Errorf("%w: it has more than %d bytes", cluster.ErrGarbled, maxRow)
	case sumOf(row) != r.Sum:
		return &r, fmt.Errorf("%w: its SHA-256 is %s, but the worker sent %.64q", cluster.ErrGarbled, sumOf(row), r.Sum)
	}
	r.row = row
	return &r, nil
}

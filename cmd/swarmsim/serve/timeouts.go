package serve

import (
	"io"
	"log"
	"net/http"
	"time"
)

// timeouts bound how long a client may take, so that a slow one holds no connection for long.
type timeouts struct {
	header   time.Duration // to send the headers of a request
	request  time.Duration // to send a whole request
	write    time.Duration // to take what was written to it; renewed by every write
	idle     time.Duration // between requests
	beat     time.Duration // between signs of life in an event stream
	refresh  time.Duration // between looks at the runs, for an event stream
	shutdown time.Duration // for requests in progress when the server stops
}

// maxHeaderBytes bounds the headers of a request.
const maxHeaderBytes = 16 << 10

// orDefaults fills in what is not set.
func (t timeouts) orDefaults() timeouts {
	set := func(d *time.Duration, value time.Duration) {
		if *d == 0 {
			*d = value
		}
	}
	set(&t.header, 5*time.Second)
	set(&t.request, 10*time.Second)
	set(&t.write, 15*time.Second)
	set(&t.idle, 30*time.Second)
	set(&t.beat, 10*time.Second)
	set(&t.refresh, 200*time.Millisecond)
	set(&t.shutdown, 3*time.Second)
	return t
}

// patientWriter gives the client the write timeout for every write: a large file may take long,
// a client that takes nothing may not.
type patientWriter struct {
	http.ResponseWriter
	control *http.ResponseController
	timeout time.Duration
}

func newPatientWriter(w http.ResponseWriter, timeout time.Duration) *patientWriter {
	p := &patientWriter{w, http.NewResponseController(w), timeout}
	p.renew()
	return p
}

func (p *patientWriter) renew() { _ = p.control.SetWriteDeadline(now().Add(p.timeout)) }

func (p *patientWriter) Write(b []byte) (int, error) {
	p.renew()
	return p.ResponseWriter.Write(b)
}

// Unwrap returns the writer inside, for http.ResponseController.
func (p *patientWriter) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// quiet is a log that drops what clients do wrong, such as closing a connection early.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

package webseed

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/httpclient"
	"swarmsim/torrent"
)

// Options are the options of a web seed. The zero value is usable.
type Options struct {
	Local     netip.Addr // source address of connections; the zero Addr: any
	UserAgent string     // empty: Go's

	MaxConns   int           // connections to the server, and requests at once; 0: 2
	MaxRange   int           // bytes that one Peer asks for in one Fetch; 0: 4 MiB
	MaxDiscard int64         // bytes read in vain from a server that ignores ranges; 0: 1 MiB
	Stall      time.Duration // without a byte before a request fails; 0: 30 s
	RetryAfter time.Duration // after the first failure in a row; doubles each time; 0: 5 s
	RetryMost  time.Duration // after any failure; 0: 10 minutes

	// Limit, if not nil, waits until n bytes may be read, for the session's download limit, as
	// WaitN of golang.org/x/time/rate does. n is at most 16 KiB.
	Limit func(ctx context.Context, n int) error

	// Buffer returns memory of n bytes for a block; nil: new memory each time.
	Buffer func(n int) []byte

	TLS    *tls.Config  // nil: the system's roots
	Client *http.Client // from package httpclient; nil: one of its own, bound to Local
}

func (o Options) withDefaults() Options {
	setDefault(&o.MaxConns, 2)
	setDefault(&o.MaxRange, 4<<20)
	setDefault(&o.MaxDiscard, 1<<20)
	setDefault(&o.Stall, 30*time.Second)
	setDefault(&o.RetryAfter, 5*time.Second)
	setDefault(&o.RetryMost, 10*time.Minute)
	if o.Buffer == nil {
		o.Buffer = func(n int) []byte { return make([]byte, n) }
	}
	return o
}

func setDefault[T int | int64 | time.Duration](value *T, to T) {
	if *value == 0 {
		*value = to
	}
}

// Seed is a server that has a torrent's files. It may be used by several goroutines.
type Seed struct {
	rawURL  string
	url     *url.URL
	meta    *torrent.Meta
	options Options
	client  *http.Client
	shared  bool // the client is the caller's

	mu       sync.Mutex
	missing  map[int]error // by file: why it is not asked for again
	inRow    int           // files that became missing without a success between them
	failures int           // other failures in a row
	readyAt  time.Time
	err      error
	stats    Stats
}

// Stats are what a Seed has done so far.
type Stats struct {
	Bytes    int64 // of content received, without padding
	Requests int   // sent to the server
	Failures int
	Last     error // failure; nil if none
}

// New returns the web seed with a URL. It connects to nothing yet.
func New(rawURL string, m *torrent.Meta, o Options) (*Seed, error) {
	u, err := parseURL(rawURL)
	if err != nil {
		return nil, fmt.Errorf("web seed URL: %w", err)
	}
	s := &Seed{
		rawURL: rawURL, url: u, meta: m, options: o.withDefaults(),
		client: o.Client, shared: o.Client != nil, missing: map[int]error{},
	}
	if !s.shared {
		s.client = httpclient.New(httpclient.Options{Local: o.Local, TLS: o.TLS, MaxConnsPerHost: s.options.MaxConns})
	}
	return s, nil
}

// Name returns the scheme and the host of the URL, which hides keys in paths.
func (s *Seed) Name() string { return s.url.Scheme + "://" + s.url.Host }

// Addr returns the address by which the state machine knows it.
func (s *Seed) Addr() netip.AddrPort { return Addr(s.rawURL) }

// PeerID returns the peer id by which the state machine knows it.
func (s *Seed) PeerID() client.PeerID { return PeerID(s.rawURL) }

// Close closes idle connections. Peers of the seed are closed before.
func (s *Seed) Close() {
	if !s.shared {
		s.client.CloseIdleConnections()
	}
}

// Stats returns what it has done so far.
func (s *Seed) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// ReadyAt returns when the server may be asked next; the zero Time for at once.
func (s *Seed) ReadyAt() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.readyAt
}

// Err returns why the seed is of no use any more; nil as long as it is.
func (s *Seed) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Has reports whether no file of a piece is known to be missing at the server.
func (s *Seed) Has(piece int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for file := range s.missing {
		if first, end := s.meta.FilePieces(file); first <= piece && piece < end {
			return false
		}
	}
	return true
}

// HasAll reports whether no file is known to be missing.
func (s *Seed) HasAll() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.missing) == 0
}

// bitfield returns the pieces that it has, as a BITFIELD message has them.
func (s *Seed) bitfield() []byte {
	bits := make([]byte, (s.meta.Pieces()+7)/8)
	for i := range s.meta.Pieces() {
		bits[i/8] |= 0x80 >> (i % 8)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for file := range s.missing {
		first, end := s.meta.FilePieces(file)
		for i := first; i < end; i++ {
			bits[i/8] &^= 0x80 >> (i % 8)
		}
	}
	return bits
}

// FileError is the error of a file that the server lacks or has in another form. It is not asked for
// again.
type FileError struct {
	File   int // index in the torrent
	Path   string
	Reason error
}

func (e *FileError) Error() string { return fmt.Sprintf("file %q: %v", e.Path, e.Reason) }

func (e *FileError) Unwrap() error { return e.Reason }

// retryError is an error with the time after which the server wants to be asked again.
type retryError struct {
	error
	after time.Duration
}

func (e *retryError) Unwrap() error { return e.error }

// maxMissing is how many files in a row may be missing before the seed is given up: a URL that is
// wrong gives an error for each file.
const maxMissing = 20

// maxRetryAfter bounds what a server's Retry-After is believed.
const maxRetryAfter = time.Hour

// onSuccess notes that the server has sent a range.
func (s *Seed) onSuccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failures, s.inRow, s.readyAt = 0, 0, time.Time{}
}

// onFailure notes a failure of the server: which file is missing, or when it may be asked again.
func (s *Seed) onFailure(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Failures++
	s.stats.Last = err
	var f *FileError
	if errors.As(err, &f) {
		if s.missing[f.File] == nil {
			s.missing[f.File] = f.Reason
			s.inRow++
		}
		if s.inRow >= maxMissing || len(s.missing) >= s.storedFiles() {
			s.err = fmt.Errorf("%d files are missing, the last is %w", len(s.missing), err)
		}
		return
	}
	after := min(s.options.RetryAfter<<min(s.failures, 20), s.options.RetryMost)
	s.failures++
	var r *retryError
	if errors.As(err, &r) {
		after = max(after, min(r.after, maxRetryAfter))
	}
	s.readyAt = time.Now().Add(after)
}

// storedFiles returns the number of files with content that a server must have.
func (s *Seed) storedFiles() (n int) {
	for i := range s.meta.Files {
		if f := &s.meta.Files[i]; f.Length > 0 && !f.Padding() {
			n++
		}
	}
	return n
}

// missingReason returns why a file is not asked for; nil if it is.
func (s *Seed) missingReason(file int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.missing[file]
}

func (s *Seed) count(bytes int64, requests int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Bytes += bytes
	s.stats.Requests += requests
}

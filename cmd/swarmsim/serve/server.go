package serve

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"swarmsim/cmd/swarmsim/results"
)

// Config says what to serve.
type Config struct {
	Results   string // the results folder, which is created if there is none
	Scenarios string // a folder of scenarios; "" for the library alone
	Workers   int    // cores of each run
	Memory    int64  // bytes that all runs together may need; 0 for no limit

	// Remote lets other machines connect. Every request then needs AccessToken, and Host, the name
	// that the user has chosen to listen at, is a name of this server too.
	Remote bool
	Host   string

	limits   limits
	timeouts timeouts
}

// Server serves the page.
type Server struct {
	config  Config
	results *os.Root
	library *library
	jobs    *jobs
	access  string // the token in the URL, with Config.Remote
	token   string // what a page of this server sends with every POST
	streams chan struct{}
	done    chan struct{} // closed when the server stops
	port    string        // set before the first request
}

// InputError is an error of what the user has chosen, such as a folder.
type InputError struct{ error }

func (e InputError) Unwrap() error { return e.error }

// New opens the folders.
func New(c Config) (*Server, error) {
	c.limits, c.timeouts = c.limits.orDefaults(c.Memory), c.timeouts.orDefaults()
	lib, err := openLibrary(c.Scenarios)
	if err != nil {
		return nil, err
	}
	root, err := openResults(c.Results)
	if err != nil {
		lib.close()
		return nil, err
	}
	s := &Server{
		config:  c,
		results: root,
		library: lib,
		access:  rand.Text(),
		token:   rand.Text(),
		streams: make(chan struct{}, c.limits.streams),
		done:    make(chan struct{}),
	}
	s.jobs = newJobs(c.limits, s.player())
	return s, nil
}

// openResults opens the results folder, and creates it if there is none.
func openResults(folder string) (*os.Root, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, InputError{fmt.Errorf("the results folder: %w", err)}
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, InputError{fmt.Errorf("the results folder: %w", err)}
	}
	return root, nil
}

// player returns the function that plays a job.
func (s *Server) player() player {
	return player{
		workers: s.config.Workers,
		folder: func(name string) (*results.RunFolder, error) {
			return results.NewRunIn(s.config.Results, name)
		},
	}
}

// URL returns the address of the page for a listener's address.
func (s *Server) URL(at net.Addr) string {
	host := at.String()
	if a, ok := at.(*net.TCPAddr); ok && a.IP.IsUnspecified() { // all addresses of the machine: it has a name
		if machine, err := os.Hostname(); err == nil {
			host = net.JoinHostPort(machine, strconv.Itoa(a.Port))
		}
	}
	url := "http://" + host + "/"
	if s.config.Remote {
		url += "?token=" + s.access
	}
	return url
}

// Serve answers requests until ctx ends. It then stops the runs in progress, and returns when their
// records, marked incomplete, are written.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	defer s.results.Close()
	defer s.library.close()
	if _, port, err := net.SplitHostPort(l.Addr().String()); err == nil {
		s.port = port
	}
	web := &http.Server{
		Handler:           s.handler(),
		ReadHeaderTimeout: s.config.timeouts.header,
		ReadTimeout:       s.config.timeouts.request,
		IdleTimeout:       s.config.timeouts.idle,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          quiet(),
	}
	failed := make(chan error, 1)
	var wg sync.WaitGroup
	wg.Go(func() { failed <- web.Serve(netutil.LimitListener(l, s.config.limits.connections)) })
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	s.jobs.close()
	close(s.done)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.timeouts.shutdown)
	defer cancel()
	if web.Shutdown(patience) != nil {
		web.Close()
	}
	wg.Wait()
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// now is the wall clock.
func now() time.Time { return time.Now() }

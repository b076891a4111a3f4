package queue

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"swarmsim/lab/cluster"
)

// Options say what Serve serves.
type Options struct {
	Link           // URL is that of an existing server; "" for an embedded one
	Listen  string // address of the embedded server
	Metrics string // address for Prometheus; "" for none
	AckWait time.Duration
	Replace bool // remove the queue of another sweep

	Sweep    string // its name
	Program  string // digest of the build
	Version  string // of the program, for people
	Job      []byte // what a worker is told
	Total    func() int
	Describe func(cluster.Run) string

	Ready    func(url string)       // called when workers may come
	Note     func(string)           // called with lines for people
	Progress func(s cluster.Status) // called now and then
}

// DefaultAckWait is how long a worker may say nothing before its runs are given to others.
const DefaultAckWait = 20 * time.Second

// server hands out the runs of a store.
type server struct {
	Options
	names
	id    string
	store cluster.Store
	nc    *nats.Conn
	js    jetstream.JetStream
	runs  jetstream.Consumer
	list  *roster

	mu       sync.Mutex             // guards what follows
	left     map[string]cluster.Run // queued runs that are not stored, by key
	finished bool
	refusals int

	events chan error // of the collector: nil if no run is left, else why the server cannot go on
}

// Serve hands out the runs that a store lacks and stores their rows, until none is missing or ctx
// ends. id is that of the work. If a row cannot be stored, Serve ends without acknowledging it.
func Serve(ctx context.Context, o Options, id string, store cluster.Store) error {
	s := &server{Options: o, names: namesOf(o.Queue), id: id, store: store, events: make(chan error, 1)}
	s.list = &roster{note: o.Note, describe: o.Describe, silent: 3 * o.AckWait, members: map[string]*member{}, finished: map[string]int{}}
	s.list.status.Sweep = o.Sweep
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	url := o.URL
	var err error
	if url == "" {
		e, err := embed(o.Listen, o.Link)
		if err != nil {
			return err
		}
		defer e.stop()
		url = e.url()
		if s.nc, err = e.client(); err != nil {
			return err
		}
	} else if s.nc, err = o.connect("swarmsim sweep"); err != nil {
		return err
	}
	defer s.nc.Close()
	if s.js, err = jetstream.New(s.nc); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	if o.Metrics != "" {
		if err := serveMetrics(ctx, o.Metrics, s.status); err != nil {
			return err
		}
	}
	return s.serve(ctx, url)
}

func (s *server) status() cluster.Status { return s.list.snapshot(time.Now()) }

// serve queues runs and collects results.
func (s *server) serve(ctx context.Context, url string) error {
	collector, err := s.js.Consumer(ctx, s.results, serverConsumer)
	if err != nil {
		return err
	}
	missing := s.store.Missing()
	s.setLeft(missing)
	collecting, err := collector.Consume(s.collect, jetstream.PullMaxMessages(50))
	if err != nil {
		return err
	}
	defer collecting.Stop()
	if err := s.listen(); err != nil {
		return err
	}
	s.Ready(url)
	if err := s.queue(ctx, missing); err != nil {
		return err
	}
	show := time.NewTicker(time.Second)
	defer show.Stop()
	for {
		if len(missing) == 0 {
			return s.finish(ctx)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-show.C:
			s.list.forget(time.Now())
			s.Progress(s.status())
			err = s.requeue(ctx)
		case err = <-s.events:
			if err == nil {
				missing = s.store.Missing() // the rows may have made more runs necessary
				s.setLeft(missing)
				err = s.queue(ctx, missing)
			}
		}
		if err != nil {
			return err
		}
	}
}

func (s *server) setLeft(missing []cluster.Run) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left = map[string]cluster.Run{}
	for _, r := range missing {
		s.left[r.Key] = r
	}
	s.list.total(s.Total(), s.Total()-len(missing))
}

// open makes the streams, or finds them.
func (s *server) open(ctx context.Context) error {
	if err := s.alone(); err != nil {
		return err
	}
	kind := jetstream.FileStorage
	if s.URL == "" {
		kind = jetstream.MemoryStorage
	}
	meta := map[string]string{"sweep": s.id, "name": s.Sweep}
	for _, c := range []jetstream.StreamConfig{
		{Name: s.names.runs, Subjects: []string{s.subject("run.>")}, MaxMsgsPerSubject: 1, Discard: jetstream.DiscardNew, DiscardNewPerSubject: true},
		{Name: s.results, Subjects: []string{s.subject("result")}, Discard: jetstream.DiscardNew},
	} {
		c.Retention, c.Storage, c.Metadata = jetstream.WorkQueuePolicy, kind, meta
		if err := s.openStream(ctx, c); err != nil {
			return fmt.Errorf("stream %s: %w", c.Name, err)
		}
	}
	var err error
	if s.runs, err = s.js.CreateOrUpdateConsumer(ctx, s.names.runs, jetstream.ConsumerConfig{
		Durable: workersConsumer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: s.AckWait, MaxAckPending: 100_000, MaxWaiting: 100_000,
	}); err != nil {
		return err
	}
	_, err = s.js.CreateOrUpdateConsumer(ctx, s.results, jetstream.ConsumerConfig{
		Durable: serverConsumer, AckPolicy: jetstream.AckExplicitPolicy, AckWait: time.Minute, MaxAckPending: 1000,
	})
	return err
}

// alone refuses a queue that another process serves.
func (s *server) alone() error {
	if s.URL == "" {
		return nil
	}
	_, err := s.nc.Request(s.subject("hello"), []byte("{}"), 2*time.Second)
	if err == nil {
		return fmt.Errorf("another process serves the queue %s at %s: choose another name with --queue", s.Queue, s.URL)
	}
	return nil // nothing answers
}

func (s *server) openStream(ctx context.Context, c jetstream.StreamConfig) error {
	old, err := s.js.Stream(ctx, c.Name)
	if err == nil && old.CachedInfo().Config.Metadata["sweep"] != s.id {
		if !s.Replace {
			return fmt.Errorf("holds another sweep, or that of another build of the program (%s); choose another name with --queue, or "+
				"replace it with --force", old.CachedInfo().Config.Metadata["name"])
		}
		if err := s.js.DeleteStream(ctx, c.Name); err != nil {
			return err
		}
	}
	_, err = s.js.CreateOrUpdateStream(ctx, c)
	return err
}

// inFlight bounds the runs that are sent to the queue before it has confirmed some.
const inFlight = 512

// queue queues runs; those that are queued already stay where they are.
func (s *server) queue(ctx context.Context, runs []cluster.Run) error {
	for len(runs) > 0 {
		part := runs[:min(inFlight, len(runs))]
		runs = runs[len(part):]
		var sent []jetstream.PubAckFuture
		for _, r := range part {
			text, err := json.Marshal(r)
			if err != nil {
				return err
			}
			f, err := s.js.PublishAsync(s.run(r), text)
			if err != nil {
				return err
			}
			sent = append(sent, f)
		}
		for _, f := range sent {
			select {
			case <-f.Ok():
			case err := <-f.Err():
				if !strings.Contains(err.Error(), "maximum messages per subject") {
					return fmt.Errorf("queueing runs: %w", err)
				}
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}

// requeue queues all runs that are not stored, if the queue has none and no worker plays any: a worker
// may acknowledge a run and lose its row.
func (s *server) requeue(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	info, err := s.runs.Info(ctx)
	if err != nil || info.NumPending > 0 || info.NumAckPending > 0 {
		return nil // an existing server may be away for a while
	}
	s.mu.Lock()
	var left []cluster.Run
	for _, r := range s.left {
		left = append(left, r)
	}
	s.mu.Unlock()
	slices.SortFunc(left, func(a, b cluster.Run) int { return cmp.Or(cmp.Compare(b.Cost, a.Cost), cmp.Compare(a.Key, b.Key)) })
	return s.queue(ctx, left)
}

// lingering is how long the server waits for workers to hear that all runs are finished.
const lingering = 5 * time.Second

// finish tells all workers that no run is left, and removes the streams.
func (s *server) finish(ctx context.Context) error {
	s.mu.Lock()
	s.finished = true
	s.mu.Unlock()
	s.Progress(s.status())
	text, err := json.Marshal(news{ID: s.id, Finished: true})
	if err != nil {
		return err
	}
	for until := time.Now().Add(lingering); s.list.count() > 0 && time.Now().Before(until) && ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		if err := s.nc.Publish(s.subject("news"), text); err != nil {
			return err
		}
	}
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), lingering)
	defer cancel()
	return errors.Join(s.js.DeleteStream(clean, s.names.runs), s.js.DeleteStream(clean, s.results))
}

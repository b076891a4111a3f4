package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"swarmsim/lab/cluster"
)

// WorkerOptions say how a worker works.
type WorkerOptions struct {
	Link
	Program string // digest of the build
	Version string
	Host    string // name for people
	Slots   int    // runs at a time
	// Patience is how long the worker waits for a server that is away.
	Patience time.Duration
	Note     func(string)
}

// worker plays runs of a queue.
type worker struct {
	WorkerOptions
	names
	id      string
	nc      *nats.Conn
	js      jetstream.JetStream
	work    cluster.Work
	ackWait time.Duration
	stop    context.CancelCauseFunc

	mu      sync.Mutex
	playing map[string]held // by key
	played  int
	refused int // results in a row
	changed chan struct{}
}

// held is a run that a worker has taken, and its message.
type held struct {
	run cluster.Run
	msg jetstream.Msg
}

// errFinished ends a worker when no run is left.
var errFinished = errors.New("finished")

// Work plays runs of the queue until the sweep is finished or ctx ends; a run that is being played
// then is given back. begin returns the work of a job. It returns the number of runs that were stored.
func Work(ctx context.Context, o WorkerOptions, begin func(job []byte) (cluster.Work, error)) (played int, err error) {
	w := &worker{
		WorkerOptions: o, names: namesOf(o.Queue), id: NewToken(),
		playing: map[string]held{}, changed: make(chan struct{}, 1),
	}
	inner, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	w.stop = stop
	if w.nc, err = w.dial(inner); err != nil {
		return 0, err
	}
	defer w.nc.Close()
	if w.js, err = jetstream.New(w.nc); err != nil {
		return 0, err
	}
	hi, err := w.greet(inner)
	if err != nil || hi.Finished {
		return 0, err
	}
	if w.work, err = begin(hi.Job); err != nil {
		return 0, err
	}
	if w.work.ID() != hi.ID {
		return 0, errors.New("the sweep is another one on this machine: the files that its scenario names differ from the server's, or are " +
			"in another folder (see --files)")
	}
	w.ackWait = hi.AckWait
	if _, err := w.nc.Subscribe(w.subject("news"), w.hear); err != nil {
		return 0, err
	}
	return w.run(inner)
}

// dial connects to the server, and waits for one that has not begun.
func (w *worker) dial(ctx context.Context) (*nats.Conn, error) {
	said := false
	for until := time.Now().Add(w.Patience); ; pause(ctx, 500*time.Millisecond) {
		nc, err := w.connect("swarmsim work", nats.ClosedHandler(func(nc *nats.Conn) {
			if err := nc.LastError(); err != nil {
				w.stop(w.explain(err))
			}
		}))
		if !errors.Is(err, errAway) || ctx.Err() != nil || time.Now().After(until) {
			return nc, err
		}
		if !said {
			w.Note(err.Error() + " The worker waits.")
		}
		said = true
	}
}

// run plays runs in all slots.
func (w *worker) run(ctx context.Context) (int, error) {
	var slots, beat sync.WaitGroup
	beating, quiet := context.WithCancel(context.WithoutCancel(ctx))
	beat.Go(func() { w.heartbeat(beating) })
	for range w.Slots {
		slots.Go(func() { w.slot(ctx) })
	}
	slots.Wait()
	quiet()
	beat.Wait()
	w.publishState(true)
	w.nc.FlushTimeout(2 * time.Second) // a server that is away hears nothing, which does no harm
	cause := context.Cause(ctx)
	if errors.Is(cause, errFinished) || errors.Is(cause, context.Canceled) {
		cause = nil
	}
	return w.played, cause
}

// greet says hello, and waits for a server that is away.
func (w *worker) greet(ctx context.Context) (*welcome, error) {
	text, err := json.Marshal(hello{protocol, w.Program, w.Version, w.id, w.Host, w.Slots})
	if err != nil {
		return nil, err
	}
	for until := time.Now().Add(w.Patience); ; {
		m, err := w.ask(ctx, text)
		if err == nil {
			var hi welcome
			if err := json.Unmarshal(m.Data, &hi); err != nil {
				return nil, fmt.Errorf("%s: its answer is no welcome: %w", w.URL, err)
			}
			if hi.Error != "" {
				return nil, errors.New(hi.Error)
			}
			return &hi, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if time.Now().After(until) {
			return nil, fmt.Errorf("%s: no swarmsim sweep serves the queue %s there", w.URL, w.Queue)
		}
		pause(ctx, 500*time.Millisecond)
	}
}

// patience is how long the worker waits for one answer.
const patience = 5 * time.Second

func (w *worker) ask(ctx context.Context, text []byte) (*nats.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return w.nc.RequestWithContext(ctx, w.subject("hello"), text)
}

func (w *worker) consumer(ctx context.Context) (jetstream.Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return w.js.Consumer(ctx, w.names.runs, workersConsumer)
}

// next takes a run. A request that was lost with a connection is soon made again.
func next(ctx context.Context, runs jetstream.Consumer) (jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, patience/3)
	defer cancel()
	return runs.Next(jetstream.FetchContext(ctx))
}

// pause waits, unless ctx ends.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// hear ends the worker when the sweep is finished.
func (w *worker) hear(m *nats.Msg) {
	var n news
	if json.Unmarshal(m.Data, &n) == nil && n.Finished && n.ID == w.work.ID() {
		w.stop(errFinished)
	}
}

// slot plays one run after the other.
func (w *worker) slot(ctx context.Context) {
	var runs jetstream.Consumer
	for ctx.Err() == nil {
		var err error
		if runs == nil {
			if runs, err = w.consumer(ctx); err != nil {
				runs = nil
				w.away(ctx)
				continue
			}
		}
		msg, err := next(ctx, runs)
		switch {
		case errors.Is(err, nats.ErrTimeout), errors.Is(err, context.DeadlineExceeded), errors.Is(err, jetstream.ErrNoMessages):
			if !w.nc.IsConnected() {
				w.away(ctx)
			}
		case err != nil:
			runs = nil
			w.away(ctx)
		default:
			w.playOne(ctx, msg)
		}
	}
}

// away waits for a server that does not answer, and says hello again: it may serve another sweep by now.
func (w *worker) away(ctx context.Context) {
	pause(ctx, 200*time.Millisecond)
	if ctx.Err() != nil {
		return
	}
	hi, err := w.greet(ctx)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		w.stop(err)
	case hi.ID != w.work.ID():
		w.stop(errors.New("the server has another sweep now: start the worker again"))
	case hi.Finished:
		w.stop(errFinished)
	}
}

// playOne plays the run of a message and sends its row.
func (w *worker) playOne(ctx context.Context, msg jetstream.Msg) {
	var r cluster.Run
	if err := json.Unmarshal(msg.Data(), &r); err != nil {
		msg.Term() // no run; the server knows what it lacks
		return
	}
	w.hold(r, msg)
	defer w.release(r)
	row, err := w.work.Play(ctx, r)
	res := &result{Run: r, Work: w.work.ID(), Worker: w.id, row: row}
	switch {
	case ctx.Err() != nil:
		msg.Nak() // given back
		return
	case err != nil:
		res.Failed, res.row = err.Error(), nil
	}
	v, err := w.deliver(ctx, res)
	switch {
	case err != nil:
		msg.Nak()
	case v.Again:
		w.countRefusal(v)
		msg.NakWithDelay(time.Second)
	default:
		w.acknowledge(msg)
		if v.Stored {
			w.count()
		} else {
			w.countRefusal(v)
		}
	}
}

// acknowledge tells the queue that the run is stored, and waits until it knows.
func (w *worker) acknowledge(msg jetstream.Msg) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	msg.DoubleAck(ctx) // if that is lost, the run is played again, which changes nothing
}

// resend is how long a worker waits for a verdict before it sends a result again.
const resend = 10 * time.Second

// deliver sends a result until there is a verdict. When the worker is told to stop it tries once more.
func (w *worker) deliver(ctx context.Context, r *result) (v verdict, err error) {
	r.Answer = w.nc.NewInbox()
	answers, err := w.nc.SubscribeSync(r.Answer)
	if err != nil {
		return v, err
	}
	defer answers.Unsubscribe()
	msg, err := r.message(w.subject("result"))
	if err != nil {
		return v, err
	}
	if size := int64(len(msg.Data)) + maxHeader; size > w.nc.MaxPayload() {
		err := fmt.Errorf("the row of %s has %d bytes, compressed, and the server takes %d at a time: raise its max_payload", w.work.Name(r.Run), size, w.nc.MaxPayload())
		w.stop(err)
		return v, err
	}
	for {
		connections := w.nc.Stats().Reconnects
		if err := w.nc.PublishMsg(msg); err != nil && !errors.Is(err, nats.ErrReconnectBufExceeded) {
			return v, err
		}
		for until := time.Now().Add(resend); time.Now().Before(until) && w.nc.Stats().Reconnects == connections; {
			m, err := answers.NextMsg(resend / 20)
			switch {
			case err == nil:
				return v, json.Unmarshal(m.Data, &v)
			case !errors.Is(err, nats.ErrTimeout):
				return v, err
			case ctx.Err() != nil && time.Now().After(until.Add(-resend/2)):
				return v, ctx.Err()
			}
		}
		w.away(ctx) // the result may have been lost with a connection
	}
}

// maxHeader bounds the header of a result.
const maxHeader = 4096

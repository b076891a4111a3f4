package queue

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"swarmsim/lab/cluster"
)

// job is a work whose runs take no time, or as long as the test says.
type job struct {
	id   string
	play func(context.Context, cluster.Run) ([]byte, error)
}

func (j job) ID() string                { return j.id }
func (j job) Name(r cluster.Run) string { return "run " + r.Key }
func (j job) Play(ctx context.Context, r cluster.Run) ([]byte, error) {
	if j.play != nil {
		return j.play(ctx, r)
	}
	return rowOf(r.Key), nil
}

func rowOf(key string) []byte {
	return fmt.Appendf(nil, `{"key":%q,"value":"%x"}`, key, sha256.Sum256([]byte(key)))
}

// memory is a store of n runs.
type memory struct {
	mu   sync.Mutex
	runs []cluster.Run
	rows map[string]string
	puts int   // results that were offered
	full error // what Put returns
}

func newMemory(n int) *memory {
	m := &memory{rows: map[string]string{}}
	for i := range n {
		m.runs = append(m.runs, cluster.Run{Cell: i % 7, Nth: i / 7, Key: fmt.Sprintf("k%06d", i)})
	}
	return m
}

func (m *memory) Missing() []cluster.Run {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []cluster.Run
	for _, r := range m.runs {
		if m.rows[r.Key] == "" {
			out = append(out, r)
		}
	}
	return out
}

func (m *memory) Put(r cluster.Run, row []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := r.Cell + 7*r.Nth
	switch {
	case i < 0 || i >= len(m.runs) || m.runs[i] != r:
		return cluster.ErrUnknown
	case string(row) != string(rowOf(r.Key)):
		return cluster.ErrGarbled
	case m.full != nil:
		return m.full
	}
	m.puts++
	m.rows[r.Key] = string(row)
	return nil
}

// serving is a server in this process.
type serving struct {
	url   string
	stop  context.CancelFunc
	ended chan error

	mu    sync.Mutex
	notes []string
}

func (s *serving) note(text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notes = append(s.notes, text)
}

func (s *serving) said(t *testing.T, want string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if all := strings.Join(s.notes, "\n"); !strings.Contains(all, want) {
		t.Errorf("no %q in\n%s", want, all)
	}
}

const secret = "open-sesame"

// serve serves a store until the test ends. change may change the options.
func serve(t *testing.T, m *memory, change func(*Options)) *serving {
	t.Helper()
	s := &serving{ended: make(chan error, 1)}
	ready := make(chan string, 1)
	o := Options{
		Link: Link{Queue: DefaultQueue, Token: secret}, Listen: "127.0.0.1:0", AckWait: 2 * time.Second, Sweep: "tiny",
		Program: "one", Version: "v1", Job: []byte("job"), Total: func() int { return len(m.runs) },
		Describe: func(r cluster.Run) string { return r.Key },
		Ready:    func(url string) { ready <- url }, Note: s.note, Progress: func(cluster.Status) {},
	}
	if change != nil {
		change(&o)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		s.ended <- Serve(ctx, o, "id", m)
	}()
	t.Cleanup(func() { cancel(); <-gone })
	select {
	case s.url = <-ready:
	case err := <-s.ended:
		t.Fatal(err)
	}
	return s
}

func workOptions(url string) WorkerOptions {
	return WorkerOptions{Link: Link{URL: url, Queue: DefaultQueue, Token: secret}, Program: "one", Version: "v1", Host: "desk",
		Slots: 4, Patience: time.Minute, Note: func(string) {}}
}

// work starts a worker and returns how it ends.
func work(ctx context.Context, o WorkerOptions, j job) chan error {
	ended := make(chan error, 1)
	go func() {
		_, err := Work(ctx, o, func([]byte) (cluster.Work, error) { return j, nil })
		ended <- err
	}()
	return ended
}

func ok(t *testing.T, ended chan error) {
	t.Helper()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func (m *memory) check(t *testing.T) {
	t.Helper()
	if left := m.Missing(); len(left) > 0 {
		t.Errorf("%d of %d runs are missing", len(left), len(m.runs))
	}
}

// No run is lost, and none is played twice while no worker dies.
func TestManyTinyJobs(t *testing.T) {
	n := 5_000
	if !testing.Short() {
		n = 100_000
	}
	m := newMemory(n)
	s := serve(t, m, nil)
	began := time.Now()
	var workers []chan error
	for range 2 {
		workers = append(workers, work(t.Context(), workOptions(s.url), job{id: "id"}))
	}
	ok(t, s.ended)
	t.Logf("%d jobs, %v each", n, time.Since(began)/time.Duration(n))
	for _, w := range workers {
		ok(t, w)
	}
	m.check(t)
	if m.puts != n {
		t.Errorf("%d results of %d runs", m.puts, n)
	}
}

// A worker that is told to stop gives its run back at once: no ack wait passes.
func TestStoppedWorkerGivesBack(t *testing.T) {
	m := newMemory(3)
	s := serve(t, m, func(o *Options) { o.AckWait = time.Hour })
	began := make(chan bool, 10)
	ctx, stop := context.WithCancel(t.Context())
	stuck := work(ctx, workOptions(s.url), job{"id", func(ctx context.Context, _ cluster.Run) ([]byte, error) {
		began <- true
		<-ctx.Done()
		return nil, ctx.Err()
	}})
	for range 3 {
		<-began
	}
	stop()
	ok(t, stuck)
	ok(t, work(t.Context(), workOptions(s.url), job{id: "id"}))
	ok(t, s.ended)
	m.check(t)
	s.said(t, "desk has stopped")
}

// Runs of a worker that says nothing any more go to another one, once the ack wait is over; a run that
// takes longer than the ack wait stays with a worker that lives.
func TestDeadWorker(t *testing.T) {
	m := newMemory(6)
	s := serve(t, m, func(o *Options) { o.AckWait = 300 * time.Millisecond })
	nc, err := workOptions(s.url).connect("dead")
	if err != nil {
		t.Fatal(err)
	}
	// A worker that has taken two runs and is gone.
	n := namesOf(DefaultQueue)
	inbox := nc.NewInbox()
	taken, err := nc.SubscribeSync(inbox)
	if err != nil {
		t.Fatal(err)
	}
	nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT."+n.runs+"."+workersConsumer, inbox, []byte(`{"batch":2}`))
	for range 2 {
		if _, err := taken.NextMsg(10 * time.Second); err != nil {
			t.Fatal(err)
		}
	}
	nc.Close()
	slow := job{"id", func(_ context.Context, r cluster.Run) ([]byte, error) {
		time.Sleep(time.Second)
		return rowOf(r.Key), nil
	}}
	ok(t, work(t.Context(), workOptions(s.url), slow))
	ok(t, s.ended)
	m.check(t)
	if m.puts != 6 {
		t.Errorf("%d results of 6 runs: a worker that lived has lost its run", m.puts)
	}
}

// The server is killed and started again at its address; what is stored is not played again.
func TestServerRestarts(t *testing.T) {
	m := newMemory(400)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	at := func(o *Options) { o.Listen = address }
	first := serve(t, m, at)
	j := job{"id", func(_ context.Context, r cluster.Run) ([]byte, error) {
		time.Sleep(10 * time.Millisecond)
		return rowOf(r.Key), nil
	}}
	w := work(t.Context(), workOptions(first.url), j)
	for {
		m.mu.Lock()
		stored := len(m.rows)
		m.mu.Unlock()
		if stored > 100 {
			break
		}
		time.Sleep(5 * time.Millisecond)
	}
	first.stop()
	if err := <-first.ended; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	second := serve(t, m, at)
	ok(t, second.ended)
	ok(t, w)
	m.check(t)
	if m.puts > 400+4 {
		t.Errorf("%d results of 400 runs: runs that were stored were queued again", m.puts)
	}
}

// What does not belong here is refused, with a line that says why, and nothing is lost.
func TestRefused(t *testing.T) {
	m := newMemory(2)
	s := serve(t, m, nil)
	o := workOptions(s.url)
	nc, err := o.connect("hostile")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	good := m.runs[0]
	send := func(change func(*result, *nats.Msg)) verdict {
		t.Helper()
		r := &result{Run: good, Work: "id", row: rowOf(good.Key)}
		change(r, nil)
		inbox := nc.NewInbox()
		r.Answer = inbox
		answer, _ := nc.SubscribeSync(inbox)
		msg, err := r.message(namesOf(o.Queue).subject("result"))
		if err != nil {
			t.Fatal(err)
		}
		change(r, msg)
		nc.PublishMsg(msg)
		got, err := answer.NextMsg(10 * time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var v verdict
		if err := json.Unmarshal(got.Data, &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	for want, change := range map[string]func(*result, *nats.Msg){
		"its SHA-256 is": func(_ *result, m *nats.Msg) {
			if m != nil {
				other := &result{row: []byte(`{"key":"k000000"}`)}
				changed, _ := other.message("")
				m.Data = changed.Data
			}
		},
		"not gzip": func(_ *result, m *nats.Msg) {
			if m != nil {
				m.Data = []byte("nonsense")
			}
		},
		"not a row of this run":                 func(r *result, _ *nats.Msg) { r.row = []byte(`{"key":"other"}`) },
		"no such run is part of the sweep":      func(r *result, _ *nats.Msg) { r.Run.Key = "unasked" },
		`is of another sweep or program, "old"`: func(r *result, _ *nats.Msg) { r.Work = "old" },
	} {
		if v := send(change); v.Stored || !strings.Contains(v.Error, want) {
			t.Errorf("no %q: %+v", want, v)
		}
		s.said(t, want)
	}
	if len(m.rows) != 0 {
		t.Fatal("something of it is stored")
	}
	// A worker may do no more than work.
	if m, err := nc.Request("$JS.API.STREAM.DELETE."+namesOf(o.Queue).runs, nil, time.Second); err == nil {
		t.Errorf("a worker deletes the queue: %s", m.Data)
	}
	other := o
	other.Program, other.Version = "two", "v2"
	if err := <-work(t.Context(), other, job{id: "id"}); err == nil || !strings.Contains(err.Error(), "copy the server's program") || !strings.Contains(err.Error(), "v2") {
		t.Errorf("another version: %v", err)
	}
	s.said(t, "worker desk is refused: the server's program is one (version v1)")
	if err := <-work(t.Context(), o, job{id: "other"}); err == nil || !strings.Contains(err.Error(), "another one on this machine") {
		t.Errorf("another sweep: %v", err)
	}
	other = o
	other.Token = "guess"
	if err := <-work(t.Context(), other, job{id: "id"}); err == nil || !strings.Contains(err.Error(), "refuses the token") {
		t.Errorf("a wrong token: %v", err)
	}
	other.Token = ""
	if err := <-work(t.Context(), other, job{id: "id"}); err == nil || !strings.Contains(err.Error(), "needs a token") {
		t.Errorf("no token: %v", err)
	}
	garbles := job{"id", func(context.Context, cluster.Run) ([]byte, error) { return []byte("{}"), nil }}
	if err := <-work(t.Context(), o, garbles); err == nil || !strings.Contains(err.Error(), "refused 5 results in a row") {
		t.Errorf("a worker that garbles: %v", err)
	}
	ok(t, work(t.Context(), o, job{id: "id"}))
	ok(t, s.ended)
	m.check(t)
}

// A result that cannot be stored is not acknowledged: the server ends, and the next one gets it.
func TestFullDisk(t *testing.T) {
	m := newMemory(20)
	m.full = fmt.Errorf("write results: %w", syscall.ENOSPC)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	at := func(o *Options) { o.Listen = address }
	s := serve(t, m, at)
	w := work(t.Context(), workOptions(s.url), job{id: "id"})
	if err := <-s.ended; !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "cannot be stored, and was not acknowledged") {
		t.Fatal(err)
	}
	m.mu.Lock()
	m.full = nil
	m.mu.Unlock()
	ok(t, serve(t, m, at).ended)
	ok(t, w)
	m.check(t)
}

// A run that cannot be played ends the sweep, as on one machine.
func TestFailedRun(t *testing.T) {
	s := serve(t, newMemory(3), nil)
	work(t.Context(), workOptions(s.url), job{"id", func(context.Context, cluster.Run) ([]byte, error) { return nil, errors.New("no trace file") }})
	if err := <-s.ended; err == nil || !strings.Contains(err.Error(), "no trace file") {
		t.Error(err)
	}
}

// An existing NATS server holds the queue while no process serves it.
func TestExistingServer(t *testing.T) {
	nats, err := natsserver.NewServer(&natsserver.Options{Host: "127.0.0.1", Port: natsserver.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoLog: true, NoSigs: true})
	if err != nil {
		t.Fatal(err)
	}
	nats.Start()
	defer nats.Shutdown()
	if !nats.ReadyForConnections(10 * time.Second) {
		t.Fatal("not ready")
	}
	m := newMemory(300)
	at := func(o *Options) { o.URL, o.Token = nats.ClientURL(), "" }
	first := serve(t, m, at)
	err = Serve(t.Context(), Options{Link: Link{URL: nats.ClientURL(), Queue: DefaultQueue}, AckWait: time.Second}, "id", m)
	if err == nil || !strings.Contains(err.Error(), "another process serves the queue") {
		t.Errorf("two processes serve: %v", err)
	}
	slow := job{"id", func(_ context.Context, r cluster.Run) ([]byte, error) {
		time.Sleep(5 * time.Millisecond)
		return rowOf(r.Key), nil
	}}
	o := workOptions(nats.ClientURL())
	o.Token = ""
	w := work(t.Context(), o, slow)
	time.Sleep(100 * time.Millisecond)
	first.stop()
	<-first.ended
	err = Serve(t.Context(), Options{Link: Link{URL: nats.ClientURL(), Queue: DefaultQueue}, AckWait: time.Second}, "another", m)
	if err == nil || !strings.Contains(err.Error(), "holds another sweep") {
		t.Errorf("the queue of another sweep is used: %v", err)
	}
	ok(t, serve(t, m, at).ended)
	ok(t, w)
	m.check(t)
	if m.puts > 304 {
		t.Errorf("%d results of 300 runs", m.puts)
	}
}

// With TLS, a worker without the server's authority is turned away, and one with it plays.
func TestTLS(t *testing.T) {
	authority := httptest.NewUnstartedServer(nil)
	authority.StartTLS()
	defer authority.Close()
	m := newMemory(50)
	s := serve(t, m, func(o *Options) { o.TLS = &tls.Config{Certificates: authority.TLS.Certificates} })
	o := workOptions(strings.Replace(s.url, "nats://", "tls://", 1))
	if err := <-work(t.Context(), o, job{id: "id"}); err == nil || !strings.Contains(err.Error(), "--tls-ca") {
		t.Errorf("a worker that does not know the authority: %v", err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(authority.Certificate())
	o.TLS = &tls.Config{RootCAs: pool}
	ok(t, work(t.Context(), o, job{id: "id"}))
	ok(t, s.ended)
	m.check(t)
}

// What a result's header and data may be: anything.
func FuzzResult(f *testing.F) {
	r := &result{Run: cluster.Run{Key: "k"}, Work: "id", row: rowOf("k")}
	m, err := r.message("")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(m.Header.Get(resultHeader), m.Data)
	f.Add(`{"failed":"x"}`, []byte{})
	f.Fuzz(func(t *testing.T, header string, data []byte) {
		r, err := parseResult(header, data)
		if err == nil && r.Failed == "" && sumOf(r.row) != r.Sum || err != nil && !errors.Is(err, cluster.ErrGarbled) {
			t.Error(r, err)
		}
	})
}

//go:build unix

package cli

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"swarmsim/lab"
)

// process is the program in a process of its own.
type process struct {
	*exec.Cmd
	said *locked
	gone sync.Once
}

// locked is a buffer that a process writes and a test reads.
type locked struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *locked) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(b)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(os.Args[0]), said: &locked{}}
	p.Env = append(os.Environ(), programEnv+"="+strings.Join(args, "\n"))
	p.Stdout, p.Stderr = p.said, p.said
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	return p
}

// kill ends a process with -9.
func (p *process) kill() {
	p.gone.Do(func() {
		p.Process.Kill()
		p.Wait()
	})
}

// succeeds waits for the end of a process.
func (p *process) succeeds(t *testing.T) {
	t.Helper()
	p.gone.Do(func() {
		if err := p.Wait(); err != nil {
			t.Fatalf("%v: %s", err, p.said)
		}
	})
}

// finishedRuns waits until a journal has some rows.
func finishedRuns(t *testing.T, p *process, dir string, n int) {
	t.Helper()
	for p.ProcessState == nil {
		text, _ := os.ReadFile(filepath.Join(dir, lab.JournalFile)) // it may not be there yet
		if bytes.Count(text, []byte("\n")) >= n {
			return
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Three workers, of which one is killed twice, and a server that is killed once, write the same folder as
// one machine. With SWARMSIM_QUEUE_RUNS=400 the sweep has 400 runs.
func TestQueueEqualsOneMachine(t *testing.T) {
	runs, seeds := 80, "seeds: 8"
	if os.Getenv("SWARMSIM_QUEUE_RUNS") == "400" {
		runs, seeds = 400, "seeds: 40"
	}
	t.Chdir(t.TempDir())
	t.Setenv(tokenEnv, "for-this-test")
	write(t, "many.yaml", strings.Replace(tinySweep, "seeds: 20", seeds, 1))
	if code, _, err := program(t, "sweep", "./many.yaml", "-q", "-o", "one"); code != 0 {
		t.Fatalf("exit %d: %s", code, err)
	}
	address, metrics := freeAddress(t), freeAddress(t)
	serve := func() *process {
		return start(t, "sweep", "./many.yaml", "--serve", address, "--ack-wait", "1s", "--metrics", metrics, "-o", "queue")
	}
	worker := func() *process { return start(t, "work", address, "--workers", "1") }
	server := serve()
	steady := []*process{worker(), worker()}
	victim := worker()
	finishedRuns(t, server, "queue", runs/8)
	victim.kill()
	victim = worker()
	finishedRuns(t, server, "queue", runs/4)
	if code, out, err := program(t, "sweep", "status", "nats://"+address); code != 0 || !strings.Contains(out, fmt.Sprintf("of %d runs are finished", runs)) ||
		!strings.Contains(out, "at a time") {
		t.Errorf("exit %d: %s%s", code, out, err)
	}
	if page := getPage(t, "http://"+metrics+"/metrics"); !strings.Contains(page, fmt.Sprintf("swarmsim_sweep_runs %d\n", runs)) ||
		!strings.Contains(page, "swarmsim_sweep_worker_finished_total{worker=") {
		t.Errorf("metrics: %s", page)
	}
	server.kill()
	server = serve()
	finishedRuns(t, server, "queue", runs/2)
	victim.kill()
	last := worker()
	server.succeeds(t)
	for _, w := range append(steady, last) {
		w.succeeds(t)
	}
	sameFolders(t, "one", "queue")
}

func getPage(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Error(err)
	}
	return string(text)
}

// Flags that do not go together, and addresses that are none, are refused with what would be right.
func TestQueueFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv(tokenEnv, "for-this-test")
	write(t, "many.yaml", fewRuns)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{2, "give --serve or --nats too", []string{"sweep", "./many.yaml", "--token", "x"}},
		{2, "give one of them", []string{"sweep", "./many.yaml", "--serve", ":1", "--nats", "nats://a"}},
		{2, "give one of them", []string{"sweep", "./many.yaml", "--serve", ":1", "--shard", "1/2"}},
		{2, "give it to swarmsim work", []string{"sweep", "./many.yaml", "--serve", ":1", "--workers", "2"}},
		{2, "--tls-cert", []string{"sweep", "./many.yaml", "--serve", ":1", "--tls-ca", "x"}},
		{2, "is not an address such as", []string{"sweep", "./many.yaml", "--serve", "4222"}},
		{1, "address already in use", []string{"sweep", "./many.yaml", "--serve", taken.Addr().String()}},
		{2, "is not an address such as desk1:4222", []string{"work", "http://x"}},
		{2, "from 100ms to 1h", []string{"sweep", "./many.yaml", "--serve", ":1", "--ack-wait", "1"}},
		{1, "nothing answers at nats://127.0.0.1:1", []string{"work", "127.0.0.1:1", "--wait", "0s"}},
		{1, "nothing answers", []string{"sweep", "status", "nats://127.0.0.1:1"}},
	} {
		if code, _, err := program(t, c.args...); code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("%v: exit %d, no %q in %s", c.args, code, c.want, err)
		}
	}
}

package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"
)

// runningTracker is swarmsim tracker --json in this process.
type runningTracker struct {
	lines  *bufio.Scanner
	reader io.Reader // of the lines that have not been scanned
	stop   context.CancelFunc
	exit   chan int
	stderr bytes.Buffer
}

// startTracker starts swarmsim tracker --json and returns it with its first event.
func startTracker(t *testing.T, args ...string) (*runningTracker, trackerEvent) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	r, w := io.Pipe()
	p := &runningTracker{lines: bufio.NewScanner(r), reader: r, stop: cancel, exit: make(chan int, 1)}
	go func() {
		code := Run(ctx, w, &p.stderr, append([]string{"tracker", "--json", "--listen", "127.0.0.1:0"}, args...))
		w.Close()
		p.exit <- code
	}()
	return p, p.next(t)
}

// next returns the next event other than statistics.
func (p *runningTracker) next(t *testing.T) trackerEvent {
	t.Helper()
	var e trackerEvent
	for e.Event == "" || e.Event == "stats" {
		if !p.lines.Scan() {
			t.Fatalf("the output ends; exit %d: %s", <-p.exit, p.stderr.String())
		}
		if err := json.Unmarshal(p.lines.Bytes(), &e); err != nil {
			t.Fatalf("%v: %s", err, p.lines.Bytes())
		}
	}
	return e
}

// end stops the tracker as Ctrl-C does and returns its last event.
func (p *runningTracker) end(t *testing.T) trackerEvent {
	t.Helper()
	p.stop()
	e := p.next(t)
	if code := <-p.exit; code != 0 || e.Event != "stopped" {
		t.Errorf("exit %d, %+v: %s", code, e, p.stderr.String())
	}
	return e
}

func trackerText(t *testing.T, url string) string {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The tracker prints its URLs, serves, and ends with exit code 0; the snapshot keeps its peers.
func TestTrackerServesUntilItIsStopped(t *testing.T) {
	t.Chdir(t.TempDir())
	const query = "?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=5&left=1"
	p, e := startTracker(t, "--snapshot", "peers", "--metrics", "/metrics", "--interval", "10 min")
	if len(e.Announce) != 2 || !strings.HasPrefix(e.Announce[0], "http://127.0.0.1:") || !strings.HasPrefix(e.Announce[1], "udp://127.0.0.1:") {
		t.Fatalf("%+v", e)
	}
	if got := trackerText(t, e.Announce[0]+query); !strings.Contains(got, "8:intervali600e") {
		t.Error(got)
	}
	if got := trackerText(t, e.Metrics); !strings.Contains(got, `swarmsim_tracker_peers{kind="leecher"} 1`) {
		t.Error(got)
	}
	if e := p.end(t); e.Stats.Leechers != 1 || e.Stats.HTTPAnnounces != 1 {
		t.Errorf("%+v", e.Stats)
	}
	p, e = startTracker(t, "--snapshot", "peers", "--http")
	if len(e.Announce) != 1 {
		t.Errorf("with --http: %v", e.Announce)
	}
	if e := p.end(t); e.Stats.Leechers != 1 {
		t.Errorf("after a restart: %+v", e.Stats)
	}
}

// SIGHUP reads the lists again.
func TestTrackerReloadsItsLists(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "deny", "")
	p, e := startTracker(t, "--deny", "deny")
	const query = "?info_hash=aaaaaaaaaaaaaaaaaaaa&peer_id=bbbbbbbbbbbbbbbbbbbb&port=5&left=1"
	if got := trackerText(t, e.Announce[0]+query); strings.Contains(got, "failure") {
		t.Error(got)
	}
	write(t, "deny", strings.Repeat("61", 20)+"\n")
	self, _ := os.FindProcess(os.Getpid())
	if err := self.Signal(syscall.SIGHUP); err != nil {
		t.Skip(err)
	}
	for deadline := time.Now().Add(time.Minute); !strings.Contains(trackerText(t, e.Announce[0]+query), "does not serve"); {
		if time.Now().After(deadline) {
			t.Fatal("the list was not read again")
		}
	}
	p.end(t)
}

func TestTrackerRefusesBadInput(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "bad", "# fine\njunk\n")
	for _, c := range []struct {
		args, want string
		code       int
	}{
		{"--interval 5x", `--interval: "5x" is not a duration; write one like 30m`, 2},
		{"--interval 10m --expire 5m", "it must be longer than the interval", 2},
		{"--listen 6969", `"6969" is not an address to listen at: write host:port`, 2},
		{"--listen 127.0.0.1:70000", "the port is not a number from 0 to 65535", 2},
		{"--listen 192.0.2.1:0", "listening at 192.0.2.1:0", 1},
		{"--allow missing", "no such file", 2},
		{"--deny bad", `bad:2: "junk" is not an info hash: 40 hexadecimal digits`, 2},
		{"--snapshot bad", `reading the snapshot bad: it begins with "# fine\njunk\n"`, 2},
		{"--snapshot missing/peers", "cannot be written", 2},
		{"--proxy x", `"x" is not an IP address or a prefix, such as 10.0.0.0/8`, 2},
		{"--rate-limit 0", "is not a number of requests a second", 2},
		{"--metrics /announce", "cannot be at the path /announce", 2},
		{"extra", `takes no argument; found "extra"`, 2},
	} {
		code, _, err := program(t, append([]string{"tracker"}, strings.Fields(c.args)...)...)
		if code != c.code || !strings.Contains(err, c.want) {
			t.Errorf("%s: exit %d: %s", c.args, code, err)
		}
	}
	if got := read("bad"); got != "# fine\njunk\n" {
		t.Errorf("a damaged snapshot was changed: %q", got)
	}
}

package driver

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// script starts a shell script as a client that prints its progress.
func script(t *testing.T, text string) *Process {
	t.Helper()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	j := job(t)
	p, err := start(t.Context(), &j, launch{client: "script", path: shell, args: []string{"-c", text}, lines: parseLine})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// waitFor guards against hanging.
func waitFor(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(30 * time.Second):
		t.Fatalf("not %s after 30 s", what)
	}
}

func TestProcessReportsAndStops(t *testing.T) {
	p := script(t, `echo 'no report'; echo '{"have":1,"size":2}'; echo '{"have":2,"size":2,"complete":true}'; sleep 1000`)
	waitFor(t, p.Ready(), "ready")
	waitFor(t, p.Done(), "done")
	if r := p.Progress(); r.Have != 2 || !r.Complete || r.At.IsZero() {
		t.Errorf("%+v", r)
	}
	if err := p.Stop(t.Context()); err != nil {
		t.Errorf("Stop: %v", err)
	}
	waitFor(t, p.Exited(), "exited")
	if text, _ := os.ReadFile(p.Log()); !strings.Contains(string(text), "no report") {
		t.Errorf("the log has %q", text)
	}
}

// A client that ends by itself is an error that shows the end of its log.
func TestProcessThatFails(t *testing.T) {
	p := script(t, `echo 'the port is taken' >&2; exit 3`)
	waitFor(t, p.Exited(), "exited")
	if err := p.Err(); err == nil || !strings.Contains(err.Error(), "the port is taken") || !strings.Contains(err.Error(), "status 3") {
		t.Errorf("%v", err)
	}
}

// A client that does not heed the signal is killed, with all its children.
func TestProcessIsKilled(t *testing.T) {
	p := script(t, `trap '' TERM; echo '{"have":1}'; while true; do sleep 1000; done`)
	waitFor(t, p.Ready(), "ready")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Stop(ctx); err != nil {
		t.Error(err)
	}
	waitFor(t, p.Exited(), "exited")
}

// The process ends with the context of its start.
func TestProcessEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	j := job(t)
	p, err := start(ctx, &j, launch{client: "script", path: "/bin/sh", args: []string{"-c", "sleep 1000"}, lines: parseLine})
	if err != nil {
		t.Skip(err)
	}
	cancel()
	waitFor(t, p.Exited(), "exited")
	if err := p.Err(); err != nil {
		t.Error(err)
	}
}

func TestLongLinesGoToTheLog(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	os.WriteFile(log, nil, 0o600)
	var got []string
	readLines(strings.NewReader("{"+strings.Repeat("x", 3<<20)+"\n{\"have\":1}\n"), log, func(line []byte) {
		got = append(got, string(line))
	})
	if len(got) != 1 || got[0] != "{\"have\":1}\n" {
		t.Errorf("%d lines", len(got))
	}
}

package interop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"swarmsim/testbed/driver"
)

// program is a BitTorrent client that can be started.
type program interface {
	Name() string
	// Installed returns its version, or an error that says what to install.
	Installed(context.Context) (string, error)
	// Check returns an error in words if it cannot do a job.
	Check(*driver.Job) error
	// run starts it with a job. It runs until it is stopped.
	run(ctx context.Context, j driver.Job) (running, error)
}

// running is a client that has been started.
type running interface {
	Done() <-chan struct{}   // closed when its content is complete
	Exited() <-chan struct{} // closed when it has ended
	Stop(context.Context) error
	String() string // what it was doing, for the message of a failure
}

// process is a client that runs as a process.
type process struct{ driver.Driver }

func (p process) run(ctx context.Context, j driver.Job) (running, error) {
	started, err := p.Start(ctx, j)
	if err != nil {
		return nil, err
	}
	return runningProcess{started, p.Name()}, nil
}

type runningProcess struct {
	*driver.Process
	name string
}

// String has the last report and the end of the log.
func (p runningProcess) String() string {
	r := p.Progress()
	log, _ := os.ReadFile(p.Log())
	return fmt.Sprintf("%s: %d of %d bytes, %d connections, error %q, ended %v; log: %s",
		p.name, r.Have, r.Size, r.Connections, r.Error, p.Err(), log[max(0, len(log)-3000):])
}

// theirs are the clients of others.
func theirs() []program {
	all := []program{anacrolix{}}
	for _, d := range driver.All() {
		if name := d.Name(); name != "swarmsim" && name != "anacrolix" {
			all = append(all, process{d})
		}
	}
	return all
}

var (
	versionsMu sync.Mutex
	versions   = map[string]string{} // of clients and trackers that are installed
)

// needs skips the test if a client is not installed.
func needs(t *testing.T, p program) {
	t.Helper()
	versionsMu.Lock()
	defer versionsMu.Unlock()
	if versions[p.Name()] != "" {
		return
	}
	version, err := p.Installed(t.Context())
	if err != nil {
		t.Skip(err)
	}
	versions[p.Name()] = version
}

// newFolder returns a folder with a short path, which rtorrent's control socket needs.
func newFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "interop")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("kept: %s", dir)
			return
		}
		os.RemoveAll(dir)
	})
	return dir
}

// unboundPrograms have sockets at every address, so that other peers see sharedAddress.
var unboundPrograms = map[string]bool{"webtorrent": true}

// begin starts a client with a job, which it completes with folders and an address of its own. The
// test stops it at its end.
func begin(ctx context.Context, t *testing.T, p program, j driver.Job) (running, driver.Job) {
	t.Helper()
	work := newFolder(t)
	j.Work = filepath.Join(work, "work")
	if j.Folder == "" {
		j.Folder = filepath.Join(work, "files")
	}
	if err := errors.Join(os.MkdirAll(j.Work, 0o700), os.MkdirAll(j.Folder, 0o700)); err != nil {
		t.Fatal(err)
	}
	j.Listen = newListener(p.Name())
	if err := p.Check(&j); err != nil {
		t.Skip(err)
	}
	r, err := p.run(ctx, j)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Stop(context.WithoutCancel(ctx)); err != nil {
			t.Errorf("%s: %v", p.Name(), err)
		}
	})
	return r, j
}

// await waits until a client is complete.
func await(ctx context.Context, t *testing.T, r running, others ...running) {
	t.Helper()
	select {
	case <-r.Done():
		return
	case <-r.Exited():
	case <-ctx.Done():
	}
	t.Errorf("not complete: %v", r)
	for _, o := range others {
		t.Log(o)
	}
	t.FailNow()
}

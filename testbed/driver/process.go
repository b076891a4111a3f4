package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// Process is a running client.
type Process struct {
	client string
	cmd    *exec.Cmd
	log    string // path of its log file
	cancel context.CancelFunc

	mu       sync.Mutex
	latest   Progress
	observer func(Progress)

	ready, done, exited chan struct{}
	isReady, isDone     sync.Once
	exitErr             error
	stopping            bool // guarded by mu
}

// launch describes a client's process.
type launch struct {
	client string
	path   string
	args   []string
	env    []string // added to the environment
	// lines parses the client's standard output. Where it is nil, poll asks the client.
	lines func(line []byte) (Progress, bool)
	poll  func(ctx context.Context) (Progress, error)
}

// start starts a client's process and follows its progress.
func start(ctx context.Context, job *Job, l launch) (*Process, error) {
	logPath := filepath.Join(job.Work, l.client+".log")
	log, err := os.Create(logPath)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", l.client, err)
	}
	defer log.Close() // the process has a descriptor of its own
	cmd := exec.Command(l.path, append(l.args, job.Options...)...)
	cmd.Dir, cmd.Env = job.Work, append(os.Environ(), l.env...)
	cmd.Stderr = log
	cmd.SysProcAttr = ownGroup()
	var output *os.File
	if l.lines == nil {
		cmd.Stdout = log
	} else {
		read, write, err := os.Pipe()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", l.client, err)
		}
		defer write.Close()
		output, cmd.Stdout = read, write
	}
	spawn := job.Spawn
	if spawn == nil {
		spawn = (*exec.Cmd).Start
	}
	if err := spawn(cmd); err != nil {
		if output != nil {
			output.Close()
		}
		return nil, fmt.Errorf("%s: %w", l.client, err)
	}
	p := &Process{
		client: l.client, cmd: cmd, log: logPath,
		ready: make(chan struct{}), done: make(chan struct{}), exited: make(chan struct{}),
	}
	ctx, p.cancel = context.WithCancel(ctx)
	p.follow(ctx, job, &l, output)
	return p, nil
}

// follow starts the goroutines of a process: one waits for its exit, one reads or asks for its
// progress, one stops it when ctx ends. All end with the process.
func (p *Process) follow(ctx context.Context, job *Job, l *launch, output io.ReadCloser) {
	var readers sync.WaitGroup
	if l.lines != nil {
		readers.Go(func() {
			defer output.Close()
			readLines(output, p.log, func(line []byte) {
				if report, ok := l.lines(line); ok {
					p.report(report)
				}
			})
		})
	} else {
		readers.Go(func() { p.ask(ctx, job.interval(), l.poll) })
	}
	go func() {
		<-ctx.Done()
		p.terminate(stopGrace)
	}()
	go func() {
		err := p.cmd.Wait()
		p.mu.Lock()
		if !p.stopping {
			p.exitErr = fmt.Errorf("%s exited by itself: %w%s", p.client, cmpError(err), tail(p.log))
		}
		p.mu.Unlock()
		p.cancel()
		readers.Wait()
		close(p.exited)
	}()
}

// cmpError names an exit without an error.
func cmpError(err error) error {
	if err == nil {
		return errors.New("exit code 0")
	}
	return err
}

// askTimeout bounds one question to a client's control port.
const askTimeout = 5 * time.Second

// ask polls the client until ctx ends. A client that has just started does not answer yet, so
// errors are not reported.
func (p *Process) ask(ctx context.Context, interval time.Duration, poll func(context.Context) (Progress, error)) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		one, cancel := context.WithTimeout(ctx, askTimeout)
		report, err := poll(one)
		cancel()
		if err == nil {
			p.report(report)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// report takes a report of the client.
func (p *Process) report(r Progress) {
	r.At = time.Now()
	p.mu.Lock()
	p.latest = r
	observer := p.observer
	p.mu.Unlock()
	if observer != nil {
		observer(r)
	}
	p.isReady.Do(func() { close(p.ready) })
	if r.Complete {
		p.isDone.Do(func() { close(p.done) })
	}
}

// Observe calls f for each report from now on, in the order of arrival, from another goroutine.
func (p *Process) Observe(f func(Progress)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.observer = f
}

// Progress returns the latest report.
func (p *Process) Progress() Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.latest
}

// Ready is closed when the client has reported for the first time.
func (p *Process) Ready() <-chan struct{} { return p.ready }

// Done is closed when the content is complete and verified.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exited is closed when the process has ended.
func (p *Process) Exited() <-chan struct{} { return p.exited }

// Err returns why the process has ended, with the end of its log; nil while it runs and after
// Stop.
func (p *Process) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.exitErr
}

// Log is the path of the client's log file.
func (p *Process) Log() string { return p.log }

// PID is the number of the client's process.
func (p *Process) PID() int { return p.cmd.Process.Pid }

// stopGrace is how long a client has for its final announce.
const stopGrace = 5 * time.Second

// Stop asks the client to end, and kills it if it has not ended after 5 s or when ctx ends. It
// returns the error of a client that had ended before.
func (p *Process) Stop(ctx context.Context) error {
	grace := stopGrace
	if deadline, ok := ctx.Deadline(); ok {
		grace = min(grace, time.Until(deadline))
	}
	if ctx.Err() != nil {
		grace = 0
	}
	p.terminate(grace)
	<-p.exited
	return p.Err()
}

// Kill ends the process at once, without a final announce.
func (p *Process) Kill() {
	p.terminate(0)
	<-p.exited
}

// terminate signals the process's group, and kills it after a time.
func (p *Process) terminate(grace time.Duration) {
	select {
	case <-p.exited:
		return
	default:
	}
	p.mu.Lock()
	p.stopping = true
	p.mu.Unlock()
	if grace > 0 {
		signalGroup(p.cmd.Process, false)
		select {
		case <-p.exited:
			return
		case <-time.After(grace):
		}
	}
	signalGroup(p.cmd.Process, true)
}

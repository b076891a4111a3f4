package emulator

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"sync"
	"time"
)

// Process is an emulator in a process of its own. In the process of a command, the emulator's
// thread would wait for the Go runtime whenever a goroutine without real-time priority holds what
// it needs, for as long as the machine is busy.
type Process struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	mu      sync.Mutex
	replies *bufio.Reader
}

// childEnv marks the environment of the process.
const childEnv = "SWARMSIM_EMULATOR"

// firstFD is the first descriptor that a process inherits beside standard input, output and error.
const firstFD = 3

// settings is a Config as it is passed to the process. The descriptors of hosts are inherited in
// their order.
type settings struct {
	Hosts   []Host            `json:"hosts"`
	Latency [][]time.Duration `json:"latency"`
	Jitter  time.Duration     `json:"jitter"`
	Loss    float64           `json:"loss"`
	Seed    uint64            `json:"seed"`
}

// Start starts an emulator in a process of its own, which is the running program again: its main
// function, or TestMain, must call RunChild first. The process ends with Stop, and when this one
// ends.
func Start(c Config) (*Process, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	s := settings{Hosts: c.Hosts, Jitter: c.Jitter, Loss: c.Loss, Seed: c.Seed}
	for a := range c.Hosts {
		row := make([]time.Duration, len(c.Hosts))
		for b := range row {
			if a != b {
				row[b] = c.Latency(a, b)
			}
		}
		s.Latency = append(s.Latency, row)
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), childEnv+"=1", "GODEBUG=asyncpreemptoff=1")
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = childAttributes()
	for i := range c.Hosts {
		f, err := duplicate(c.Hosts[i].FD)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		cmd.ExtraFiles = append(cmd.ExtraFiles, f)
	}
	return begin(cmd, text)
}

// begin starts the process and waits until it forwards packets.
func begin(cmd *exec.Cmd, text []byte) (*Process, error) {
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("emulator: %w", err)
	}
	p := &Process{cmd: cmd, stdin: stdin, replies: bufio.NewReader(stdout)}
	if _, err := stdin.Write(append(text, '\n')); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: %w", err), p.Stop())
	}
	if _, err := p.Stats(); err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

// Stats returns what the emulator has counted so far.
func (p *Process) Stats() (Stats, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s Stats
	if _, err := io.WriteString(p.stdin, "\n"); err != nil {
		return s, fmt.Errorf("emulator: %w", err)
	}
	line, err := p.replies.ReadBytes('\n')
	if err != nil {
		return s, fmt.Errorf("emulator: it has ended: %w", err)
	}
	return s, json.Unmarshal(line, &s)
}

// Stop ends the process.
func (p *Process) Stop() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	return nil
}

// RunChild runs the emulator if this process was started by Start, and ends the process. It returns
// at once in all others.
func RunChild() {
	if os.Getenv(childEnv) == "" {
		return
	}
	if err := child(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "emulator:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// maxChildMemory is the memory up to which the process collects no garbage.
const maxChildMemory = 256 << 20

// child reads the configuration, and then answers each line with the statistics, until its input
// ends.
func child(in io.Reader, out io.Writer) error {
	debug.SetGCPercent(-1) // forwarding allocates next to nothing
	debug.SetMemoryLimit(maxChildMemory)
	lines := bufio.NewReader(in)
	text, err := lines.ReadBytes('\n')
	if err != nil {
		return err
	}
	var s settings
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	for i := range s.Hosts {
		s.Hosts[i].FD = firstFD + i
		if err := setNonblocking(s.Hosts[i].FD); err != nil {
			return err
		}
	}
	e, err := New(Config{
		Hosts: s.Hosts, Jitter: s.Jitter, Loss: s.Loss, Seed: s.Seed,
		Latency: func(a, b int) time.Duration { return s.Latency[a][b] },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- e.Run(ctx) }()
	replies := json.NewEncoder(out)
	for {
		if _, err = lines.ReadBytes('\n'); err != nil {
			break
		}
		if err = replies.Encode(e.Stats()); err != nil {
			break
		}
	}
	cancel()
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return errors.Join(err, <-ended)
}

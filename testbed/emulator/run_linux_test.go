package emulator

import (
	"context"
	"errors"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pair returns two ends of a socket that keeps packets apart.
func pair(t *testing.T) (host, emulated int) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { unix.Close(fds[0]); unix.Close(fds[1]) })
	return fds[0], fds[1]
}

// run runs an emulator of two hosts and returns the descriptors of the hosts.
func run(t *testing.T, h Host) (e *Emulator, a, b int) {
	t.Helper()
	c := symmetric(2, h)
	a, c.Hosts[0].FD = pair(t)
	b, c.Hosts[1].FD = pair(t)
	e, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- e.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return e, a, b
}

// receive waits for a packet.
func receive(t *testing.T, fd int) []byte {
	t.Helper()
	p := make([]byte, maxPacket)
	for {
		poll := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
		ready, err := unix.Poll(poll, 30_000) // a guard against hanging
		if errors.Is(err, unix.EINTR) {
			continue
		}
		if err != nil || ready == 0 {
			t.Fatalf("no packet came: %v", err)
		}
		n, err := unix.Read(fd, p)
		if err != nil {
			t.Fatal(err)
		}
		return p[:n]
	}
}

// No packet arrives before the emulated network would deliver it, and the order is kept. How late
// packets are depends on the machine, and is logged.
func TestRunKeepsTime(t *testing.T) {
	const packets, rate = 400, 2e6
	e, a, b := run(t, Host{Up: rate, Down: 4 * rate, UpQueue: 1 << 20, DownQueue: 1 << 20})
	start := time.Now()
	for i := range packets {
		for { // the socket's buffer is full until the emulator has read
			if _, err := unix.Write(a, ipv4(0, 1, full, 1, uint32(i))); err == nil {
				break
			} else if !errors.Is(err, unix.EAGAIN) {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
		}
	}
	for i := range packets {
		p := receive(t, b)
		sent := time.Duration(float64(i+1) * full / rate * float64(time.Second))
		if at, earliest := time.Since(start), sent+latency+sent/time.Duration(4*(i+1)); at < earliest {
			t.Fatalf("packet %d arrives after %v, before the network delivers it, %v", i, at, earliest)
		}
		if numberOf(p) != i {
			t.Fatalf("packet %d arrives as number %d", numberOf(p), i)
		}
	}
	ideal := time.Duration(packets*full/rate*float64(time.Second)) + latency
	t.Logf("%d packets took %v, of which the network takes %v; lateness %+v, real time: %v",
		packets, time.Since(start), ideal, e.Stats().Lateness, e.Stats().RealTime)
	if tr := e.Stats().Hosts[0]; tr.SentPackets != packets {
		t.Errorf("%+v", tr)
	}
	if tr := e.Stats().Hosts[1]; tr.ReceivedBytes != packets*full {
		t.Errorf("%+v", tr)
	}
}

func TestNewRefuses(t *testing.T) {
	for _, change := range []func(*Config){
		func(c *Config) { c.Latency = nil },
		func(c *Config) { c.Loss = 1 },
		func(c *Config) { c.Hosts[1].Addr = c.Hosts[0].Addr },
		func(c *Config) { c.Hosts[0].Up = -1 },
		func(c *Config) { c.Hosts[0].FD = -1 },
	} {
		c := symmetric(2, Host{})
		_, c.Hosts[0].FD = pair(t)
		_, c.Hosts[1].FD = pair(t)
		change(&c)
		if e, err := New(c); err == nil {
			e.Close()
			t.Errorf("%+v is accepted", c)
		}
	}
}

func TestMain(m *testing.M) {
	RunChild()
	m.Run()
}

// An emulator in a process of its own forwards packets and reports.
func TestProcess(t *testing.T) {
	c := symmetric(2, Host{Up: 1e6, UpQueue: 64 << 10})
	var a, b int
	a, c.Hosts[0].FD = pair(t)
	b, c.Hosts[1].FD = pair(t)
	p, err := Start(c)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(a, ipv4(0, 1, full, 1, 7)); err != nil {
		t.Fatal(err)
	}
	if n := numberOf(receive(t, b)); n != 7 {
		t.Errorf("packet 7 arrives as number %d", n)
	}
	s, err := p.Stats()
	if err != nil || len(s.Hosts) != 2 || s.Hosts[1].ReceivedBytes != full || s.Lateness.Packets != 1 {
		t.Errorf("%+v, %v", s, err)
	}
	if err := p.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := p.Stats(); err == nil {
		t.Error("statistics of a process that has ended")
	}
}

func TestProcessRefuses(t *testing.T) {
	if p, err := Start(symmetric(2, Host{Up: -1})); err == nil {
		p.Stop()
		t.Error("a negative rate is accepted")
	}
}

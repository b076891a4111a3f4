package emulator

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// Emulator runs a network on descriptors.
type Emulator struct {
	net   *network
	start time.Time

	wake, timer, poll int

	realTime                               atomic.Bool
	packets, lateTotal, lateMax, lateAbove atomic.Int64
	writeErrors, cpu                       atomic.Int64
}

// New checks a configuration and prepares an emulator. Run or Close must follow.
func New(c Config) (*Emulator, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	e := &Emulator{net: newNetwork(c), start: time.Now()}
	e.net.deliver = e.deliver
	var err error
	if e.poll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return nil, fmt.Errorf("emulator: epoll: %w", err)
	}
	if e.timer, err = unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: timerfd: %w", err), unix.Close(e.poll))
	}
	if e.wake, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: eventfd: %w", err), unix.Close(e.poll), unix.Close(e.timer))
	}
	return e, e.watch()
}

// Keys of descriptors other than those of hosts, in epoll's events.
const (
	timerKey = -1
	wakeKey  = -2
)

func (e *Emulator) watch() error {
	add := func(fd, key int) error {
		return unix.EpollCtl(e.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(key)})
	}
	err := errors.Join(add(e.timer, timerKey), add(e.wake, wakeKey))
	for i, h := range e.net.config.Hosts {
		err = errors.Join(err, add(h.FD, i))
	}
	if err != nil {
		return errors.Join(fmt.Errorf("emulator: epoll: %w", err), e.Close())
	}
	return nil
}

// Close releases an emulator that does not run.
func (e *Emulator) Close() error {
	return errors.Join(unix.Close(e.poll), unix.Close(e.timer), unix.Close(e.wake))
}

// realTimePriority is above that of all processes without SCHED_FIFO, and below the kernel's
// threads.
const realTimePriority = 10

// Run forwards packets until ctx ends, and releases the emulator. The descriptors of the hosts
// stay open.
func (e *Emulator) Run(ctx context.Context) error {
	runtime.LockOSThread() // and the thread ends with the goroutine, since its priority was changed
	woken := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		unix.Write(e.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0}) // fails only if it is awake already
		close(woken)
	})
	attr := &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_FIFO, Priority: realTimePriority}
	e.realTime.Store(unix.SchedSetAttr(0, attr, 0) == nil)
	err := e.loop(ctx)
	if !stop() {
		<-woken // or it would write to a descriptor that is closed by then
	}
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &usage) == nil {
		e.cpu.Store(usage.Utime.Nano() + usage.Stime.Nano())
	}
	return errors.Join(err, e.Close())
}

func (e *Emulator) loop(ctx context.Context) error {
	ready := make([]unix.EpollEvent, len(e.net.config.Hosts)+2)
	for ctx.Err() == nil {
		e.playDue()
		if err := e.arm(); err != nil {
			return fmt.Errorf("emulator: timerfd: %w", err)
		}
		n, err := unix.EpollWait(e.poll, ready, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return fmt.Errorf("emulator: epoll: %w", err)
		}
		for _, r := range ready[:max(n, 0)] {
			if r.Fd >= 0 {
				e.read(int(r.Fd))
			}
		}
	}
	return nil
}

func (e *Emulator) now() time.Duration { return time.Since(e.start) }

// playDue plays the events that are due.
func (e *Emulator) playDue() {
	now := e.now()
	for {
		at, ok := e.net.next()
		if !ok {
			return
		}
		if at > now {
			if now = e.now(); at > now {
				return
			}
		}
		if at, s := e.net.advance(); s == arrives {
			e.late(now - at)
		}
	}
}

func (e *Emulator) late(d time.Duration) {
	e.packets.Add(1)
	e.lateTotal.Add(int64(d))
	if d > lateLimit {
		e.lateAbove.Add(1)
	}
	if int64(d) > e.lateMax.Load() { // this thread alone writes it
		e.lateMax.Store(int64(d))
	}
}

// arm sets the timer to the next event.
func (e *Emulator) arm() error {
	var spec unix.ItimerSpec
	if at, ok := e.net.next(); ok {
		spec.Value = unix.NsecToTimespec(max(int64(at-e.now()), 1))
	}
	return unix.TimerfdSettime(e.timer, 0, &spec, nil)
}

// maxBurst bounds how many packets of a host are read before others get their turn.
const maxBurst = 32

func (e *Emulator) read(from int) {
	fd := e.net.config.Hosts[from].FD
	for range maxBurst {
		p := e.net.buffer()
		n, err := unix.Read(fd, p)
		if err != nil || n <= 0 {
			e.net.release(p)
			return
		}
		e.net.send(e.now(), from, p[:n])
	}
}

func (e *Emulator) deliver(to int, p []byte) {
	if _, err := unix.Write(e.net.config.Hosts[to].FD, p); err != nil {
		e.writeErrors.Add(1)
	}
}

// Traffic returns what a host has sent and received so far.
func (e *Emulator) Traffic(host int) Traffic { return e.net.hosts[host].traffic() }

// Lateness returns how late packets were so far.
func (e *Emulator) Lateness() Lateness {
	l := Lateness{Packets: e.packets.Load(), Max: time.Duration(e.lateMax.Load()), Above: e.lateAbove.Load()}
	if l.Packets > 0 {
		l.Mean = time.Duration(e.lateTotal.Load() / l.Packets)
	}
	return l
}

// RealTime reports whether the emulator runs with real-time priority.
func (e *Emulator) RealTime() bool { return e.realTime.Load() }

// CPU is the processor time that Run has taken; 0 until it returns.
func (e *Emulator) CPU() time.Duration { return time.Duration(e.cpu.Load()) }

// WriteErrors is the number of packets that a host's device did not take.
func (e *Emulator) WriteErrors() int64 { return e.writeErrors.Load() }

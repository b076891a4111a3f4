package emulator

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Emulator runs a network on descriptors.
type Emulator struct {
	net   *network
	start time.Time

	wake, poll int

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
	if e.wake, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		return nil, errors.Join(fmt.Errorf("emulator: eventfd: %w", err), unix.Close(e.poll))
	}
	return e, e.watch()
}

// wakeKey stands for no host in epoll's events.
const wakeKey = -1

func (e *Emulator) watch() error {
	add := func(fd, key int) error {
		return unix.EpollCtl(e.poll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(key)})
	}
	err := add(e.wake, wakeKey)
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
	return errors.Join(unix.Close(e.poll), unix.Close(e.wake))
}

// realTimePriority is above that of all processes without SCHED_FIFO, and below the kernel's
// threads.
const realTimePriority = 10

// Run forwards packets until ctx ends, and releases the emulator. The descriptors of the hosts
// stay open. Its thread keeps one processor of the Go runtime, which Run adds.
func (e *Emulator) Run(ctx context.Context) error {
	runtime.LockOSThread() // and the thread ends with the goroutine, since its priority was changed
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	defer func() { runtime.GOMAXPROCS(max(runtime.GOMAXPROCS(0)-1, 1)) }()
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
	e.noteCPU()
	return errors.Join(err, e.Close())
}

// noteCPU notes the processor time of the thread.
func (e *Emulator) noteCPU() {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_THREAD, &usage) == nil {
		e.cpu.Store(usage.Utime.Nano() + usage.Stime.Nano())
	}
}

// cpuNoteInterval is how many rounds pass between two notes of the processor time.
const cpuNoteInterval = 1024

func (e *Emulator) loop(ctx context.Context) error {
	ready := make([]unix.EpollEvent, len(e.net.config.Hosts)+2)
	for round := 0; ctx.Err() == nil; round++ {
		if round%cpuNoteInterval == 0 {
			e.noteCPU()
		}
		e.playDue()
		n, err := e.wait(ready)
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

// maxWait bounds how long wait waits, since a garbage collection waits for it.
const maxWait = 100 * time.Millisecond

// wait waits for packets until the next event is due. It is epoll_pwait2(2) of Linux 5.11, whose
// timeout has nanoseconds.
func (e *Emulator) wait(ready []unix.EpollEvent) (int, error) {
	timeout := maxWait
	if at, ok := e.net.next(); ok {
		timeout = min(max(at-e.now(), 0), maxWait)
	}
	t := unix.NsecToTimespec(int64(timeout))
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT2, uintptr(e.poll), uintptr(unsafe.Pointer(&ready[0])),
		uintptr(len(ready)), uintptr(unsafe.Pointer(&t)), 0, 0)
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// transfer reads or writes a packet without telling the Go runtime, as wait does: the runtime would
// give the thread's processor to another, and the thread would wait to get one back.
func transfer(call uintptr, fd int, p []byte) (n int, ok bool) {
	got, _, errno := unix.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
	return int(got), errno == 0
}

// maxBurst bounds how many packets of a host are read before others get their turn.
const maxBurst = 8

func (e *Emulator) read(from int) {
	fd := e.net.config.Hosts[from].FD
	for range maxBurst {
		p := e.net.buffer()
		n, ok := transfer(unix.SYS_READ, fd, p)
		if !ok || n <= 0 {
			e.net.release(p)
			return
		}
		e.net.send(e.now(), from, p[:n])
	}
}

func (e *Emulator) deliver(to int, p []byte) {
	if _, ok := transfer(unix.SYS_WRITE, e.net.config.Hosts[to].FD, p); !ok {
		e.writeErrors.Add(1)
	}
}

// Stats returns what has been counted so far.
func (e *Emulator) Stats() Stats {
	s := Stats{
		Lateness: Lateness{Packets: e.packets.Load(), Max: time.Duration(e.lateMax.Load()), Above: e.lateAbove.Load()},
		RealTime: e.realTime.Load(), WriteErrors: e.writeErrors.Load(), CPU: time.Duration(e.cpu.Load()),
	}
	if s.Lateness.Packets > 0 {
		s.Lateness.Mean = time.Duration(e.lateTotal.Load() / s.Lateness.Packets)
	}
	for i := range e.net.hosts {
		s.Hosts = append(s.Hosts, e.net.hosts[i].traffic())
	}
	return s
}

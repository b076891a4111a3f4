package netns

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"runtime"

	"golang.org/x/sys/unix"
)

// MTU is that of a namespace's device, in bytes.
const MTU = 1500

// Namespace is a network namespace with one address.
type Namespace struct {
	tun   int
	calls chan call
	ended chan struct{}
}

type call struct {
	f    func() error
	done chan error
}

// New makes a namespace with an address and a route to the rest of its prefix, through a TUN
// device. TCP connections use the congestion control algorithm.
func New(address netip.Prefix, congestion string) (*Namespace, error) {
	n := &Namespace{tun: -1, calls: make(chan call), ended: make(chan struct{})}
	started := make(chan error)
	go n.loop(started)
	if err := <-started; err != nil {
		return nil, fmt.Errorf("cannot make a network namespace: %w", err)
	}
	err := n.Do(func() (err error) {
		n.tun, err = openTUN(address, congestion)
		return err
	})
	if err != nil {
		n.Close()
		return nil, fmt.Errorf("network namespace of %v: %w", address.Addr(), err)
	}
	return n, nil
}

// loop is the namespace's thread, which ends with it: no other goroutine may run in it.
func (n *Namespace) loop(started chan<- error) {
	runtime.LockOSThread()
	defer close(n.ended)
	err := unix.Unshare(unix.CLONE_NEWNET)
	started <- err
	if err != nil {
		return
	}
	for c := range n.calls {
		c.done <- c.f()
	}
}

// Do runs f in the namespace. Goroutines that f starts are not in it.
func (n *Namespace) Do(f func() error) error {
	done := make(chan error, 1)
	n.calls <- call{f, done}
	return <-done
}

// Spawn starts a process in the namespace.
func (n *Namespace) Spawn(cmd *exec.Cmd) error { return n.Do(cmd.Start) }

// Dial connects from the namespace to an address without a name.
func (n *Namespace) Dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	if _, err := netip.ParseAddrPort(address); err != nil {
		return nil, err // a name would be looked up in another thread
	}
	err = n.Do(func() (err error) {
		var d net.Dialer
		conn, err = d.DialContext(ctx, network, address)
		return err
	})
	return conn, err
}

// Listen listens in the namespace.
func (n *Namespace) Listen(network, address string) (l net.Listener, err error) {
	err = n.Do(func() (err error) {
		l, err = net.Listen(network, address)
		return err
	})
	return l, err
}

// TUN is the device's descriptor, which does not block: each read takes a packet that the namespace
// has sent, and each write hands one to it. Close closes it.
func (n *Namespace) TUN() int { return n.tun }

// Close removes the namespace. Processes that have the death of their parent as a signal get it;
// others keep a namespace without a device.
func (n *Namespace) Close() error {
	close(n.calls)
	<-n.ended
	if n.tun < 0 {
		return nil
	}
	return unix.Close(n.tun)
}

// Available returns an *UnavailableError if namespaces with TUN devices cannot be made here.
func Available() error {
	n, err := New(netip.MustParsePrefix("198.18.0.1/15"), "")
	if err != nil {
		var unavailable *UnavailableError
		switch {
		case errors.As(err, &unavailable):
			return unavailable
		case errors.Is(err, unix.EPERM):
			return notPermitted
		}
		return &UnavailableError{err.Error(), "a Linux kernel with network namespaces and TUN devices is needed"}
	}
	return n.Close()
}

var notPermitted = &UnavailableError{
	"the system does not permit it",
	"run as root, or permit unprivileged user namespaces: sysctl kernel.unprivileged_userns_clone=1, " +
		"user.max_user_namespaces above 0, and on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0",
}

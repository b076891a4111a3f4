//go:build !linux

package netns

import (
	"context"
	"net"
	"net/netip"
	"os/exec"
)

// Namespace cannot be made on this system.
type Namespace struct{}

var notLinux = &UnavailableError{"this system is not Linux", "use a Linux machine, or a virtual one"}

// New returns an *UnavailableError.
func New(netip.Prefix, string) (*Namespace, error) { return nil, notLinux }

// Available returns an *UnavailableError.
func Available() error { return notLinux }

// EnterUserNamespace does nothing.
func EnterUserNamespace() (code int, again bool, err error) { return 0, false, notLinux }

// Do returns an *UnavailableError.
func (*Namespace) Do(func() error) error { return notLinux }

// Spawn returns an *UnavailableError.
func (*Namespace) Spawn(*exec.Cmd) error { return notLinux }

// Dial returns an *UnavailableError.
func (*Namespace) Dial(context.Context, string, string) (net.Conn, error) { return nil, notLinux }

// Listen returns an *UnavailableError.
func (*Namespace) Listen(string, string) (net.Listener, error) { return nil, notLinux }

// TUN returns no descriptor.
func (*Namespace) TUN() int { return -1 }

// Close does nothing.
func (*Namespace) Close() error { return nil }

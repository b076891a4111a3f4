package httpclient

import (
	"context"
	"errors"
	"net/http/httptrace"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
)

// Trip is where one request and its redirects went.
type Trip struct {
	localAllowed bool
	redirected   atomic.Bool

	mu    sync.Mutex
	first netip.Addr // that was connected to
	last  netip.Addr
}

type tripKey struct{}

func tripOf(ctx context.Context) *Trip {
	t, _ := ctx.Value(tripKey{}).(*Trip)
	return t
}

func withTrip(ctx context.Context, t *Trip) context.Context {
	ctx = context.WithValue(ctx, tripKey{}, t)
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) {
		if a, err := netip.ParseAddrPort(i.Conn.RemoteAddr().String()); err == nil {
			t.arrive(a.Addr().Unmap())
		}
	}})
}

func (t *Trip) arrive(a netip.Addr) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.last = a; !t.first.IsValid() {
		t.first = a
	}
}

// Remote returns the address of the server that answered last; the zero Addr if none did.
func (t *Trip) Remote() netip.Addr {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

// The reasons for which a connection is refused.
var (
	errLocalRedirect = errors.New("a redirect from a public server leads to the local network")
	errLocalURL      = errors.New("the URL leads to the local network, but does not have the form of one that may")
)

// control checks an address before it is connected to, after its name has been resolved: a name of
// the public DNS can have a local address.
func control(ctx context.Context, _, address string, _ syscall.RawConn) error {
	t := tripOf(ctx)
	if t == nil {
		return nil
	}
	a, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return t.check(a.Addr().Unmap())
}

func (t *Trip) check(a netip.Addr) error {
	if !isLocal(a) {
		return nil
	}
	if !t.redirected.Load() {
		if t.localAllowed {
			return nil
		}
		return errLocalURL
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !isLocal(t.first) {
		return errLocalRedirect
	}
	return nil
}

// isLocal reports whether an address is of this machine or its network.
func isLocal(a netip.Addr) bool {
	return a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsUnspecified()
}

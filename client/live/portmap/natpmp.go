package portmap

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"github.com/jackpal/gateway"
)

// gatewayPort is the port of PCP and NAT-PMP.
const gatewayPort = 5351

// natpmp is a router with PCP or NAT-PMP.
type natpmp struct {
	options *Options
	gateway netip.AddrPort
	pcp     bool
	nonce   nonce
}

// findNATPMP returns the gateway if it speaks PCP or NAT-PMP. It is asked for both at once: those
// that speak NAT-PMP only do not all answer PCP.
func findNATPMP(ctx context.Context, o *Options) (router, error) {
	g, err := defaultGateway(o)
	if err != nil {
		return nil, err
	}
	r := &natpmp{options: o, gateway: g}
	rand.Read(r.nonce[:])
	announce := pcpRequest(r.nonce, o.Local, Port{}, 0, 0)[:24] // ANNOUNCE has a header only (RFC 6887 section 14.1)
	announce[1] = opExternal
	err = r.ask(ctx, [][]byte{announce, {versionNATPMP, opExternal}}, func(data []byte) (bool, error) {
		switch {
		case len(data) >= 24 && data[0] == versionPCP && data[1] == opExternal|opAnswer && data[3] == 0:
			r.pcp = true
			return true, nil
		case len(data) >= 4 && data[0] == versionNATPMP && data[3] == 1:
			return false, nil // unsupported version, which answers the request of PCP
		}
		_, ok, err := parseExternal(data)
		return ok, err
	})
	if err != nil {
		return nil, fmt.Errorf("gateway %s: %w", g.Addr(), err)
	}
	return r, nil
}

// defaultGateway returns the gateway of the options, or the system's default.
func defaultGateway(o *Options) (netip.AddrPort, error) {
	addr, port := o.Gateway.Addr(), o.Gateway.Port()
	if port == 0 {
		port = gatewayPort
	}
	if !addr.IsValid() {
		ip, err := gateway.DiscoverGateway()
		if err != nil {
			return netip.AddrPort{}, fmt.Errorf("find the default gateway: %w", err)
		}
		addr, _ = netip.AddrFromSlice(ip)
	}
	if addr = addr.Unmap(); !addr.Is4() {
		return netip.AddrPort{}, fmt.Errorf("the gateway %v has no IPv4 address", addr)
	}
	return netip.AddrPortFrom(addr, port), nil
}

func (r *natpmp) name() string {
	if r.pcp {
		return "PCP"
	}
	return "NAT-PMP"
}

func (r *natpmp) add(ctx context.Context, p Port, external uint16, lifetime time.Duration) (l lease, err error) {
	if r.pcp {
		request := pcpRequest(r.nonce, r.options.Local, p, external, lifetime)
		err = r.ask(ctx, [][]byte{request}, func(data []byte) (ok bool, err error) {
			l, ok, err = parsePCP(data, r.nonce, p)
			return ok, err
		})
		return l, err
	}
	err = r.ask(ctx, [][]byte{natpmpRequest(p, external, lifetime)}, func(data []byte) (ok bool, err error) {
		l, ok, err = parseNATPMP(data, p)
		return ok, err
	})
	if err != nil {
		return lease{}, err
	}
	err = r.ask(ctx, [][]byte{{versionNATPMP, opExternal}}, func(data []byte) (bool, error) {
		a, ok, err := parseExternal(data)
		l.external = netip.AddrPortFrom(a, l.external.Port())
		return ok, err
	})
	return l, err
}

func (r *natpmp) remove(ctx context.Context, p Port, _ uint16) error {
	if r.pcp {
		return r.ask(ctx, [][]byte{pcpRequest(r.nonce, r.options.Local, p, 0, 0)}, func(data []byte) (bool, error) {
			_, ok, err := parsePCP(data, r.nonce, p)
			return ok, err
		})
	}
	return r.ask(ctx, [][]byte{natpmpRequest(p, 0, 0)}, func(data []byte) (bool, error) {
		_, ok, err := parseNATPMP(data, p)
		return ok, err
	})
}

// firstWait is the time until requests are first repeated. It doubles each time (RFC 6886 section
// 3.1).
const firstWait = 250 * time.Millisecond

// ask sends requests, again and again, until parse accepts an answer or time is up. The socket is
// connected: it receives from the gateway only.
func (r *natpmp) ask(ctx context.Context, requests [][]byte, parse func([]byte) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	dialer := net.Dialer{LocalAddr: net.UDPAddrFromAddrPort(netip.AddrPortFrom(r.options.Local, 0))}
	conn, err := dialer.DialContext(ctx, "udp4", r.gateway.String())
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
	buf := make([]byte, 1100) // the longest PCP packet (RFC 6887 section 7)
	for wait := firstWait; ; wait *= 2 {
		for _, request := range requests {
			if _, err := conn.Write(request); err != nil {
				return err
			}
		}
		conn.SetReadDeadline(time.Now().Add(wait))
		for {
			if ctx.Err() != nil {
				return errNoAnswer
			}
			n, err := conn.Read(buf)
			if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
				break
			}
			if err != nil { // such as: nothing listens at the port
				return err
			}
			if ok, err := parse(buf[:n]); ok || err != nil {
				return err
			}
		}
	}
}

// errNoAnswer is the error of a router that does not speak the protocol.
var errNoAnswer = errors.New("no answer")

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

package portmap

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// Protocol is a transport protocol, by its number in IP.
type Protocol uint8

// The protocols.
const (
	TCP Protocol = 6
	UDP Protocol = 17
)

func (p Protocol) String() string {
	if p == TCP {
		return "TCP"
	}
	return "UDP"
}

// Port is a port that the router is to forward.
type Port struct {
	Protocol Protocol
	Internal uint16 // at the local address; also the external port that is asked for
}

// Mapping is the state of a port.
type Mapping struct {
	Port
	External netip.AddrPort // that peers can connect to; its Addr is the zero Addr if the router does not say
	Method   string         // "PCP", "NAT-PMP" or "UPnP"; empty: not mapped
	Expires  time.Time
	Err      error // why it is not mapped
}

// Options are the options of a Mapper.
type Options struct {
	Local    netip.Addr     // IPv4 address that ports are forwarded to; required
	Gateway  netip.AddrPort // of PCP and NAT-PMP; zero Addr: the default gateway, port 0: 5351
	Search   netip.AddrPort // where UPnP routers are searched; zero: 239.255.255.250:1900
	Lifetime time.Duration  // of leases, asked for; 0: 1 hour
	Timeout  time.Duration  // of one protocol's answers; 0: 3 s
	Name     string         // that routers show; empty: swarmsim

	Changed func([]Mapping) // called after changes; nil: not
}

// router is a router that a protocol has found.
type router interface {
	// add adds or renews a mapping. external is the external port that is asked for.
	add(ctx context.Context, p Port, external uint16, lifetime time.Duration) (lease, error)
	remove(ctx context.Context, p Port, external uint16) error
	name() string
}

// lease is what a router has granted.
type lease struct {
	external netip.AddrPort
	lifetime time.Duration
}

// The limits on the times between two requests for a port.
const (
	minRenewal   = 10 * time.Second
	maxLifetime  = 24 * time.Hour
	firstRetry   = time.Minute
	longestRetry = time.Hour
)

// Mapper keeps ports mapped. Its methods may be called by several goroutines.
type Mapper struct {
	options Options
	find    func(context.Context, *Options) (router, error)
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	mappings []Mapping
}

// New begins to map ports.
func New(o Options, ports ...Port) (*Mapper, error) {
	o.Local = o.Local.Unmap()
	if !o.Local.Is4() || o.Local.IsUnspecified() {
		return nil, fmt.Errorf("map ports to %v: the local address should be an IPv4 address of this machine", o.Local)
	}
	setDefault(&o.Lifetime, time.Hour)
	setDefault(&o.Timeout, 3*time.Second)
	if o.Name == "" {
		o.Name = "swarmsim"
	}
	m := &Mapper{options: o, find: find}
	for _, p := range ports {
		if p.Internal == 0 || p.Protocol != TCP && p.Protocol != UDP {
			return nil, fmt.Errorf("map port %d of protocol %d: it should be 1 to 65535 of TCP or UDP", p.Internal, p.Protocol)
		}
		m.mappings = append(m.mappings, Mapping{Port: p, Err: errNotTried})
	}
	m.start()
	return m, nil
}

func (m *Mapper) start() {
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	m.running.Go(func() { m.run(ctx) })
}

func setDefault(d *time.Duration, to time.Duration) {
	if *d == 0 {
		*d = to
	}
}

// errNotTried is the error of a mapping before there is another.
var errNotTried = errors.New("not mapped yet")

// Mappings returns the state of all ports.
func (m *Mapper) Mappings() []Mapping {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.mappings)
}

// Close removes the mappings and ends.
func (m *Mapper) Close() {
	m.cancel()
	m.running.Wait()
}

// run maps and renews until the context is done.
func (m *Mapper) run(ctx context.Context) {
	var r router
	retry := firstRetry
	for ctx.Err() == nil {
		wait := retry
		var err error
		if r == nil {
			r, err = m.find(ctx, &m.options)
		}
		if err == nil {
			wait, err = m.renew(ctx, r)
		}
		switch {
		case err == nil:
			retry = firstRetry
		case ctx.Err() == nil:
			m.fail(err)
			wait, retry = retry, min(2*retry, longestRetry)
			r = nil
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
		}
	}
	if r != nil {
		m.removeAll(r)
	}
}

// find returns a router that answers to one of the protocols.
func find(ctx context.Context, o *Options) (router, error) {
	r, err := findNATPMP(ctx, o)
	if err == nil {
		return r, nil
	}
	u, upnpErr := findUPnP(ctx, o)
	if upnpErr == nil {
		return u, nil
	}
	return nil, fmt.Errorf("no router forwards ports: PCP and NAT-PMP: %w; UPnP: %w", err, upnpErr)
}

// renew adds or renews all mappings, and returns when the next renewal is due: after half the shortest
// lifetime, as RFC 6886 section 3.3 and RFC 6887 section 11.2.1 recommend.
func (m *Mapper) renew(ctx context.Context, r router) (time.Duration, error) {
	next := m.options.Lifetime
	var failed error
	mapped := 0
	for i, old := range m.Mappings() {
		external := old.Internal
		if old.External.Port() != 0 {
			external = old.External.Port()
		}
		l, err := r.add(ctx, old.Port, external, m.options.Lifetime)
		if err != nil {
			err = fmt.Errorf("%s port %d: %w", old.Protocol, old.Internal, err)
			m.set(i, Mapping{Port: old.Port, Err: err})
			failed = errors.Join(failed, err)
			continue
		}
		mapped++
		l.lifetime = min(l.lifetime, maxLifetime)
		next = min(next, l.lifetime)
		m.set(i, Mapping{Port: old.Port, External: l.external, Method: r.name(), Expires: time.Now().Add(l.lifetime)})
	}
	if mapped == 0 && failed != nil {
		return 0, failed
	}
	return max(next/2, minRenewal), nil
}

// set notes the state of a port.
func (m *Mapper) set(i int, to Mapping) {
	m.mu.Lock()
	old := m.mappings[i]
	m.mappings[i] = to
	m.mu.Unlock()
	if old.External != to.External || old.Method != to.Method || (old.Err == nil) != (to.Err == nil) {
		m.changed()
	}
}

// fail notes that no port is mapped.
func (m *Mapper) fail(err error) {
	m.mu.Lock()
	for i := range m.mappings {
		m.mappings[i] = Mapping{Port: m.mappings[i].Port, Err: err}
	}
	m.mu.Unlock()
	m.changed()
}

func (m *Mapper) changed() {
	if m.options.Changed != nil {
		m.options.Changed(m.Mappings())
	}
}

// removeAll removes the mappings, as far as the router answers in time.
func (m *Mapper) removeAll(r router) {
	ctx, cancel := context.WithTimeout(context.Background(), m.options.Timeout)
	defer cancel()
	for _, x := range m.Mappings() {
		if x.Method != "" {
			r.remove(ctx, x.Port, x.External.Port())
		}
	}
}

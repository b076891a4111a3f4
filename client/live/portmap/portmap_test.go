package portmap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

var ports = []Port{{TCP, 6881}, {UDP, 6881}}

// mapPorts maps the ports until all are mapped or have failed.
func mapPorts(t *testing.T, o Options) (*Mapper, []Mapping) {
	t.Helper()
	changes := make(chan []Mapping, 100)
	o.Local, o.Changed = local, func(l []Mapping) { changes <- l }
	m, err := New(o, ports...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	ctx := guard(t)
	for {
		select {
		case l := <-changes:
			if (l[0].Err == nil) == (l[1].Err == nil) && l[0].Err != errNotTried && l[1].Err != errNotTried {
				return m, l
			}
		case <-ctx.Done():
			t.Fatalf("not mapped: %v", m.Mappings())
		}
	}
}

func checkMapped(t *testing.T, l []Mapping, method string, externalPort uint16) {
	t.Helper()
	for _, x := range l {
		want := netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), externalPort)
		if x.Err != nil || x.Method != method || x.External != want || time.Until(x.Expires) < 30*time.Minute {
			t.Errorf("got %+v", x)
		}
	}
}

// Ports are mapped and, at the end, no longer.
func TestGateway(t *testing.T) {
	for _, g := range []*gatewayFake{{}, {pcp: true}} {
		g.leases = map[Port]uint32{}
		m, l := mapPorts(t, Options{Gateway: serveUDP(t, g.answer), Search: unusedPort(t)})
		checkMapped(t, l, map[bool]string{true: "PCP", false: "NAT-PMP"}[g.pcp], 16881)
		if !maps.Equal(g.lifetimes(), map[Port]uint32{{TCP, 6881}: 3600, {UDP, 6881}: 3600}) {
			t.Errorf("leases %v", g.lifetimes())
		}
		m.Close()
		if len(g.lifetimes()) != 0 {
			t.Errorf("leases %v are left", g.lifetimes())
		}
	}
}

func TestUPnP(t *testing.T) {
	for _, service := range services {
		g := newIGD(t, func(g *igd) { g.service = service.urn })
		m, l := mapPorts(t, Options{Gateway: unusedPort(t), Search: g.search})
		checkMapped(t, l, "UPnP", 6881)
		want := map[string]string{"TCP 6881": "127.0.0.7:6881 for 3600", "UDP 6881": "127.0.0.7:6881 for 3600"}
		if !maps.Equal(g.list(), want) {
			t.Errorf("mappings %v", g.list())
		}
		m.Close()
		if len(g.list()) != 0 {
			t.Errorf("mappings %v are left", g.list())
		}
	}
}

// A router without leases, and one whose external port is taken.
func TestUPnPErrors(t *testing.T) {
	g := newIGD(t, func(g *igd) { g.permanent, g.taken = true, "6881" })
	m, l := mapPorts(t, Options{Gateway: unusedPort(t), Search: g.search})
	for _, x := range l {
		if x.Err != nil || x.External.Port() < 49152 {
			t.Errorf("got %+v", x)
		}
	}
	for key, value := range g.list() {
		if !strings.HasSuffix(value, " for 0") {
			t.Errorf("%s is %s", key, value)
		}
	}
	m.Close()
	if len(g.list()) != 0 {
		t.Errorf("mappings %v are left", g.list())
	}
}

// Devices that would have the client ask others are not believed.
func TestUPnPLiars(t *testing.T) {
	for name, change := range map[string]func(*igd){
		"description elsewhere": func(g *igd) { g.searchOnly = "http://127.0.0.2:80/desc.xml" },
		"description by name":   func(g *igd) { g.searchOnly = "http://localhost/desc.xml" },
		"description in a file": func(g *igd) { g.searchOnly = "file:///etc/passwd" },
		"no description":        func(g *igd) { g.searchOnly = "" },
		"control elsewhere":     func(g *igd) { g.control = "http://127.0.0.2/control" },
		"endless description":   func(g *igd) { g.control = "/" + strings.Repeat("x", 2*maxDescription) },
		"no service":            func(g *igd) { g.service = "urn:schemas-upnp-org:service:Dimming:1" },
		"not XML":               func(g *igd) { g.service = "<" },
	} {
		g := newIGD(t, change)
		if name == "no description" {
			g.search = serveUDP(t, func([]byte) [][]byte { return [][]byte{[]byte("HTTP/1.1 200 OK\r\n\r\n")} })
		}
		_, err := findUPnP(guard(t), &Options{Local: local, Search: g.search, Timeout: 300 * time.Millisecond})
		if err == nil {
			t.Errorf("%s: found", name)
		}
	}
}

// A router that refuses: the reason is reported.
func TestRefusal(t *testing.T) {
	gateway := serveUDP(t, func(data []byte) [][]byte {
		if data[0] == versionNATPMP && data[1] == opExternal {
			return [][]byte{{0, 128, 0, 0, 0, 0, 0, 1, 192, 0, 2, 1}}
		}
		return [][]byte{{0, data[1] | opAnswer, 0, 2, 0, 0, 0, 0}}
	})
	_, l := mapPorts(t, Options{Gateway: gateway, Search: unusedPort(t), Timeout: time.Second})
	if l[0].Err == nil || !strings.Contains(l[0].Err.Error(), "not authorized") {
		t.Errorf("got %v", l[0].Err)
	}
}

func TestNoRouter(t *testing.T) {
	silent := serveUDP(t, func([]byte) [][]byte { return nil })
	for _, o := range []Options{{Gateway: unusedPort(t), Search: unusedPort(t)}, {Gateway: silent, Search: silent}} {
		o.Timeout = 300 * time.Millisecond
		m, l := mapPorts(t, o)
		if l[0].Err == nil || l[0].Method != "" {
			t.Errorf("got %+v", l)
		}
		m.Close()
	}
}

func TestNewRefuses(t *testing.T) {
	for _, o := range []Options{{}, {Local: netip.IPv6Loopback()}, {Local: netip.IPv4Unspecified()}} {
		if _, err := New(o); err == nil {
			t.Errorf("%v is accepted", o.Local)
		}
	}
	for _, p := range []Port{{TCP, 0}, {3, 1}} {
		if _, err := New(Options{Local: local}, p); err == nil {
			t.Errorf("%v is accepted", p)
		}
	}
}

// routerFake counts what it is asked for.
type routerFake struct {
	mu   sync.Mutex
	log  []string
	fail error
}

// restart begins a new log, from now on with an error.
func (r *routerFake) restart(fail error) (log string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	log = strings.Join(r.log, ", ")
	r.log, r.fail = nil, fail
	return log
}

func (r *routerFake) name() string { return "fake" }

func (r *routerFake) add(_ context.Context, p Port, external uint16, lifetime time.Duration) (lease, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, fmt.Sprint("add ", external))
	return lease{netip.AddrPortFrom(netip.Addr{}, p.Internal+1), lifetime / 2}, r.fail
}

func (r *routerFake) remove(_ context.Context, _ Port, external uint16) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, fmt.Sprint("remove ", external))
	return nil
}

// Leases are renewed after half their time; after a failure routers are searched again, less and less
// often.
func TestRenewal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, finds := &routerFake{}, atomic.Int32{}
		m := &Mapper{options: Options{Lifetime: time.Hour, Timeout: time.Second}, mappings: []Mapping{{Port: ports[0]}}}
		m.find = func(context.Context, *Options) (router, error) {
			finds.Add(1)
			return r, nil
		}
		m.start()
		time.Sleep(time.Minute + 45*time.Minute) // a lease is 30 minutes
		synctest.Wait()
		if got := r.restart(errors.New("no")); got != "add 6881, add 6882, add 6882, add 6882" || finds.Load() != 1 {
			t.Errorf("%d searches, %s", finds.Load(), got)
		}
		time.Sleep((14 + 1 + 2 + 4 + 1) * time.Minute)
		synctest.Wait()
		if got := r.restart(nil); strings.Count(got, "add") != 4 || finds.Load() != 4 {
			t.Errorf("%d searches, %s", finds.Load(), got)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		r.restart(nil)
		m.Close()
		if got := r.restart(nil); got != "remove 6882" {
			t.Errorf("at the end: %s", got)
		}
	})
}

package portmap

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

var local = netip.MustParseAddr("127.0.0.7")

func guard(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// serveUDP answers datagrams with what answer returns; nil for nothing.
func serveUDP(t *testing.T, answer func(data []byte) [][]byte) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		buf := make([]byte, 2048)
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			for _, a := range answer(bytes.Clone(buf[:n])) {
				conn.WriteToUDPAddrPort(a, from)
			}
		}
	})
	t.Cleanup(func() {
		conn.Close()
		done.Wait()
	})
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// unusedPort returns a port at which nothing listens.
func unusedPort(t *testing.T) netip.AddrPort {
	t.Helper()
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.MustParseAddrPort("127.0.0.1:0")))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.LocalAddr().(*net.UDPAddr).AddrPort()
}

// gatewayFake is a gateway with PCP or NAT-PMP. External ports are 10,000 above what is asked for.
type gatewayFake struct {
	pcp bool

	mu     sync.Mutex
	leases map[Port]uint32 // lifetime in seconds
}

func (g *gatewayFake) lifetimes() map[Port]uint32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[Port]uint32{}
	for p, l := range g.leases {
		out[p] = l
	}
	return out
}

func (g *gatewayFake) record(p Port, seconds uint32) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.leases[p] = seconds; seconds == 0 {
		delete(g.leases, p)
	}
}

func (g *gatewayFake) answer(data []byte) [][]byte {
	if g.pcp {
		return g.answerPCP(data)
	}
	if data[0] != versionNATPMP {
		return [][]byte{{versionNATPMP, data[1] | opAnswer, 0, 1, 0, 0, 0, 0}}
	}
	out := []byte{versionNATPMP, data[1] | opAnswer, 0, 0, 0, 0, 0, 9}
	if data[1] == opExternal {
		return [][]byte{append(out, 192, 0, 2, 1)}
	}
	p := Port{UDP, binary.BigEndian.Uint16(data[4:])}
	if data[1] == opMapTCP {
		p.Protocol = TCP
	}
	seconds := binary.BigEndian.Uint32(data[8:])
	g.record(p, seconds)
	out = binary.BigEndian.AppendUint16(out, p.Internal)
	out = binary.BigEndian.AppendUint16(out, p.Internal+10000)
	out = binary.BigEndian.AppendUint32(out, seconds)
	garbage := [][]byte{{}, {0}, bytes.Repeat([]byte{0xff}, 100), out[:9]}
	return append(garbage, out)
}

func (g *gatewayFake) answerPCP(data []byte) [][]byte {
	if data[0] != versionPCP {
		return [][]byte{{versionPCP, data[1] | opAnswer, 0, 1}}
	}
	if netip.AddrFrom16([16]byte(data[8:24])).Unmap() != local {
		return nil
	}
	out := append([]byte{versionPCP, data[1] | opAnswer, 0, 0}, data[4:8]...)
	out = append(out, make([]byte, 16)...)
	if data[1] == 0 {
		return [][]byte{out}
	}
	p := Port{Protocol(data[36]), binary.BigEndian.Uint16(data[40:])}
	g.record(p, binary.BigEndian.Uint32(data[4:]))
	forged := append(append(bytes.Clone(out), make([]byte, 12)...), data[36:60]...)
	out = append(out, data[24:40]...)
	out = binary.BigEndian.AppendUint16(out, p.Internal)
	out = binary.BigEndian.AppendUint16(out, p.Internal+10000)
	external := netip.MustParseAddr("::ffff:192.0.2.1").As16()
	return [][]byte{forged, append(out, external[:]...)}
}

// igd is a router with UPnP.
type igd struct {
	t          *testing.T
	service    string // URN
	control    string // URL of the service
	permanent  bool   // it has no leases
	taken      string // external port that another client has
	search     netip.AddrPort
	mu         sync.Mutex
	mappings   map[string]string // "TCP 6881" to "127.0.0.7:6881 for 3600"
	searchOnly string            // Location in place of the real one
}

const description = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceType>urn:schemas-upnp-org:device:InternetGatewayDevice:1</deviceType>
<deviceList><device><deviceList><device><serviceList><service>
<serviceType>%s</serviceType><controlURL>%s</controlURL></service></serviceList></device></deviceList></device></deviceList></device></root>`

func newIGD(t *testing.T, change func(*igd)) *igd {
	t.Helper()
	g := &igd{t: t, service: "urn:schemas-upnp-org:service:WANIPConnection:1", control: "/control", mappings: map[string]string{}}
	change(g)
	s := httptest.NewServer(g)
	t.Cleanup(s.Close)
	g.search = serveUDP(t, func(data []byte) [][]byte {
		if !strings.HasPrefix(string(data), "M-SEARCH * HTTP/1.1\r\n") {
			t.Errorf("search %q", data)
		}
		location := s.URL + "/desc.xml"
		if g.searchOnly != "" {
			location = g.searchOnly
		}
		return [][]byte{[]byte("garbage"), []byte("HTTP/1.1 200 OK\r\nLOCATION: " + location + "\r\nST: x\r\nUSN: y\r\n\r\n")}
	})
	return g
}

var argument = regexp.MustCompile(`<(New\w+)>([^<]*)</`)

func (g *igd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/control" {
		fmt.Fprintf(w, description, g.service, g.control)
		return
	}
	if !strings.HasPrefix(r.RemoteAddr, local.String()+":") {
		g.t.Errorf("request from %s", r.RemoteAddr)
	}
	body, _ := io.ReadAll(r.Body)
	args := map[string]string{}
	for _, a := range argument.FindAllStringSubmatch(string(body), -1) {
		args[a[1]] = a[2]
	}
	_, action, _ := strings.Cut(strings.Trim(r.Header.Get("SOAPACTION"), `"`), "#")
	g.act(w, action, args)
}

func (g *igd) act(w http.ResponseWriter, action string, args map[string]string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key := args["NewProtocol"] + " " + args["NewExternalPort"]
	result := ""
	switch action {
	case "AddPortMapping":
		if g.permanent && args["NewLeaseDuration"] != "0" {
			fault(w, onlyPermanent)
			return
		}
		if args["NewExternalPort"] == g.taken {
			fault(w, conflict)
			return
		}
		g.mappings[key] = args["NewInternalClient"] + ":" + args["NewInternalPort"] + " for " + args["NewLeaseDuration"]
	case "DeletePortMapping":
		delete(g.mappings, key)
	case "GetExternalIPAddress":
		result = "<NewExternalIPAddress>192.0.2.1</NewExternalIPAddress>"
	default:
		fault(w, 401)
		return
	}
	fmt.Fprintf(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><u:%[1]sResponse xmlns:u="x">%[2]s</u:%[1]sResponse></s:Body></s:Envelope>`,
		action, result)
}

func fault(w http.ResponseWriter, code int) {
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprintf(w, `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Client</faultcode>
<faultstring>UPnPError</faultstring><detail><UPnPError xmlns="urn:schemas-upnp-org:control-1-0"><errorCode>%d</errorCode>
<errorDescription>no</errorDescription></UPnPError></detail></s:Fault></s:Body></s:Envelope>`, code)
}

func (g *igd) list() map[string]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	out := map[string]string{}
	for k, v := range g.mappings {
		out[k] = v
	}
	return out
}

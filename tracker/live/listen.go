package live

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// endpoint is a TCP listener, a UDP socket, or both at one port of an address.
type endpoint struct {
	addr     netip.AddrPort
	http     net.Listener // nil: none
	udp      *net.UDPConn // nil: none
	anywhere bool         // the address stands for all of its family
}

func (e *endpoint) close() {
	if e.http != nil {
		e.http.Close()
	}
	if e.udp != nil {
		e.udp.Close()
	}
}

// portTries is how many free ports are tried until one is free for both TCP and UDP.
const portTries = 20

// listen opens the sockets of an address. An empty host stands for all IPv4 addresses and, where the
// system has IPv6, all IPv6 addresses.
func listen(addr string, c *Config) ([]*endpoint, error) {
	host, port, err := splitAddr(addr)
	if err != nil {
		return nil, err
	}
	if host != "" {
		ips, err := net.DefaultResolver.LookupNetIP(context.Background(), "ip", host)
		if err != nil {
			return nil, fmt.Errorf("listening at %q: %w", addr, err)
		}
		e, err := open(netip.AddrPortFrom(ips[0].Unmap(), port), c)
		if err != nil {
			return nil, err
		}
		return []*endpoint{e}, nil
	}
	e4, err := open(netip.AddrPortFrom(netip.IPv4Unspecified(), port), c)
	if err != nil {
		return nil, err
	}
	e6, err := open(netip.AddrPortFrom(netip.IPv6Unspecified(), e4.addr.Port()), c)
	if err != nil {
		c.Log.Warn("IPv6 is not served", "err", err)
		return []*endpoint{e4}, nil
	}
	return []*endpoint{e4, e6}, nil
}

// splitAddr splits host:port.
func splitAddr(addr string) (host string, port uint16, err error) {
	host, text, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not an address to listen at: write host:port, such as 127.0.0.1:%d", addr, DefaultPort)
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return "", 0, fmt.Errorf("%q is not an address to listen at: the port is not a number from 0 to 65535", addr)
	}
	return host, uint16(n), nil
}

// open opens the sockets of an address.
func open(addr netip.AddrPort, c *Config) (e *endpoint, err error) {
	for range portTries {
		if e, err = openPort(addr, c); err == nil || addr.Port() != 0 {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("listening at %v: %w", addr, err)
	}
	return e, nil
}

func openPort(addr netip.AddrPort, c *Config) (*endpoint, error) {
	family := "4" // a socket of one family each: a packet's family is then its socket's
	if addr.Addr().Is6() {
		family = "6"
	}
	e := &endpoint{addr: addr, anywhere: addr.Addr().IsUnspecified()}
	if !c.NoHTTP {
		// Without keep-alive probes a connection costs four system calls less, and it is closed long
		// before a probe would be sent.
		l, err := (&net.ListenConfig{KeepAlive: -1}).Listen(context.Background(), "tcp"+family, addr.String())
		if err != nil {
			return nil, err
		}
		e.http = limitConnections(l, c.MaxConnections)
		e.addr = l.Addr().(*net.TCPAddr).AddrPort()
	}
	if c.NoUDP {
		return e, nil
	}
	conn, err := net.ListenUDP("udp"+family, net.UDPAddrFromAddrPort(e.addr))
	if err != nil {
		e.close()
		return nil, err
	}
	e.udp = conn
	e.addr = conn.LocalAddr().(*net.UDPAddr).AddrPort()
	conn.SetReadBuffer(udpBuffer) // the system may give less
	conn.SetWriteBuffer(udpBuffer)
	if e.anywhere {
		if err := askForSource(conn, addr.Addr().Is6()); err != nil {
			e.close()
			return nil, fmt.Errorf("asking for the addresses of packets: %w", err)
		}
	}
	return e, nil
}

// udpBuffer is the size of a UDP socket's buffers in bytes: some 40,000 announces.
const udpBuffer = 4 << 20

// urls returns the announce URLs. One that listens at all addresses is named by the first that
// other hosts may reach.
func (e *endpoint) urls() []string {
	at := e.addr.String()
	if e.anywhere {
		at = netip.AddrPortFrom(ownAddress(e.addr.Addr().Is6()), e.addr.Port()).String()
	}
	var out []string
	if e.http != nil {
		out = append(out, "http://"+at+"/announce")
	}
	if e.udp != nil {
		out = append(out, "udp://"+at+"/announce") // most clients want the path, which means nothing (BEP 41)
	}
	return out
}

// ownAddress returns an address of this host: not of the loopback interface if there is another.
func ownAddress(is6 bool) netip.Addr {
	out := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if is6 {
		out = netip.IPv6Loopback()
	}
	all, _ := net.InterfaceAddrs() // without any the loopback address remains
	for _, a := range all {
		p, err := netip.ParsePrefix(a.String())
		if err == nil && p.Addr().Is6() == is6 && p.Addr().IsGlobalUnicast() {
			return p.Addr()
		}
	}
	return out
}

package portmap

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// searchAddr is where UPnP devices are searched (UPnP Device Architecture 1.1, section 1.3.2).
var searchAddr = netip.MustParseAddrPort("239.255.255.250:1900")

// searchTargets are the devices that forward ports.
var searchTargets = []string{
	"urn:schemas-upnp-org:device:InternetGatewayDevice:1", "urn:schemas-upnp-org:device:InternetGatewayDevice:2",
}

// maxDevices bounds the answers to a search that are looked at.
const maxDevices = 8

// search searches routers, and hands the URL of each one's description to use until that reports
// true or time is up.
func search(ctx context.Context, o *Options, use func(*url.URL) bool) error {
	to := o.Search
	if !to.IsValid() {
		to = searchAddr
	}
	conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(o.Local, 0)))
	if err != nil {
		return err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })()
	for range 2 { // datagrams get lost
		for _, target := range searchTargets {
			m := fmt.Sprintf("M-SEARCH * HTTP/1.1\r\nHOST: %s\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: %s\r\n\r\n", searchAddr, target)
			if _, err := conn.WriteToUDPAddrPort([]byte(m), to); err != nil {
				return err
			}
		}
	}
	seen := map[string]bool{}
	buf := make([]byte, 2048)
	for len(seen) < maxDevices && ctx.Err() == nil {
		n, from, err := conn.ReadFromUDPAddrPort(buf)
		if err != nil {
			break
		}
		u, err := parseSearchAnswer(buf[:n], from.Addr())
		if err != nil || seen[u.String()] {
			continue
		}
		seen[u.String()] = true
		if use(u) {
			return nil
		}
	}
	if len(seen) == 0 {
		return errNoAnswer
	}
	return errors.New("no device that answers forwards ports")
}

// parseSearchAnswer returns the URL of the description in an answer to a search. It must be at the
// address that the answer is from: others in the network could have the client ask for anything.
func parseSearchAnswer(data []byte, from netip.Addr) (*url.URL, error) {
	r, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(data)), nil)
	if err != nil {
		return nil, err
	}
	r.Body.Close()
	u, err := url.Parse(r.Header.Get("Location"))
	if err != nil {
		return nil, err
	}
	if r.StatusCode != http.StatusOK {
		return nil, errors.New(r.Status)
	}
	return u, checkRouterURL(u, from)
}

// checkRouterURL reports why a URL is not one of the router at an address.
func checkRouterURL(u *url.URL, at netip.Addr) error {
	host, err := netip.ParseAddr(u.Hostname())
	if err != nil || u.Scheme != "http" || host.Unmap() != at.Unmap() {
		return fmt.Errorf("the URL %.200q is not one of HTTP at the router's address %s", u.String(), at)
	}
	return nil
}

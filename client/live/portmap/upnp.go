package portmap

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/huin/goupnp"
	"github.com/huin/goupnp/dcps/internetgateway2"
	"github.com/huin/goupnp/soap"

	"swarmsim/client/live/httpclient"
)

// connection is a UPnP service that forwards ports. The three services have the same actions.
type connection interface {
	AddPortMappingCtx(ctx context.Context, remote string, external uint16, protocol string, internal uint16,
		client string, enabled bool, description string, lifetime uint32) error
	DeletePortMappingCtx(ctx context.Context, remote string, external uint16, protocol string) error
	GetExternalIPAddressCtx(context.Context) (string, error)
}

// services are the services that forward ports, the best first.
var services = []struct {
	urn  string
	wrap func(goupnp.ServiceClient) connection
}{
	{internetgateway2.URN_WANIPConnection_2, func(c goupnp.ServiceClient) connection {
		return &internetgateway2.WANIPConnection2{ServiceClient: c}
	}},
	{internetgateway2.URN_WANIPConnection_1, func(c goupnp.ServiceClient) connection {
		return &internetgateway2.WANIPConnection1{ServiceClient: c}
	}},
	{internetgateway2.URN_WANPPPConnection_1, func(c goupnp.ServiceClient) connection {
		return &internetgateway2.WANPPPConnection1{ServiceClient: c}
	}},
}

// upnp is a router with UPnP.
type upnp struct {
	options *Options
	service connection
	// permanent is set if the router has no leases. Such mappings stay if the client crashes.
	permanent bool
}

// findUPnP searches a router with UPnP that is connected.
func findUPnP(ctx context.Context, o *Options) (router, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Timeout)
	defer cancel()
	var found *upnp
	var last error
	err := search(ctx, o, func(u *url.URL) bool {
		service, err := describe(ctx, o, u)
		if err != nil {
			last = err
			return false
		}
		found = &upnp{options: o, service: service}
		return true
	})
	if found == nil {
		return nil, errors.Join(err, last)
	}
	return found, nil
}

// describe fetches the description of a device and returns its service that forwards ports.
func describe(ctx context.Context, o *Options, u *url.URL) (connection, error) {
	client := routerClient(o)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("description: status %s", resp.Status)
	}
	d, err := parseDescription(resp.Body, u)
	if err != nil {
		return nil, err
	}
	at, err := netip.ParseAddr(u.Hostname())
	if err != nil {
		return nil, err
	}
	for _, s := range services {
		clients, err := goupnp.NewServiceClientsFromRootDevice(d, u, s.urn)
		if err != nil {
			continue // it has no such service
		}
		for _, c := range clients {
			if checkRouterURL(&c.SOAPClient.EndpointURL, at) == nil {
				c.SOAPClient.HTTPClient = *client
				return s.wrap(c), nil
			}
		}
	}
	return nil, errors.New("the device has no service that forwards ports")
}

// parseDescription parses the description of a device.
func parseDescription(r io.Reader, at *url.URL) (*goupnp.RootDevice, error) {
	d := &goupnp.RootDevice{}
	decoder := xml.NewDecoder(r)
	decoder.DefaultSpace = goupnp.DeviceXMLNamespace
	if err := decoder.Decode(d); err != nil {
		return nil, fmt.Errorf("description: %w", err)
	}
	base := at
	if d.URLBaseStr != "" {
		u, err := url.Parse(d.URLBaseStr)
		if err != nil {
			return nil, fmt.Errorf("description: %w", err)
		}
		base = u
	}
	d.SetURLBase(base)
	return d, nil
}

// maxDescription bounds responses of routers in bytes.
const maxDescription = 256 << 10

// routerClient returns a client for requests to routers: bound, without redirects, with bounded
// responses. Connections are not kept, so there is nothing to close.
func routerClient(o *Options) *http.Client {
	c := httpclient.New(httpclient.Options{Local: o.Local, MaxRedirects: 1})
	c.Transport.(*http.Transport).DisableKeepAlives = true
	c.Transport = boundedTransport{c.Transport}
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return c
}

// boundedTransport cuts long responses.
type boundedTransport struct{ http.RoundTripper }

func (t boundedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := t.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(resp.Body, maxDescription), resp.Body}
	}
	return resp, err
}

func (r *upnp) name() string { return "UPnP" }

// The error codes of AddPortMapping (UPnP WANIPConnection:1, section 2.4.16).
const (
	conflict      = 718 // another client has the external port
	onlyPermanent = 725
)

// maxPorts is how many external ports are tried if others are taken.
const maxPorts = 4

func (r *upnp) add(ctx context.Context, p Port, external uint16, lifetime time.Duration) (lease, error) {
	ctx, cancel := context.WithTimeout(ctx, r.options.Timeout)
	defer cancel()
	for try := 1; ; try++ {
		seconds := uint32(lifetime / time.Second)
		if r.permanent {
			seconds = 0
		}
		err := r.service.AddPortMappingCtx(ctx, "", external, p.Protocol.String(), p.Internal,
			r.options.Local.String(), true, r.options.Name, seconds)
		switch code := upnpCode(err); {
		case err == nil:
			return lease{netip.AddrPortFrom(r.externalAddr(ctx), external), lifetime}, nil
		case code == onlyPermanent && !r.permanent:
			r.permanent = true
		case code == conflict && try < maxPorts:
			external = uint16(49152 + rand.IntN(16384)) // a dynamic port, RFC 6335 section 6
		default:
			return lease{}, actionError(err)
		}
	}
}

// actionError returns the error of a failed action without the router's XML.
func actionError(err error) error {
	var f *soap.SOAPFaultError
	if errors.As(err, &f) {
		e := f.Detail.UPnPError
		return fmt.Errorf("the router refuses: UPnP error %d (%.100q)", e.Errorcode, e.ErrorDescription)
	}
	return err
}

// externalAddr returns the external address; the zero Addr if the router does not say.
func (r *upnp) externalAddr(ctx context.Context) netip.Addr {
	text, err := r.service.GetExternalIPAddressCtx(ctx)
	if err != nil {
		return netip.Addr{}
	}
	a, _ := netip.ParseAddr(text)
	return external(a.Unmap())
}

func (r *upnp) remove(ctx context.Context, p Port, external uint16) error {
	return r.service.DeletePortMappingCtx(ctx, "", external, p.Protocol.String())
}

// upnpCode returns the error code of a failed action; 0 if there is none.
func upnpCode(err error) int {
	var f *soap.SOAPFaultError
	if errors.As(err, &f) {
		return f.Detail.UPnPError.Errorcode
	}
	return 0
}

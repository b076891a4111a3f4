package httpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"time"
)

// Options are the options of a client. The zero value is usable.
type Options struct {
	Local           netip.Addr                            // source address of connections; the zero Addr: any
	MaxRedirects    int                                   // followed for one request; 0: 5
	MaxConnsPerHost int                                   // 0: no limit
	IdleTimeout     time.Duration                         // of a connection kept alive; 0: 30 s
	TLS             *tls.Config                           // nil: the system's roots
	Proxy           func(*http.Request) (*url.URL, error) // nil: no proxy
}

// maxHeader bounds the header of a response in bytes.
const maxHeader = 64 << 10

// New returns a client. Its Timeout is 0: give each request a context with a deadline. Call
// CloseIdleConnections when it is no longer needed.
func New(o Options) *http.Client {
	if o.MaxRedirects == 0 {
		o.MaxRedirects = 5
	}
	if o.IdleTimeout == 0 {
		o.IdleTimeout = 30 * time.Second
	}
	dialer := &net.Dialer{Timeout: 30 * time.Second, ControlContext: control}
	if o.Local.IsValid() {
		dialer.LocalAddr = &net.TCPAddr{IP: o.Local.AsSlice(), Zone: o.Local.Zone()}
	}
	return &http.Client{
		CheckRedirect: func(r *http.Request, via []*http.Request) error { return checkRedirect(r, via, o.MaxRedirects) },
		Transport: &http.Transport{
			Proxy:                  o.Proxy,
			DialContext:            dialer.DialContext,
			TLSClientConfig:        o.TLS,
			TLSHandshakeTimeout:    30 * time.Second,
			MaxIdleConnsPerHost:    max(2, o.MaxConnsPerHost),
			MaxConnsPerHost:        o.MaxConnsPerHost,
			IdleConnTimeout:        o.IdleTimeout,
			MaxResponseHeaderBytes: maxHeader,
			ForceAttemptHTTP2:      true,
		},
	}
}

// checkRedirect decides whether the request after a redirect is sent.
func checkRedirect(r *http.Request, via []*http.Request, most int) error {
	if len(via) > most {
		return fmt.Errorf("more than %d redirects", most)
	}
	if err := CheckURL(r.URL); err != nil {
		return fmt.Errorf("redirect: %w", err)
	}
	if t := tripOf(r.Context()); t != nil {
		t.redirected.Store(true)
	}
	return nil
}

// CheckURL reports why a URL cannot be asked for over HTTP.
func CheckURL(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("the scheme %q is not http or https", u.Scheme)
	case u.Hostname() == "":
		return errors.New("the URL has no host")
	}
	return nil
}

// Reason strips the URL from an error of a client. URLs of private trackers are secrets, which must
// not get into logs.
func Reason(err error) error {
	var with *url.Error
	if errors.As(err, &with) {
		return with.Err
	}
	return err
}

// With returns a context for one request and its redirects, and where it went. Without it a client
// does not check addresses. localAllowed says whether the first URL may be on this machine or its
// network.
func With(ctx context.Context, localAllowed bool) (context.Context, *Trip) {
	t := &Trip{localAllowed: localAllowed}
	return withTrip(ctx, t), t
}

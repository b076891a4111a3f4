package httpclient

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
)

func get(t *testing.T, c *http.Client, ctx context.Context, url string) (string, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, "GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := c.Do(r)
	if err != nil {
		return "", Reason(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// Connections come from the local address, and the trip says where they went.
func TestBindsToTheLocalAddress(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.RemoteAddr)
	}))
	defer s.Close()
	c := New(Options{Local: netip.MustParseAddr("127.0.0.7")})
	defer c.CloseIdleConnections()
	ctx, trip := With(t.Context(), true)
	body, err := get(t, c, ctx, s.URL)
	if err != nil || !strings.HasPrefix(body, "127.0.0.7:") {
		t.Errorf("the server saw %q, %v", body, err)
	}
	if trip.Remote() != netip.MustParseAddr("127.0.0.1") {
		t.Errorf("the trip went to %v", trip.Remote())
	}
}

func TestLocalURLIsRefusedUnlessAllowed(t *testing.T) {
	s := httptest.NewServer(http.NotFoundHandler())
	defer s.Close()
	c := New(Options{})
	ctx, _ := With(t.Context(), false)
	if _, err := get(t, c, ctx, s.URL); err == nil || !strings.Contains(err.Error(), errLocalURL.Error()) {
		t.Errorf("got %v", err)
	}
}

// A server redirects to itself, to another scheme, or once too often.
func TestRedirects(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/once":
			http.Redirect(w, r, "/here", http.StatusFound)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			io.WriteString(w, "arrived")
		}
	}))
	defer s.Close()
	c := New(Options{})
	defer c.CloseIdleConnections()
	for path, want := range map[string]string{"/once": "", "/file": "not http or https", "/loop": "more than 5 redirects"} {
		ctx, _ := With(t.Context(), true)
		body, err := get(t, c, ctx, s.URL+path)
		switch {
		case want == "" && (err != nil || body != "arrived"):
			t.Errorf("%s: got %q, %v", path, body, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: got %v, want %s", path, err, want)
		}
	}
}

// A redirect from a public server to the local network is refused at any address of that network.
func TestRedirectToTheLocalNetwork(t *testing.T) {
	for _, to := range []string{"127.0.0.1", "10.0.0.1", "192.168.0.1", "169.254.169.254", "::1", "fd00::1", "fe80::1", "0.0.0.0"} {
		trip := &Trip{localAllowed: true}
		trip.arrive(netip.MustParseAddr("192.0.2.1"))
		trip.redirected.Store(true)
		if trip.check(netip.MustParseAddr(to)) == nil {
			t.Errorf("a redirect to %s was followed", to)
		}
	}
}

func TestReasonHidesTheURL(t *testing.T) {
	c := New(Options{})
	ctx, _ := With(t.Context(), true)
	if _, err := get(t, c, ctx, "http://127.0.0.1:1/secret"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v", err)
	}
}

package live

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"swarmsim/tracker"
)

// A server at all addresses answers a UDP packet from the address that it was sent to: a connected
// socket drops others.
func TestResponseLeavesFromTheAddressAsked(t *testing.T) {
	s := serve(t, Config{Listen: []string{":0"}})
	u, err := url.Parse(s.urlOf("udp"))
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{"127.0.0.1", "127.0.0.5"}
	if haveIPv6() {
		hosts = append(hosts, "::1")
	}
	for _, host := range hosts {
		c, err := newUDPClient(net.JoinHostPort(host, u.Port()))
		if err != nil {
			t.Fatalf("%s: %v", host, err)
		}
		if err := c.announce(1); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		c.close()
	}
}

// All goroutines and sockets end with Close, also those of connections that say nothing.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 10 {
		s, err := New(Config{Listen: []string{"127.0.0.1:0"}, Metrics: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		u, _ := url.Parse(s.urlOf("http"))
		silent, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		get(t, s.urlOf("http")+query(1, ""), nil)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		silent.Close()
		l, err := net.Listen("tcp", u.Host)
		if err != nil {
			t.Fatalf("the port is still in use: %v", err)
		}
		l.Close()
	}
	http.DefaultClient.CloseIdleConnections()
	for deadline := time.Now().Add(guard); runtime.NumGoroutine() > before+2; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// Announces, scrapes, snapshots, expiry and reloads at once.
func TestConcurrentUse(t *testing.T) {
	dir := t.TempDir()
	deny := filepath.Join(dir, "deny")
	if err := os.WriteFile(deny, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := serve(t, Config{Deny: deny, Snapshot: filepath.Join(dir, "peers")})
	u, _ := url.Parse(s.urlOf("udp"))
	var wait sync.WaitGroup
	for k := range 8 {
		wait.Go(func() {
			c, err := newUDPClient(u.Host)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.close()
			for n := range 100 {
				if err := c.announce(k*100 + n); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 5 {
		s.shards.expire()
		if err := s.saveSnapshot(); err != nil {
			t.Error(err)
		}
		if err := s.Reload(); err != nil {
			t.Error(err)
		}
		get(t, s.urlOf("http")+query(1, ""), nil)
	}
	wait.Wait()
	if st := s.Stats(); st.Seeds+st.Leechers != 801 || st.Failures != 0 {
		t.Errorf("%+v", st)
	}
}

// A list that changes is read without being asked; a bad one leaves the earlier in force.
func TestListsAreReadAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "deny")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	hash := [20]byte{0xab}
	line := fmt.Sprintf("%x\n", hash)
	write("")
	l, err := newList(file)
	if err != nil || l.has(hash) {
		t.Fatal(err)
	}
	write(line)
	if changed, err := l.readIfChanged(); !changed || err != nil || !l.has(hash) {
		t.Errorf("changed %v, %v", changed, err)
	}
	if changed, _ := l.readIfChanged(); changed {
		t.Error("read again without a change")
	}
	write(line + "xyz\n")
	if _, err := l.readIfChanged(); err == nil || !strings.Contains(err.Error(), `deny:2: "xyz" is not an info hash`) || !l.has(hash) {
		t.Errorf("%v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	if changed, err := l.readIfChanged(); changed || err != nil {
		t.Errorf("a file that is missing: changed %v, %v", changed, err)
	}
}

// Above the limits only what is known is served.
func TestTotalLimits(t *testing.T) {
	s := offline(t, Config{MaxSwarms: 1, MaxTotalPeers: 2})
	announce := func(torrent, peer byte) string {
		r := tracker.Request{InfoHash: [20]byte{torrent}, PeerID: [20]byte{peer}, Addr: netip.AddrPortFrom(netip.IPv6Loopback(), uint16(peer))}
		var out tracker.Response
		s.announce(&r, &out)
		return out.Failure
	}
	for _, c := range []struct {
		torrent, peer byte
		fails         bool
	}{{1, 1, false}, {2, 1, true}, {1, 2, false}, {1, 3, true}, {1, 1, false}} {
		if got := announce(c.torrent, c.peer); (got != "") != c.fails {
			t.Errorf("torrent %d, peer %d: %q", c.torrent, c.peer, got)
		}
	}
}

// Requests that are not announces or scrapes are refused.
func TestOtherRequests(t *testing.T) {
	s := serve(t, Config{Metrics: "/metrics"})
	base := strings.TrimSuffix(s.urlOf("http"), "/announce")
	for _, c := range []struct {
		method, path string
		body         string
		want         int
	}{
		{"GET", "/", "", 404},
		{"GET", "/stats", "", 200},
		{"GET", "/metrics", "", 200},
		{"POST", "/announce", "", 405},
		{"GET", "/announce", "a body", 405},
		{"GET", "/announce?x=" + strings.Repeat("a", 20<<10), "", 431},
	} {
		r, err := http.NewRequestWithContext(context1(t), c.method, base+c.path, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.want {
			t.Errorf("%s %.20s: %s, want %d", c.method, c.path, resp.Status, c.want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

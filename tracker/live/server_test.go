package live

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/anacrolix/torrent/bencode"
	anacrolix "github.com/anacrolix/torrent/tracker"
	"github.com/anacrolix/torrent/tracker/udp"
	"github.com/anacrolix/torrent/types/infohash"
)

// guard is the time after which a test that hangs fails.
const guard = time.Minute

// serve starts a server at a free port of 127.0.0.1, and stops it when the test ends.
func serve(t *testing.T, c Config) *Server {
	t.Helper()
	if len(c.Listen) == 0 {
		c.Listen = []string{"127.0.0.1:0"}
	}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// urlOf returns the announce URL with a scheme.
func (s *Server) urlOf(scheme string) string {
	urls := s.AnnounceURLs()
	return urls[slices.IndexFunc(urls, func(u string) bool { return strings.HasPrefix(u, scheme+":") })]
}

func context1(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), guard)
	t.Cleanup(cancel)
	return ctx
}

// announceWith announces with anacrolix's client.
func announceWith(t *testing.T, trackerURL string, r anacrolix.AnnounceRequest) (anacrolix.AnnounceResponse, error) {
	t.Helper()
	return anacrolix.Announce{TrackerUrl: trackerURL, Request: r, Context: context1(t)}.Do()
}

func request(peer byte, left int64, e anacrolix.AnnounceEvent) anacrolix.AnnounceRequest {
	return anacrolix.AnnounceRequest{
		InfoHash: [20]byte{1, '%', '&', 0xff, 19: 7},
		PeerId:   [20]byte{'p', peer},
		Left:     left,
		Event:    e,
		Key:      99,
		NumWant:  -1,
		Port:     6000 + uint16(peer),
	}
}

// anacrolix's clients announce by HTTP and UDP, over IPv4 and IPv6, to one swarm. Every peer gets
// the others, and never itself.
func TestAnacrolixClients(t *testing.T) {
	addrs := []string{"127.0.0.1:0"}
	if haveIPv6() {
		addrs = append(addrs, "[::1]:0")
	}
	s := serve(t, Config{Listen: addrs})
	for n, u := range s.AnnounceURLs() {
		peer := byte(n + 1)
		r, err := announceWith(t, u, request(peer, int64(n), anacrolix.Started))
		if err != nil {
			t.Fatalf("%s: %v", u, err)
		}
		if r.Interval != 1800 || int(r.Seeders) != 1 || int(r.Leechers) != n {
			t.Errorf("%s: %+v", u, r)
		}
		ports := map[int]bool{}
		for _, p := range r.Peers {
			ports[p.Port] = true
		}
		if ports[6000+int(peer)] {
			t.Errorf("%s: a peer got its own address", u)
		}
		if strings.HasPrefix(u, "http") && len(ports) != n {
			t.Errorf("%s: peers %v of %d", u, ports, n)
		}
		if strings.HasPrefix(u, "udp") && len(ports) != 1 { // only the one of the same family
			t.Errorf("%s: peers %v", u, ports)
		}
	}
	if st := s.Stats(); st.HTTPAnnounces != int64(len(addrs)) || st.UDPAnnounces != int64(len(addrs)) || st.Failures != 0 {
		t.Errorf("%+v", st)
	}
}

func haveIPv6() bool {
	e, err := open(netip.MustParseAddrPort("[::1]:0"), &Config{NoUDP: true, MaxConnections: 1})
	if err == nil {
		e.close()
	}
	return err == nil
}

// A UDP scrape has the numbers of several torrents.
func TestAnacrolixScrapes(t *testing.T) {
	s := serve(t, Config{})
	for peer, left := range []int64{0, 0, 5} {
		e := anacrolix.Started
		if left == 0 {
			e = anacrolix.Completed
		}
		if _, err := announceWith(t, s.urlOf("udp"), request(byte(peer+1), left, e)); err != nil {
			t.Fatal(err)
		}
	}
	hash := request(1, 0, anacrolix.None).InfoHash
	u, _ := url.Parse(s.urlOf("udp"))
	c, err := udp.NewConnClient(udp.NewConnClientOpts{Network: "udp4", Host: u.Host})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, err := c.Client.Scrape(context1(t), []udp.InfoHash{{}, hash})
	if err != nil || len(got) != 2 || got[0] != (udp.ScrapeInfohashResult{}) ||
		got[1] != (udp.ScrapeInfohashResult{Seeders: 2, Completed: 2, Leechers: 1}) {
		t.Errorf("UDP: %+v, %v", got, err)
	}
	h, err := anacrolix.NewClient(s.urlOf("http"), anacrolix.NewClientOpts{})
	if err != nil {
		t.Fatal(err)
	}
	defer h.Close()
	if got, err = h.Scrape(context1(t), []infohash.T{hash}); err != nil || len(got) != 1 || got[0].Seeders != 2 {
		t.Errorf("HTTP: %+v, %v", got, err)
	}
}

// get returns the decoded body of a GET request, and the response.
func get(t *testing.T, u string, header http.Header) (map[string]any, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context1(t), http.MethodGet, u, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	resp, err := http.DefaultTransport.(*http.Transport).Clone().RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := bencode.Unmarshal(body, &out); err != nil {
		return nil, string(body)
	}
	return out, string(body)
}

// query returns the query of an announce.
func query(peer int, extra string) string {
	return fmt.Sprintf("?info_hash=%s&peer_id=%s&port=%d&uploaded=0&downloaded=0&left=1%s",
		url.QueryEscape("hash%&=+ hash\x00\xffhash1"), fmt.Sprintf("-XX0001-%012d", peer), 7000+peer, extra)
}

func TestDictionaryForm(t *testing.T) {
	s := serve(t, Config{Warning: "soon closed", TrackerID: "T1"})
	get(t, s.urlOf("http")+query(1, ""), nil)
	got, _ := get(t, s.urlOf("http")+query(2, "&compact=0"), nil)
	peers, _ := got["peers"].([]any)
	if len(peers) != 1 || fmt.Sprint(peers[0]) != fmt.Sprint(map[string]any{"ip": "127.0.0.1", "peer id": "-XX0001-000000000001", "port": 7001}) {
		t.Errorf("%v", got)
	}
	if got["warning message"] != "soon closed" || got["tracker id"] != "T1" || got["external ip"] != "\x7f\x00\x00\x01" {
		t.Errorf("%v", got)
	}
	got, _ = get(t, s.urlOf("http")+query(3, "&compact=0&no_peer_id=1&numwant=1"), nil)
	peers, _ = got["peers"].([]any)
	if len(peers) != 1 || peers[0].(map[string]any)["peer id"] != nil {
		t.Errorf("%v", got)
	}
}

// Only trusted sources say that a peer is elsewhere.
func TestAddressIsTheConnections(t *testing.T) {
	forwarded := http.Header{"X-Forwarded-For": {"1.2.3.4, 5.6.7.8, 127.0.0.1"}}
	for _, c := range []struct {
		name   string
		config Config
		header http.Header
		want   string
	}{
		{"default", Config{}, forwarded, "127.0.0.1"},
		{"trusted parameter", Config{TrustIP: true}, nil, "9.9.9.9"},
		{"trusted proxy", Config{Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}, forwarded, "5.6.7.8"},
	} {
		s := serve(t, c.config)
		get(t, s.urlOf("http")+query(1, "&ip=9.9.9.9&ipv6=2001:db8::1"), c.header)
		got, _ := get(t, s.urlOf("http")+query(2, "&compact=0"), c.header)
		if !strings.Contains(fmt.Sprint(got["peers"]), "ip:"+c.want+" ") {
			t.Errorf("%s: %v", c.name, got)
		}
		if both := strings.Contains(fmt.Sprint(got["peers"]), "2001:db8::1"); both != c.config.TrustIP {
			t.Errorf("%s: the IPv6 address is there: %v", c.name, both)
		}
	}
}

func TestFailures(t *testing.T) {
	dir := t.TempDir()
	allow := filepath.Join(dir, "allow")
	if err := os.WriteFile(allow, []byte("# ours\n"+strings.Repeat("ab", 20)+"  # one\n"+strings.Repeat("cd", 32)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		config      Config
		path, query string
		want        string
	}{
		{Config{}, "announce", "", "there is no info_hash"},
		{Config{}, "announce", "?info_hash=short", "info_hash has 5 bytes, not 20"},
		{Config{}, "announce", "?info_hash=%zz", `two hexadecimal digits`},
		{Config{}, "announce", query(1, "") + "&port=0", "port is not a number from 1 to 65535"},
		{Config{}, "announce", query(1, "") + "&numwant=x", "numwant is not a number"},
		{Config{Allow: allow}, "announce", query(1, ""), "this tracker does not serve this torrent"},
		{Config{}, "scrape", "", "name some with info_hash"},
		{Config{Rate: 0.001, Burst: 1}, "announce", query(1, ""), "too many requests"},
	} {
		s := serve(t, c.config)
		base := strings.TrimSuffix(s.urlOf("http"), "announce")
		if c.config.Rate > 0 {
			get(t, base+c.path+c.query, nil)
		}
		got, body := get(t, base+c.path+c.query, nil)
		if !strings.Contains(fmt.Sprint(got["failure reason"]), c.want) {
			t.Errorf("%s%s: %s", c.path, c.query, body)
		}
		if c.config.Rate > 0 && got["retry in"] != int64(1) {
			t.Errorf("no retry in: %s", body)
		}
	}
}

// A restart loses no peer.
func TestSnapshotSurvivesARestart(t *testing.T) {
	c := Config{Snapshot: filepath.Join(t.TempDir(), "peers"), Listen: []string{"127.0.0.1:0"}}
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 50 {
		get(t, s.urlOf("http")+query(n, "&event=completed"), nil)
	}
	before := s.Stats()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = serve(t, c)
	if after := s.Stats(); after.Leechers != 50 || after.Leechers != before.Leechers || after.Swarms != 1 {
		t.Errorf("%+v became %+v", before, after)
	}
	got, _ := get(t, s.urlOf("http")+query(100, "&numwant=100"), nil)
	if len(got["peers"].(string)) != 6*50 {
		t.Errorf("%v", got)
	}
}

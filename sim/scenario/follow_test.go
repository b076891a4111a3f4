package scenario

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// uniformSwarm is a scenario whose seed and leechers have links of one rate.
func uniformSwarm(rate, latency string, leechers int) string {
	return fmt.Sprintf(`name: uniform
content: {size: 64 MiB}
network: {latency: %s}
groups:
  - {name: seed, count: 1, seed: true, link: {up: %s, down: 1 GB/s}}
  - {name: leechers, count: %d, link: {up: 100 kB/s, down: 1 GB/s}}
`, latency, rate, leechers)
}

// The default window follows rate and latency where two connections (or one, if there is only
// one leecher) with the usual default could not fill a link.
func TestWindowFollowsLinks(t *testing.T) {
	for _, c := range []struct {
		rate, latency string
		leechers      int
		sets          []string
		want          Bytes
	}{
		{"2.5 MB/s", "50 ms", 1, nil, 256 << 10},
		{"2.7 MB/s", "50 ms", 1, nil, 337_500},
		{"2.7 MB/s", "50 ms", 2, nil, 256 << 10},
		{"5.3 MB/s", "20 ms to 50 ms", 2, nil, 662_500},
		{"125 MB/s", "50 ms", 100, nil, 15_625_000},
		{"125 MB/s", "50 ms", 100, []string{"network.window=1 MiB"}, 1 << 20},
		{"125 MB/s", "50 ms", 100, []string{"network.transport=tcp"}, 31_250_000},
		{"2.5 MB/s", "50 ms", 1, []string{"network.transport=tcp"}, 4 << 20},
		{"1 GB/s", "10 s", 1, []string{"client.handshake_timeout=1 min"}, maxDefaultWindow},
		{"lognormal 1 MB/s sigma 2", "50 ms", 1, nil, 13_099_300},
		{"1 MB/s", "50 ms", 1, []string{"events=[{at: 1 s, action: link, group: seed, share: 1, up: 100 MB/s, down: 1 MB/s}]"}, 12_500_000},
	} {
		var sets []string
		text := uniformSwarm(c.rate, c.latency, c.leechers)
		for _, s := range c.sets {
			if event, is := strings.CutPrefix(s, "events="); is {
				text += "events: " + event + "\n"
			} else {
				sets = append(sets, s)
			}
		}
		s := mustLoad(t, source(text, sets...))
		if got := s.Network.Window; got < c.want-100 || got > c.want+100 {
			t.Errorf("%s over %s to %d, %v: a window of %d bytes, want %d", c.rate, c.latency, c.leechers, c.sets, got, c.want)
		}
	}
}

// A router limits the rate of the paths that cross it and adds its latency to them.
func TestRoutersBoundCrossings(t *testing.T) {
	s := mustLoad(t, source(uniformSwarm("100 MB/s", "10 ms", 1), "network.transport=tcp"))
	s.Network.Routers = []Router{{Name: "r", Groups: []string{"leechers"}, Up: 1e6, Down: 2e6, Latency: Duration(5 * time.Millisecond)}}
	if x := s.crossings(); len(x) != 1 || x[0].rate != 2e6 || x[0].rtt != 30*time.Millisecond {
		t.Errorf("crossings %+v", x)
	}
}

// Defaults that follow the links are within the bounds of their fields, however long the
// latencies and however many the groups.
func TestFollowedDefaultsAreValid(t *testing.T) {
	var groups strings.Builder
	for i := range 300 {
		fmt.Fprintf(&groups, "  - {name: g%d, count: 2, link: {up: %d kB/s, down: %d MB/s}}\n", i, i+1, i%100+1)
	}
	for what, text := range map[string]string{
		"far":  uniformSwarm("1000 GB/s", "100 h", 2),
		"many": uniformSwarm("1 GB/s", "1 s", 2) + groups.String(),
	} {
		for _, transport := range []string{"ideal", "tcp"} {
			s := mustLoad(t, source(text, "network.transport="+transport, "client.handshake_timeout=300 h"))
			if n := len(s.crossings()); n > maxGroups*maxGroups {
				t.Errorf("%s: %d crossings are looked at", what, n)
			}
			text, err := s.Print()
			if err != nil {
				t.Fatal(err)
			}
			if again, err := mustLoad(t, source(string(text))).Print(); err != nil || string(again) != string(text) {
				t.Errorf("%s over %s: read again it is another scenario (%v)", what, transport, err)
			}
			s.Notes(catalogue())
		}
	}
}

// The number of requests follows the links, except where the file gives it, and does not exceed
// the number that every peer accepts.
func TestRequestsFollowLinks(t *testing.T) {
	type depth struct {
		Max int `json:"max,omitempty" jsonschema:"most" min:"1" max:"100000"`
	}
	src := source(uniformSwarm("125 MB/s", "50 ms", 1))
	src.Catalogue.Backlogs = []Named{{"rate", "", func() any { return &depth{250} }}}
	src.Catalogue.ScaleDefaults = func(settings any, blocks int, given func(string) bool) {
		if !given("max") {
			settings.(*depth).Max = blocks
		}
	}
	for _, c := range []struct {
		sets          []string
		all, leechers int // requests
		kept          int
	}{
		{nil, 1160, 1160, 1160},
		{[]string{"client.backlog.max=7"}, 7, 7, 1160},
		{[]string{"groups.leechers.client.backlog.max=7"}, 1160, 7, 1160},
		{[]string{"client.upload.max_pending_requests=900"}, 900, 900, 900},
	} {
		src.Sets = append([]string{"groups.leechers.client.rechoke_interval=9 s"}, c.sets...)
		s := mustLoad(t, src)
		all, leechers := s.Client.Backlog.Settings.(*depth).Max, s.Groups[1].Client.Backlog.Settings.(*depth).Max
		if all != c.all || leechers != c.leechers || s.Client.Upload.MaxPendingRequests != c.kept {
			t.Errorf("%v: %d requests, leechers %d, of which %d are kept", c.sets, all, leechers, s.Client.Upload.MaxPendingRequests)
		}
	}
}

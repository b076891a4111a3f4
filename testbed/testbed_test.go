package testbed

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/emulator"
	"swarmsim/testbed/netns"
)

func TestMain(m *testing.M) {
	emulator.RunChild()
	os.Exit(m.Run())
}

const small = `
name: small
content: {size: 1 MiB, piece: 64 KiB}
network: {transport: tcp, latency: 5 ms}
client: {profile: libtorrent-2}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 4 MB/s}}
  - {name: leechers, count: 3, arrival: {start: 1 s}, link: {up: 1 MB/s, down: 4 MB/s}}
stop: {deadline: 2 min}
`

// load loads a scenario with settings.
func load(t *testing.T, text string, sets ...string) *scenario.Scenario {
	t.Helper()
	s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "test", Sets: sets, Catalogue: sim.Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// names lists the clients of a plan's peers.
func names(p *Plan) (out []string) {
	for i := range p.peers {
		out = append(out, p.peers[i].driver.Name())
	}
	return out
}

func TestClientsOfPeers(t *testing.T) {
	for _, c := range []struct {
		sets, choices []string
		want          string
	}{
		{nil, nil, "libtorrent libtorrent libtorrent libtorrent"},
		{[]string{"client.profile=transmission-3"}, nil, "transmission transmission transmission transmission"},
		{[]string{"client.profile=mainline"}, []string{"aria2"}, "aria2 aria2 aria2 aria2"},
		{nil, []string{"leechers=anacrolix"}, "libtorrent anacrolix anacrolix anacrolix"},
		{nil, []string{"aria2=1", "transmission=1"}, "libtorrent aria2 transmission libtorrent"},
		{[]string{"client.choker=random"}, []string{"swarmsim"}, "swarmsim swarmsim swarmsim swarmsim"},
	} {
		var choices []Choice
		for _, text := range c.choices {
			choice, err := ParseChoice(text)
			if err != nil {
				t.Fatal(err)
			}
			choices = append(choices, choice)
		}
		p, err := NewPlan(load(t, small, c.sets...), choices, netip.Prefix{}, sim.Catalogue())
		if err != nil {
			t.Errorf("%v %v: %v", c.sets, c.choices, err)
			continue
		}
		if got := strings.Join(names(p), " "); got != c.want {
			t.Errorf("%v %v: %s, want %s", c.sets, c.choices, got, c.want)
		}
	}
}

func TestParseChoiceRefuses(t *testing.T) {
	for _, text := range []string{"", "bitcomet", "libtorrent=0", "leechers=bitcomet", "libtorrent=8000"} {
		if c, err := ParseChoice(text); err == nil {
			t.Errorf("%q is read as %+v", text, c)
		}
	}
}

// What has no equivalent is refused with its field.
func TestPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		set, choice, says string
	}{
		{"network.transport=ideal", "", "network.transport"},
		{"network.transport=utp", "", "network.transport"},
		{"content.block=64 KiB", "", "content.block"},
		{"groups.leechers.count=500", "", "groups: 501 peers"},
		{"groups.leechers.corrupt=0.1", "", "groups.leechers.corrupt"},
		{"groups.leechers.nat=0.5", "", "groups.leechers.nat"},
		{"groups.leechers.seed_ratio=1", "", "groups.leechers.seed_ratio"},
		{"client.choker=random", "", "client: choker"},
		{"client.profile=mainline", "", "no real client for the profile mainline"},
		{"record.events=true", "", "record.events"},
		{"", "libtorrent=7", "only 3 leechers"},
		{"", "peers=libtorrent", `no group "peers"`},
	} {
		var sets []string
		var choices []Choice
		if c.set != "" {
			sets = append(sets, c.set)
		}
		if c.choice != "" {
			choice, err := ParseChoice(c.choice)
			if err != nil {
				t.Fatal(err)
			}
			choices = append(choices, choice)
		}
		_, err := NewPlan(load(t, small, sets...), choices, netip.Prefix{}, sim.Catalogue())
		var refused *RefusedError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s %s: %v; want %q", c.set, c.choice, err, c.says)
		}
	}
}

func TestNetwork(t *testing.T) {
	p, err := NewPlan(load(t, small), nil, netip.MustParsePrefix("10.77.3.9/16"), sim.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if a, b := p.trackerAddr().Addr().String(), p.peers[2].addr.String(); a != "10.77.0.1" || b != "10.77.0.4:6881" {
		t.Errorf("the tracker has %s and the third peer %s", a, b)
	}
	for _, prefix := range []string{"127.0.0.0/8", "fd00::/64", "10.0.0.0/30", "0.0.0.0/0"} {
		if _, err := NewPlan(load(t, small), nil, netip.MustParsePrefix(prefix), sim.Catalogue()); err == nil {
			t.Errorf("%s is accepted", prefix)
		}
	}
}

// The profiles that have a client are those of the scenario package, all but mainline.
func TestProfilesHaveClients(t *testing.T) {
	known := slices.Sorted(maps.Keys(clientOfProfile))
	for _, p := range scenario.Profiles() {
		if p.Name != "mainline" && !slices.Contains(known, p.Name) {
			t.Errorf("the profile %s has no client", p.Name)
		}
	}
	for name, client := range clientOfProfile {
		if _, err := driver.Named(client); err != nil {
			t.Errorf("profile %q: %v", name, err)
		}
	}
}

// memory keeps the files of a record.
type memory map[string]*bytes.Buffer

type closer struct{ *bytes.Buffer }

func (closer) Close() error { return nil }

func (m memory) create(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return closer{m[name]}, nil
}

// TestRun plays a small swarm of libtorrent, and checks what does not depend on the machine's speed.
func TestRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real clients")
	}
	s := load(t, small, "groups.leechers.stay=100 ms", "record.interval=500 ms")
	p, err := NewPlan(s, nil, netip.Prefix{}, sim.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	versions, err := p.Installed(t.Context())
	if err == nil {
		err = netns.Available()
	}
	if err != nil {
		t.Skip(err)
	}
	files := memory{}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute) // a guard against hanging
	defer cancel()
	work := t.TempDir()
	r, err := p.Run(ctx, Options{Work: work, Create: files.create, Versions: versions})
	if err != nil {
		t.Fatal(err)
	}
	sum := &r.Summary
	if sum.Ended != record.Done || sum.CompletionS.Count != 3 || !sum.Measured || sum.Peers != 4 || sum.Unfinished != 0 {
		t.Errorf("%+v", sum)
	}
	if bound := float64(*sum.BoundS); float64(sum.CompletionS.Last) < bound {
		t.Errorf("the last completion after %v s is sooner than the bound, %v s", sum.CompletionS.Last, bound)
	}
	if sum.SeedCopies < 1 || sum.Blocks.Delivered != 3*64 || sum.Groups[1].DownloadedBytes != 3<<20 {
		t.Errorf("%v copies, %+v", sum.SeedCopies, sum.Blocks)
	}
	if len(r.Testbed.Clients) != 1 || r.Testbed.Clients[0].Peers != 4 || r.Testbed.Packets == 0 {
		t.Errorf("%+v", r.Testbed)
	}
	rows, err := csv.NewReader(files[record.PeersFile]).ReadAll()
	if err != nil || len(rows) != 5 {
		t.Fatalf("peers.csv has %d rows: %v", len(rows), err)
	}
	outcome := slices.Index(rows[0], "outcome")
	if rows[1][outcome] != "stayed" || rows[2][outcome] != "left" && rows[3][outcome] != "left" {
		t.Errorf("outcomes: %s, %s, %s", rows[1][outcome], rows[2][outcome], rows[3][outcome])
	}
	want, _ := os.ReadFile(filepath.Join(work, "source", contentName))
	for _, peer := range []string{"p2", "p3", "p4"} {
		if got, _ := os.ReadFile(filepath.Join(work, peer, "data", contentName)); !bytes.Equal(got, want) {
			t.Errorf("the copy of %s differs", peer)
		}
	}
}

// A run that is interrupted has a record that says so.
func TestInterruptedRun(t *testing.T) {
	if testing.Short() {
		t.Skip("starts real clients")
	}
	p, err := NewPlan(load(t, small, "groups.leechers.arrival.start=1 h", "stop.deadline=2 h"), nil, netip.Prefix{}, sim.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if _, err = p.Installed(t.Context()); err == nil {
		err = netns.Available()
	}
	if err != nil {
		t.Skip(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	files := memory{}
	r, err := p.Run(ctx, Options{Work: t.TempDir(), Create: files.create, Progress: func(Progress) { cancel() }})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Summary.Incomplete || r.Summary.Ended != record.Interrupted || files[record.SummaryFile] == nil {
		t.Errorf("%+v", r.Summary)
	}
}

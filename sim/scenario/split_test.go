package scenario_test

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

const splittable = `name: split
content: {size: 1 MiB, piece: 64 KiB}
client: {picker: random}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 200 kB/s, down: 1 MB/s}}
  - {name: crowd, count: 8, link: {up: 100 kB/s, down: 1 MB/s}}
  - {name: riders, count: 1, link: {up: 100 kB/s, down: 1 MB/s}, client: {choker: never}}
  - {name: late, count: 7, link: {up: 100 kB/s, down: 1 MB/s}, arrival: {pattern: poisson, rate: 7 /s}}
expect: [groups.crowd.completion.mean < 100 s]
`

func split(t *testing.T, text string, sets ...string) (*scenario.Scenario, error) {
	t.Helper()
	src := scenario.Source{Text: []byte(text), Shown: "split.yaml", Files: fstest.MapFS{}, Dir: ".", Sets: sets, Catalogue: sim.Catalogue()}
	for _, c := range []struct {
		name  string
		share int
	}{{"libtorrent-2", 4}, {"transmission-3", 3}} {
		profile, err := scenario.ParseOverride("--mix", "client.profile="+c.name)
		if err != nil {
			t.Fatal(err)
		}
		choker, err := scenario.ParseOverride("--mix", "client.choker=random")
		if err != nil {
			t.Fatal(err)
		}
		src.Clients = append(src.Clients, scenario.ClientShare{Name: c.name, Share: c.share, Set: []scenario.Override{profile, choker}})
	}
	return scenario.Load(src)
}

// Groups of leechers are divided by the largest remainder; what a group sets itself stays; the
// result prints and loads as the same scenario.
func TestSplit(t *testing.T) {
	s, err := split(t, splittable)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for i := range s.Groups {
		g := &s.Groups[i]
		text := g.Name
		if g.Client != nil {
			text += " " + g.Client.Profile + " " + g.Client.Choker.Name
		}
		have = append(have, text+" "+strings.Repeat("x", g.Count)+" "+g.Arrival.Rate.String())
	}
	want := []string{
		"seed x 0 /s",
		"crowd-libtorrent-2 libtorrent-2 random xxxxx 0 /s",
		"crowd-transmission-3 transmission-3 random xxx 0 /s",
		"riders-libtorrent-2 libtorrent-2 never x 0 /s",
		"late-libtorrent-2 libtorrent-2 random xxxx 4 /s",
		"late-transmission-3 transmission-3 random xxx 3 /s",
	}
	if strings.Join(have, "\n") != strings.Join(want, "\n") {
		t.Errorf("groups\n%s\nwanted\n%s", strings.Join(have, "\n"), strings.Join(want, "\n"))
	}
	printed, err := s.Print()
	if err != nil {
		t.Fatal(err)
	}
	again, err := scenario.Load(scenario.Source{Text: printed, Shown: "printed", Files: fstest.MapFS{}, Dir: ".", Catalogue: sim.Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := again.Print(); string(text) != string(printed) {
		t.Errorf("printed\n%s\nand again\n%s", printed, text)
	}
}

// A group that cannot be divided is named, with the reason.
func TestCannotSplit(t *testing.T) {
	for _, c := range []struct{ text, sets, want string }{
		{splittable + "events: [{at: 5 s, action: leave, group: crowd}]\n", "", "group crowd cannot be divided between clients: an event names it"},
		{splittable, "groups.late.arrival={pattern: trace, file: x}", "group late cannot be divided between clients: its peers arrive as a file says"},
		{splittable, "groups.riders.client.profile=aria2", "it has a client of its own, aria2"},
	} {
		var sets []string
		if c.sets != "" {
			sets = []string{c.sets}
		}
		_, err := split(t, c.text, sets...)
		var cannot *scenario.SplitError
		if !errors.As(err, &cannot) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, wanted %s", err, c.want)
		}
	}
	// Any other mistake is reported as always.
	var problems scenario.Problems
	if _, err := split(t, strings.Replace(splittable, "count: 8", "count: many", 1)); !errors.As(err, &problems) {
		t.Errorf("%v", err)
	}
}

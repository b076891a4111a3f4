package playground

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Every value that the page offers is one that the scenario accepts, and the first one shown is the
// scenario's own.
func TestEverySettingIsAccepted(t *testing.T) {
	list, err := Library()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range list {
		for _, set := range s.Settings {
			if set.Initial < 0 || set.Initial >= len(set.Values) {
				t.Fatalf("%s: %s: initial value %d of %d", s.Name, set.Path, set.Initial, len(set.Values))
			}
			for i, v := range set.Values {
				if v.Set == "" || strings.HasSuffix(set.Path, ".slots") {
					continue
				}
				got, err := load(s.Name, []string{set.Path + "=" + v.Set})
				if err != nil {
					t.Errorf("%s: %s=%s: %v", s.Name, set.Path, v.Set, err)
				} else if own, _ := load(s.Name, nil); i == set.Initial && print(t, got) != print(t, own) {
					t.Errorf("%s: %s=%s is not what the scenario has", s.Name, set.Path, v.Set)
				}
			}
		}
	}
}

func print(t *testing.T, s *scenario.Scenario) string {
	t.Helper()
	text, err := s.Print()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What the page shows is what the command line writes.
func TestRunWritesTheRecordOfSim(t *testing.T) {
	sets := []string{"groups.leechers.count=10", "content.size=2 MiB"}
	seed := uint64(7)
	var samples int
	got, err := Run(context.Background(), Request{Scenario: "super-seed", Sets: sets, Seed: &seed},
		func(sim.Progress) { samples++ })
	if err != nil {
		t.Fatal(err)
	}
	if samples == 0 {
		t.Error("no progress was reported")
	}
	text, _ := scenarios.Text("super-seed")
	s, err := scenario.Load(scenario.Source{Text: text, Shown: "it", Sets: sets, Catalogue: sim.Catalogue()})
	if err != nil {
		t.Fatal(err)
	}
	s.Seed = seed
	want := map[string]*bytes.Buffer{}
	if _, err := sim.Run(context.Background(), s, sim.Options{Workers: 2, Create: func(name string) (io.WriteCloser, error) {
		want[name] = &bytes.Buffer{}
		return closer{want[name]}, nil
	}}); err != nil {
		t.Fatal(err)
	}
	for name, b := range want {
		if !bytes.Equal(b.Bytes(), got.Files[name]) {
			t.Errorf("%s differs", name)
		}
	}
}

// A server's bill is a copy for each leecher, and no leecher uploads.
func TestServerServesAllAlone(t *testing.T) {
	for _, name := range scenarios.Names() {
		if strings.HasPrefix(name, "client-server") || strings.HasPrefix(name, "one-club") {
			continue
		}
		sets := []string{"content.size=1 MiB"}
		swarm, err := load(name, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range swarm.Groups {
			if !swarm.Groups[i].Seed && swarm.Groups[i].Sybils == 0 {
				sets = append(sets, "groups."+swarm.Groups[i].Name+".count=3")
			}
		}
		if name == "flash-crowd" { // with more leechers than a tracker's response lists
			sets[1] = "groups.leechers.count=150"
		}
		if len(swarm.Events) > 0 {
			sets = append(sets, "events=[]")
		}
		r, err := Run(context.Background(), Request{Scenario: name, Sets: sets, Server: true}, nil)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if r.Record.Unfinished != 0 {
			t.Errorf("%s: %d leechers wait for the server", name, r.Record.Unfinished)
		}
		for _, g := range r.Record.Groups {
			if !g.Seed && g.UploadedBytes > 0 {
				t.Errorf("%s: %s uploaded %d bytes", name, g.Name, g.UploadedBytes)
			}
		}
	}
}

func TestWhatABrowserCannotPlayIsRefused(t *testing.T) {
	for _, c := range []struct {
		sets []string
		want string
	}{
		{[]string{"groups.leechers.count=100000"}, "more than the 2000"},
		{[]string{"content.size=100 GiB"}, "more than the 4194304"},
		{[]string{"groups.leechers.count=-1"}, "groups.leechers.count"},
		{[]string{"groups.leechers.count=1500", "client.connections.max=1500", "content.size=1 MiB"}, "memory"},
	} {
		_, err := Run(context.Background(), Request{Scenario: "flash-crowd", Sets: c.sets}, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v; want %q", c.sets, err, c.want)
		}
	}
	if _, err := Run(context.Background(), Request{Scenario: "flash-crow"}, nil); err == nil || !strings.Contains(err.Error(), "flash-crowd") {
		t.Errorf("unknown scenario: %v", err)
	}
}

func TestSummaryIsJSON(t *testing.T) {
	r, err := Run(context.Background(), Request{Scenario: "super-seed", Sets: []string{"content.size=1 MiB"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var s record.Summary
	if err := json.Unmarshal(r.Summary(), &s); err != nil || s.Scenario != "super-seed" {
		t.Errorf("%v, scenario %q", err, s.Scenario)
	}
}

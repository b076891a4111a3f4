package serve

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"swarmsim/scenarios"
)

// setUp asks what a scenario is with settings.
func (s *site) setUp(scenario, settings string) setupAnswer {
	s.t.Helper()
	status, text := s.post("/api/setup", `{"scenario":"`+scenario+`","settings":`+settings+`}`)
	var out setupAnswer
	if err := json.Unmarshal([]byte(text), &out); status != http.StatusOK || err != nil {
		s.t.Fatalf("%s %s: %d %s", scenario, settings, status, text)
	}
	return out
}

func (a *setupAnswer) has(path string) bool {
	return slices.ContainsFunc(a.Settings, func(x setting) bool { return x.Path == path })
}

func (a *setupAnswer) text(path string) string {
	for _, x := range a.Settings {
		if x.Path == path {
			return x.Text
		}
	}
	return ""
}

// Every scenario of the library can be set up, and has the settings that it has.
func TestSettingsOfTheLibrary(t *testing.T) {
	s := newSite(t, nil)
	for _, name := range scenarios.Names() {
		a := s.setUp("library/"+name, "{}")
		if a.Refused != "" || len(a.Changes) > 0 || a.Command != "swarmsim run "+name || !a.has("seed") || !a.has("client.picker") {
			t.Errorf("%s: %+v", name, a)
		}
		for _, x := range a.Settings {
			if x.Kind != kindChoice && x.Kind != kindSeed && (x.Number < x.Low || x.Number > x.High) {
				t.Errorf("%s: %s is %v, outside of %v to %v", name, x.Path, x.Number, x.Low, x.High)
			}
		}
	}
}

// Settings come and go with what is chosen, and the command plays the same.
func TestSettingsFollowChoices(t *testing.T) {
	s := newSite(t, nil)
	a := s.setUp("library/flash-crowd", `{"groups.leechers.arrival.pattern":"spread","groups.leechers.count":"300","content.size":"32 MiB"}`)
	if a.has("groups.leechers.arrival.decay") || a.text("groups.leechers.arrival.over") != "1 min" || a.Estimate.Peers != 301 {
		t.Errorf("%+v", a)
	}
	want := "swarmsim run flash-crowd --set groups.leechers.arrival.pattern=spread --set 'groups.leechers.arrival.over=60 s' " +
		"--set 'content.size=32 MiB' --set groups.leechers.count=300"
	if a.Command != want {
		t.Errorf("command %s\nnot     %s", a.Command, want)
	}
	// Slots that were chosen before a choker without slots are left out.
	a = s.setUp("library/flash-crowd", `{"client.choker":"never","client.choker.slots":"9"}`)
	if a.has("client.choker.slots") || strings.Contains(a.Command, "slots") {
		t.Errorf("%+v", a)
	}
	a = s.setUp("library/flash-crowd", `{"client.profile":"libtorrent-2","client.choker.slots":"12"}`)
	if a.text("client.choker.slots") != "12" || a.text("client.profile") != "libtorrent-2" {
		t.Errorf("%+v", a)
	}
	// What is as in the scenario is no change.
	a = s.setUp("library/flash-crowd", `{"groups.seed.link.up":"2.5 MB/s","client.choker":"tit-for-tat","seed":"1","groups.leechers.count":" 200 "}`)
	if len(a.Changes) > 0 {
		t.Errorf("%+v", a.Changes)
	}
	// Links that are drawn from a distribution have no slider.
	s.write(s.folder+"/drawn.yaml", strings.Replace(tiny, "up: 500 kB/s", "up: lognormal 500 kB/s sigma 0.5", 1))
	if a := s.setUp("folder/drawn.yaml", "{}"); a.has("groups.leechers.link.up") || !a.has("groups.seed.link.up") {
		t.Errorf("%+v", a.Settings)
	}
}

// Scenarios of the folder are listed beside the library; what cannot be played is listed with why.
func TestScenariosAreListed(t *testing.T) {
	s := newSite(t, nil)
	s.write(s.folder+"/sub/<b>bold<b>.yaml", tiny)
	s.write(s.folder+"/broken.yaml", strings.Replace(tiny, "64 KiB", "64", 1))
	s.write(s.folder+"/sweep.yaml", "scenario: flash-crowd\nvary: {seed: [1, 2]}\n")
	s.write(s.folder+"/notes.txt", "x")
	_, text, _ := s.ask("GET", "/api/scenarios", "")
	var list scenarioList
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		t.Fatal(err)
	}
	if len(list.Library) != len(scenarios.Names()) || !list.Complete {
		t.Errorf("%d scenarios of the library", len(list.Library))
	}
	got := map[string]string{}
	for _, x := range list.Folder {
		got[x.ID] = x.Problem + x.Facts
	}
	if len(got) != 4 || got["folder/sub/<b>bold<b>.yaml"] != "5 peers in 2 groups, 512 KiB" ||
		!strings.Contains(got["folder/broken.yaml"], `"64" has no unit`) {
		t.Errorf("%v", got)
	}
}

package scenario

import (
	"strings"
	"testing"
)

// An override of an aliased value changes only one of its uses.
func TestOverrideOfAlias(t *testing.T) {
	text := strings.Replace(good, "link: {up: 10 Mbit/s, down: 10 Mbit/s}", "link: &l {up: 10 Mbit/s, down: 10 Mbit/s}", 1)
	text = strings.Replace(text, "link: {up: 1 MB/s, down: 4 MB/s}", "link: *l", 1)
	s := mustLoad(t, source(text, "groups.leechers.link.up=1 Mbit/s"))
	if a, b := s.Groups[0].Link.Up.String(), s.Groups[1].Link.Up.String(); a != "1.25 MB/s" || b != "125 kB/s" {
		t.Errorf("the seed has %s, the leechers %s", a, b)
	}
}

// An override of one of several alternatives replaces the others.
func TestOverrideReplacesAlternatives(t *testing.T) {
	for _, sets := range [][]string{
		{"content.path=trace.txt"},
		{"network.map=world", "groups.seed.region=europe", "groups.leechers.region=japan", "tracker.region=europe"},
		{"groups.leechers.link.mix=[{share: 1, up: 1 MB/s, down: 1 MB/s}]"},
	} {
		if _, err := Load(source(good, sets...)); err != nil {
			t.Errorf("%v: %v", sets, err)
		}
	}
	if _, err := Load(source(good, "content.size=1 MiB", "content.path=trace.txt")); err == nil || !strings.Contains(err.Error(), "exactly one of") {
		t.Errorf("both set: %v", err)
	}
}

// An override sets a field, or is refused with its text as the place.
func TestOverride(t *testing.T) {
	for _, c := range []struct {
		set  string
		look func(*Scenario) string
		want string
	}{
		{"groups.leechers.count=9", func(s *Scenario) string { return string(rune('0' + s.Groups[1].Count)) }, "9"},
		{"groups[0].link.up=1 GB/s", func(s *Scenario) string { return s.Groups[0].Link.Up.String() }, "1 GB/s"},
		{"client.picker=random", func(s *Scenario) string { return s.Client.Picker.Name }, "random"},
		{"client.seed_choker.slots=9", func(s *Scenario) string { return s.Client.SeedChoker.Name }, "round-robin"},
		{"tracker.interval=5 min", func(s *Scenario) string { return s.Tracker.Interval.String() }, "5 min"},
		{"expect=[]", func(s *Scenario) string { return strings.Repeat("x", len(s.Expect)) }, ""},
	} {
		if got := c.look(mustLoad(t, source(good, c.set))); got != c.want {
			t.Errorf("--set %s: got %q, want %q", c.set, got, c.want)
		}
	}
	for set, want := range map[string]string{
		"groups.nobody.count=1":   `--set groups.nobody.count=1: groups.nobody: the list has no item "nobody"`,
		"groups.leechers.cuont=1": `--set groups.leechers.cuont=1: there is no field "cuont" in groups[1], did you mean "count"?`,
		"network.latency=0 s":     `--set network.latency=0 s: network.latency: 0 s is below 10 us`,
		"count":                   `must have the form path=value`,
	} {
		if _, err := Load(source(good, set)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--set %s: got %v, want %s", set, err, want)
		}
	}
}

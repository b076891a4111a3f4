package playground

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// Setting is a setting of a scenario that the page lets its reader change: a slider over Values, or
// a choice of them. The reader's choice is set as path=value.
type Setting struct {
	Path    string  `json:"path"`  // such as groups.leechers.count
	Label   string  `json:"label"` // such as Peers
	Group   string  `json:"group,omitempty"`
	Slider  bool    `json:"slider"`
	Values  []Value `json:"values"`
	Initial int     `json:"initial"` // index of the scenario's own value
}

// Value is a value of a setting.
type Value struct {
	Set   string `json:"set"`   // as in a file
	Shown string `json:"shown"` // as the page shows it
	// Slots reports, for a choker, whether it has a number of slots.
	Slots bool `json:"slots,omitempty"`
}

var (
	counts  = []int{1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500}
	seeds   = []int{1, 2, 3, 4, 5, 10, 20}
	sizes   = []scenario.Bytes{1 << 20, 2 << 20, 4 << 20, 8 << 20, 16 << 20, 32 << 20, 64 << 20, 128 << 20, 256 << 20}
	slots   = []int{1, 2, 3, 4, 5, 6, 8, 10, 15, 20}
	uplinks = []string{
		"0.1 Mbit/s", "0.2 Mbit/s", "0.5 Mbit/s", "1 Mbit/s", "2 Mbit/s", "4 Mbit/s", "8 Mbit/s", "10 Mbit/s",
		"15 Mbit/s", "20 Mbit/s", "30 Mbit/s", "50 Mbit/s", "100 Mbit/s", "200 Mbit/s",
	}
	arrivals = []Value{
		{Set: "{pattern: at-once}", Shown: "all at once"},
		{Set: "{pattern: spread, over: 10 s}", Shown: "evenly over 10 s"},
		{Set: "{pattern: spread, over: 2 min}", Shown: "evenly over 2 min"},
		{Set: "{pattern: spread, over: 10 min}", Shown: "evenly over 10 min"},
		{Set: "{pattern: flash-crowd, decay: 1 min}", Shown: "flash crowd, most in the first minutes"},
		{Set: "{pattern: poisson, rate: 0.5 /s}", Shown: "at random, one every two seconds"},
	}
)

// settings lists the main settings of a scenario, each with the value that it has.
func settings(s *scenario.Scenario) []Setting {
	var out []Setting
	for i := range s.Groups {
		out = append(out, groupSettings(&s.Groups[i])...)
	}
	if s.Content.Size > 0 {
		out = append(out, slider("content.size", "Content", "", texts(sizes, s.Content.Size), s.Content.Size.String()))
	}
	chokers := choices("client.choker", "Choker: which neighbours get upload slots", sim.Catalogue().Chokers, s.Client.Choker.Name)
	out = append(out, chokers)
	own := slotsOf(s.Client.Choker.Settings)
	if own == 0 {
		own = slots[3]
	}
	out = append(out,
		slider("client.choker.slots", "Upload slots of a leecher", "", numbers(slots, own), fmt.Sprint(own)),
		choices("client.picker", "Picker: which piece is next", sim.Catalogue().Pickers, s.Client.Picker.Name))
	return out
}

// groupSettings lists the settings of a group of peers.
func groupSettings(g *scenario.Group) []Setting {
	path := "groups." + g.Name + "."
	var out []Setting
	if g.Sybils == 0 {
		label, list := "Leechers", counts
		if g.Seed {
			label, list = "Seeds", seeds
		}
		out = append(out, slider(path+"count", label, g.Name, numbers(list, g.Count), fmt.Sprint(g.Count)))
	}
	if len(g.Link.Mix) == 0 {
		out = append(out, uplink(path+"link.up", g))
	}
	if !g.Seed && g.Sybils == 0 {
		own := Value{Set: "", Shown: "as in the scenario: " + arrivalText(g.Arrival)}
		out = append(out, Setting{Path: path + "arrival", Label: "Arrival", Group: g.Name, Values: append([]Value{own}, arrivals...)})
	}
	return out
}

// uplink is a slider over rates, in which the group's own has its place by size; a distribution of
// rates is the first.
func uplink(path string, g *scenario.Group) Setting {
	rates := map[string]scenario.Rate{}
	for _, u := range uplinks {
		var r scenario.Rate
		if r.Parse(u) == nil {
			rates[u] = r
		}
	}
	own := g.Link.Up.String()
	var rate scenario.Rate
	isRate := rate.Parse(own) == nil
	var all []string
	for _, u := range uplinks {
		if !isRate || rates[u] != rate {
			all = append(all, u)
		}
	}
	at := 0
	if isRate {
		own = inBits(rate)
		at, _ = slices.BinarySearchFunc(all, rate, func(u string, r scenario.Rate) int { return int(rates[u] - r) })
	}
	return slider(path, "Uplink", g.Name, slices.Insert(all, at, own), own)
}

// inBits writes a rate as providers do.
func inBits(r scenario.Rate) string {
	return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%.3f", float64(r)*8/1e6), "0"), ".") + " Mbit/s"
}

// slider is a setting with values in order, one of which is the scenario's own.
func slider(path, label, group string, values []string, own string) Setting {
	out := Setting{Path: path, Label: label, Group: group, Slider: true, Initial: slices.Index(values, own)}
	for _, v := range values {
		out.Values = append(out.Values, Value{Set: v, Shown: v})
	}
	return out
}

// choices is a setting that names a strategy.
func choices(path, label string, list []scenario.Named, own string) Setting {
	out := Setting{Path: path, Label: label}
	for _, n := range list {
		if n.Name == own {
			out.Initial = len(out.Values)
		}
		out.Values = append(out.Values, Value{Set: n.Name, Shown: n.Name, Slots: slotsOf(n.Defaults()) > 0})
	}
	return out
}

// slotsOf returns the slots among the settings of a choker; 0 if it has none.
func slotsOf(settings any) int {
	var have struct {
		Slots int `json:"slots"`
	}
	if text, err := json.Marshal(settings); err == nil {
		_ = json.Unmarshal(text, &have) // a choker whose slots are no number has none to offer
	}
	return have.Slots
}

// numbers are the texts of counts, with one more that may not be among them.
func numbers(list []int, own int) []string { return texts(list, own) }

// texts are the texts of sorted values, with one more that may not be among them.
func texts[T int | scenario.Bytes](list []T, own T) []string {
	if at, found := slices.BinarySearch(list, own); !found {
		list = slices.Insert(slices.Clone(list), at, own)
	}
	var out []string
	for _, v := range list {
		switch v := any(v).(type) {
		case scenario.Bytes:
			out = append(out, v.String())
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out
}

// arrivalText describes arrivals in a few words.
func arrivalText(a scenario.Arrival) string {
	switch {
	case a.Over > 0:
		return fmt.Sprintf("%s over %s", a.Pattern, a.Over)
	case a.Rate > 0:
		return fmt.Sprintf("%s, %s", a.Pattern, a.Rate)
	}
	return string(a.Pattern)
}

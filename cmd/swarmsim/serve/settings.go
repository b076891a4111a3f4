package serve

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/scenario"
)

// kind says how a setting is written and shown.
type kind string

const (
	kindChoice    kind = "choice"
	kindCount     kind = "count"
	kindBytes     kind = "bytes"
	kindRate      kind = "rate"
	kindDuration  kind = "duration"
	kindFrequency kind = "frequency"
	kindSeed      kind = "seed"
)

// setting is a setting of a scenario that the page offers.
type setting struct {
	Path    string   `json:"path"`            // as for swarmsim run --set
	Group   string   `json:"group,omitempty"` // whose peers have it; "" for all
	Label   string   `json:"label"`
	About   string   `json:"about,omitempty"`
	Kind    kind     `json:"kind"`
	Text    string   `json:"text"`              // its value
	Number  float64  `json:"number"`            // its value in the base unit: bytes, bytes per second, seconds, per second
	Low     float64  `json:"low"`               // the slider's ends
	High    float64  `json:"high"`              //
	Choices []choice `json:"choices,omitempty"` //
}

type choice struct {
	Name  string `json:"name"`
	About string `json:"about,omitempty"`
}

// noProfile is the choice of a scenario that names no profile.
const noProfile = "none"

// settingsOf lists the main settings that a scenario has. What is drawn from a distribution, or comes
// from a file, has no slider.
func settingsOf(s *scenario.Scenario, known *scenario.Catalogue) []setting {
	l := settingList{scenario: s}
	l.add(setting{Path: "seed", Label: "seed number", Kind: kindSeed, Text: strconv.FormatUint(s.Seed, 10),
		About: "of all random numbers; another one gives another swarm of the same kind"})
	if s.Content.Size > 0 {
		l.number(setting{Path: "content.size", Label: "content", Kind: kindBytes, Text: s.Content.Size.String(),
			Low: 1 << 20, High: 1 << 30, About: "size of what the swarm distributes"})
	}
	l.choice("network.transport", "transport", string(s.Network.Transport), enumeration(s.Network.Transport.Choices(), map[string]string{
		"ideal": "a fixed window, no loss", "tcp": "TCP with queues and losses", "utp": "uTP (LEDBAT), which yields to TCP",
	}))
	l.choice("client.profile", "profile", s.Client.Profile, profiles())
	l.choice("client.choker", "choker", s.Client.Choker.Name, strategies(known.Chokers))
	if slots, ok := s.Field("client.choker.slots"); ok {
		l.number(setting{Path: "client.choker.slots", Label: "upload slots", Kind: kindCount, Text: slots, Low: 1, High: 50,
			About: "how many neighbours a peer unchokes at a time"})
	}
	l.choice("client.picker", "picker", s.Client.Picker.Name, strategies(known.Pickers))
	for i := range s.Groups {
		l.group(&s.Groups[i])
	}
	return l.settings
}

type settingList struct {
	scenario *scenario.Scenario
	settings []setting
}

func (l *settingList) add(x setting) { l.settings = append(l.settings, x) }

// number adds a setting with a slider, if its text has a single value.
func (l *settingList) number(x setting) {
	n, _, err := parse(x.Kind, x.Text)
	if err != nil {
		return
	}
	x.Number, x.Low, x.High = n, min(x.Low, n), max(x.High, n)
	l.add(x)
}

// choice adds a setting with a list. A value that is not in it, such as a trace of arrivals, cannot
// be chosen again, so it is offered only while the scenario has it.
func (l *settingList) choice(path, label, value string, choices []choice) {
	if value == "" && path == "client.profile" {
		value = noProfile
		choices = append([]choice{{noProfile, "swarmsim's own settings"}}, choices...)
	}
	l.add(setting{Path: path, Label: label, Kind: kindChoice, Text: value, Choices: choices})
}

// group adds the settings of a group.
func (l *settingList) group(g *scenario.Group) {
	at := "groups." + g.Name + "."
	add := func(x setting) {
		x.Path, x.Group = at+x.Path, g.Name
		l.number(x)
	}
	most := 2000.0
	if g.Seed {
		most = 20
	}
	add(setting{Path: "count", Label: "peers", Kind: kindCount, Text: strconv.Itoa(g.Count), Low: 1, High: most})
	if len(g.Link.Mix) == 0 {
		label := "uplink"
		if g.Seed {
			label = "seed uplink"
		}
		add(setting{Path: "link.up", Label: label, Kind: kindRate, Text: g.Link.Up.String(), Low: 12_500, High: 125e6})
	}
	if g.Seed || g.Count < 2 {
		return
	}
	pattern := setting{Path: at + "arrival.pattern", Group: g.Name, Label: "arrival", Kind: kindChoice,
		Text: string(g.Arrival.Pattern), Choices: arrivals(g.Arrival.Pattern)}
	l.add(pattern)
	switch g.Arrival.Pattern {
	case scenario.ArriveSpread:
		add(setting{Path: "arrival.over", Label: "arrive over", Kind: kindDuration, Text: g.Arrival.Over.String(), Low: 1, High: 3600,
			About: "time between the first and the last arrival"})
	case scenario.ArriveFlashCrowd:
		add(setting{Path: "arrival.decay", Label: "decay", Kind: kindDuration, Text: g.Arrival.Decay.String(), Low: 1, High: 3600,
			About: "time in which the rate of arrivals falls to 37 %"})
	case scenario.ArrivePoisson:
		add(setting{Path: "arrival.rate", Label: "arrival rate", Kind: kindFrequency, Text: g.Arrival.Rate.String(), Low: 0.01, High: 100,
			About: "arrivals per second, on average"})
	}
}

func strategies(known []scenario.Named) []choice {
	var out []choice
	for _, k := range known {
		out = append(out, choice{k.Name, k.About})
	}
	return out
}

func profiles() []choice {
	var out []choice
	for _, p := range scenario.Profiles() {
		out = append(out, choice{p.Name, p.About})
	}
	return out
}

func enumeration(names []string, about map[string]string) []choice {
	var out []choice
	for _, n := range names {
		out = append(out, choice{n, about[n]})
	}
	return out
}

// arrivals lists the patterns that need no file.
func arrivals(now scenario.ArrivalPattern) []choice {
	return enumeration(slices.DeleteFunc(now.Choices(), func(n string) bool {
		return n == string(scenario.ArriveTrace) && now != scenario.ArriveTrace
	}), map[string]string{
		"at-once": "all at the start", "spread": "at regular intervals", "poisson": "at random, at a constant rate",
		"flash-crowd": "at random, at a rate that decays", "trace": "at the times of a file",
	})
}

// parse reads the value of a setting that is not a choice. canonical is how a scenario writes it.
func parse(k kind, text string) (number float64, canonical string, err error) {
	switch text = strings.TrimSpace(text); k {
	case kindCount:
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return 0, "", fmt.Errorf("%.40q is not a whole number, such as 20", text)
		}
		return float64(n), strconv.Itoa(n), nil
	case kindSeed:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return 0, "", fmt.Errorf("%.40q is not a seed: a whole number of up to 20 digits, such as 7", text)
		}
		return 0, strconv.FormatUint(n, 10), nil
	case kindBytes:
		var v scenario.Bytes
		err = v.Parse(text)
		return float64(v), v.String(), err
	case kindRate:
		var v scenario.Rate
		err = v.Parse(text)
		return float64(v), v.String(), err
	case kindDuration:
		var v scenario.Duration
		err = v.Parse(text)
		return v.Std().Seconds(), v.String(), err
	case kindFrequency:
		var v scenario.Frequency
		err = v.Parse(text)
		return float64(v), v.String(), err
	}
	return 0, "", errors.New("it has no slider")
}

package serve

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/scenario"
)

// setup is a scenario with the settings that a user has chosen.
type setup struct {
	id       string
	source   scenario.Source
	scenario *scenario.Scenario
	settings []setting // with their values
	changes  []change  // what differs from the scenario's file, in the order of application
	story    string    // the comment at the top of the scenario's file
	estimate estimate
}

// change is a setting and its value.
type change struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// newSetup applies settings, by path, to a scenario. Strategies and patterns come first, since they
// decide which of the other settings there are: a setting that the scenario no longer has is left
// out.
func newSetup(l *library, id string, wanted map[string]string) (*setup, error) {
	src, err := l.source(id)
	if err != nil {
		return nil, err
	}
	p := &setup{id: id, source: src}
	if p.scenario, err = scenario.Load(src); err != nil {
		return nil, err
	}
	p.story = p.scenario.Comment
	p.settings = settingsOf(p.scenario, &src.Catalogue)
	if err := p.known(wanted); err != nil {
		return nil, err
	}
	if err := p.applyChoices(wanted); err != nil {
		return nil, err
	}
	if err := p.applyValues(wanted); err != nil {
		return nil, err
	}
	p.estimate, err = estimateOf(p.scenario, &p.source)
	return p, err
}

// dependent are settings that come and go with a choice.
var dependent = []string{"client.choker.slots", "arrival.over", "arrival.decay", "arrival.rate"}

// known refuses settings that the page never offers for the scenario.
func (p *setup) known(wanted map[string]string) error {
	for path := range wanted {
		offered := slices.ContainsFunc(p.settings, func(x setting) bool { return x.Path == path }) ||
			slices.ContainsFunc(dependent, func(d string) bool { return path == d || strings.HasSuffix(path, "."+d) })
		if !offered {
			return fmt.Errorf("the scenario has no setting %.100q", path)
		}
	}
	return nil
}

// applyChoices applies the chosen strategies, profile, transport and arrival patterns.
func (p *setup) applyChoices(wanted map[string]string) error {
	profile := false // another one: all strategies of the client may differ
	for i := range p.settings {
		x := &p.settings[i]
		value, given := wanted[x.Path]
		if x.Kind != kindChoice || !given || value == x.Text && !(profile && strings.HasPrefix(x.Path, "client.")) {
			continue
		}
		if !slices.ContainsFunc(x.Choices, func(c choice) bool { return c.Name == value }) {
			return fmt.Errorf("%s: there is no %.100q; choose another", x.Label, value)
		}
		profile = profile || x.Path == "client.profile"
		if value == noProfile {
			continue
		}
		p.change(x.Path, value)
		if x.Label == "arrival" {
			p.changeArrival(x.Group, scenario.ArrivalPattern(value))
		}
	}
	return p.reload()
}

// Where a new arrival pattern begins: about as many peers as the scenario has, within a minute.
const arrivalWindow = "60 s"

// changeArrival gives a new arrival pattern the setting that it needs.
func (p *setup) changeArrival(group string, pattern scenario.ArrivalPattern) {
	at := "groups." + group + ".arrival."
	switch pattern {
	case scenario.ArriveSpread:
		p.change(at+"over", arrivalWindow)
	case scenario.ArriveFlashCrowd:
		p.change(at+"decay", arrivalWindow)
	case scenario.ArrivePoisson:
		for i := range p.scenario.Groups {
			if g := &p.scenario.Groups[i]; g.Name == group {
				p.change(at+"rate", strconv.FormatFloat(max(float64(g.Count)/60, 0.01), 'g', 3, 64)+" /s")
			}
		}
	}
}

// applyValues applies numbers and the seed.
func (p *setup) applyValues(wanted map[string]string) error {
	for i := range p.settings {
		x := &p.settings[i]
		text, given := wanted[x.Path]
		if x.Kind == kindChoice || !given {
			continue
		}
		_, value, err := parse(x.Kind, text)
		if err != nil {
			return fmt.Errorf("%s: %w", x.name(), err)
		}
		if value != x.Text {
			p.change(x.Path, value)
		}
	}
	return p.reload()
}

// name names a setting in messages.
func (x *setting) name() string {
	if x.Group != "" {
		return x.Label + " of " + x.Group
	}
	return x.Label
}

// change records a change; a later one of the same setting replaces it.
func (p *setup) change(path, value string) {
	p.changes = slices.DeleteFunc(p.changes, func(c change) bool { return c.Path == path })
	p.changes = append(p.changes, change{path, value})
}

// reload loads the scenario with all changes.
func (p *setup) reload() error {
	src := p.source
	for _, c := range p.changes {
		o, err := scenario.ParseOverride("--set", c.Path+"="+c.Value)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Path, err)
		}
		src.Overrides = append(src.Overrides, o)
	}
	s, err := scenario.Load(src)
	if err != nil {
		return err
	}
	p.scenario, p.settings = s, settingsOf(s, &src.Catalogue)
	return nil
}

// command is the command line that plays the same run.
func (p *setup) command(l *library) string {
	words := []string{"swarmsim", "run", quoted(l.argument(p.id))}
	for _, c := range p.changes {
		words = append(words, "--set", quoted(c.Path+"="+c.Value))
	}
	return strings.Join(words, " ")
}

// quoted quotes a word for a shell, if it needs it.
func quoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/=:,+@%"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

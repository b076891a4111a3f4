package playground

import (
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Scenario describes a scenario of the library.
type Scenario struct {
	Name     string    `json:"name"`
	About    string    `json:"about"`
	Seed     uint64    `json:"seed"`
	Settings []Setting `json:"settings"`
}

// Library describes all scenarios of the library, sorted by name, but the one that is a server
// already: every scenario has that one beside it.
func Library() ([]Scenario, error) {
	var out []Scenario
	for _, name := range scenarios.Names() {
		if name == "client-server" {
			continue
		}
		s, err := load(name, nil)
		if err != nil {
			return nil, err
		}
		out = append(out, Scenario{Name: s.Name, About: s.About, Seed: s.Seed, Settings: settings(s)})
	}
	return out, nil
}

// load loads a scenario of the library with settings in the form path=value.
func load(name string, sets []string) (*scenario.Scenario, error) {
	text, ok := scenarios.Text(name)
	if !ok {
		return nil, unknown(name)
	}
	return scenario.Load(scenario.Source{
		Text: text, Shown: "library:" + name + ".yaml", Files: noFiles{}, Dir: ".",
		Sets: sets, Catalogue: sim.Catalogue(), Content: content.Check,
	})
}

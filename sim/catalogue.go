package sim

import (
	"swarmsim/client"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Catalogue is what scenarios may name: the strategies of the client and the
// measures of the summary.
func Catalogue() scenario.Catalogue {
	c := scenario.Catalogue{Measures: record.Measures()}
	for _, s := range choke.Strategies() {
		c.Chokers = append(c.Chokers, scenario.Named{Name: s.Name, About: s.About, Defaults: s.Defaults})
	}
	for _, s := range pick.Strategies() {
		c.Pickers = append(c.Pickers, scenario.Named{Name: s.Name, About: s.About, Defaults: s.Defaults})
	}
	return c
}

func newChoker(s scenario.Strategy) choke.Choker {
	for _, c := range choke.Strategies() {
		if c.Name == s.Name {
			return c.New(s.Settings)
		}
	}
	panic("sim: scenario with an unchecked choker " + s.Name)
}

func newPicker(s scenario.Strategy) pick.Picker {
	for _, p := range pick.Strategies() {
		if p.Name == s.Name {
			return p.New(s.Settings)
		}
	}
	panic("sim: scenario with an unchecked picker " + s.Name)
}

// settings translates a scenario's client.
func settings(c *scenario.Client, corrupt float64) client.Settings {
	s := client.DefaultSettings()
	s.Rechoke, s.Snub, s.KeepAlive = c.Rechoke.Std(), c.Snub.Std(), c.KeepAlive.Std()
	s.Idle, s.Handshake = c.Idle.Std(), c.Handshake.Std()
	s.RequestsMin, s.RequestsMax, s.RequestsTime = c.Requests.Min, c.Requests.Max, c.Requests.Time.Std()
	s.EndGame = *c.EndGame
	s.Initiate, s.Total, s.Low, s.NumWant = c.Connections.Initiate, c.Connections.Total, c.Connections.Low, c.Connections.NumWant
	s.CorruptChance = corrupt
	return s
}

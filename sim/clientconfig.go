package sim

import (
	"fmt"

	"swarmsim/client"
	"swarmsim/client/pick"
	"swarmsim/sim/measure"
	"swarmsim/sim/scenario"
)

// ClientConfig returns the strategies and settings of a scenario's client, made for one peer. A
// run makes its peers of them; the live client does, too, so that a strategy that is tried here
// meets real peers. The fields that belong to a torrent or to a network are not set. A picker that
// is told what all peers of the swarm have is refused, which no peer of a real swarm is.
func ClientConfig(c *scenario.Client) (client.Config, error) {
	if _, oracle := pick.Strategies().New(c.Picker.Name, c.Picker.Settings).(pick.Oracle); oracle {
		return client.Config{}, fmt.Errorf("the picker %s needs to know what every peer of the swarm has, "+
			"which only a simulation does", c.Picker.Name)
	}
	set := settings(c)
	return clientConfig(c, &set, nil), nil
}

// clientConfig is ClientConfig with settings that peers share, and what an oracle may know.
func clientConfig(c *scenario.Client, set *client.Settings, copies *measure.Copies) client.Config {
	choker, seedChoker := newChokers(c)
	return client.Config{
		Settings:   set,
		Choker:     choker,
		SeedChoker: seedChoker,
		Picker:     newPicker(c.Picker, copies),
		Loop:       newLoop(c.EventLoop),
		Assign:     newAssignment(c.Assignment),
		EndGame:    newEndGame(c.EndGame),
		Reveal:     newReveal(c.Reveal),
		Backlog:    newBacklog(c.Backlog),
	}
}

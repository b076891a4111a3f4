package main

import (
	"fmt"
	"reflect"
	"strings"

	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// maxPeers bounds a swarm: each peer is a full client in this process, and a hundred take 2.5 GB.
const maxPeers = 200

// unsupported names the first thing in a scenario that the full client, or this program, has not; ""
// if there is none.
func unsupported(s *scenario.Scenario) string {
	n := &s.Network
	peers := s.Peers()
	for _, f := range []struct {
		given bool
		what  string
	}{
		{n.Transport == scenario.TransportUTP, "network.transport: utp; the client's own uTP needs packets, and this program has streams"},
		{n.ControlMessages == scenario.ControlOutOfBand, "network.control_messages: the client sends all its messages in the stream"},
		{s.Content.Torrent != "", "content.torrent: it has no bytes to send"},
		{s.Content.Path != "", "content.path: give content.size, for synthetic content"},
		{s.Content.Block != blockLength, fmt.Sprintf("content.block: the client requests blocks of 16 KiB, not of %v", s.Content.Block)},
		{s.Playback.Rate > 0, "playback: viewers are not played"},
		{len(s.Events) > 0, "events: scripted events are not played"},
		{peers > maxPeers, fmt.Sprintf("groups: %d peers; at most %d full clients are played", peers, maxPeers)},
	} {
		if f.given {
			return f.what
		}
	}
	if what := unsupportedClient(&s.Client); what != "" {
		return "client." + what
	}
	for i := range s.Groups {
		if what := unsupportedGroup(&s.Groups[i]); what != "" {
			return fmt.Sprintf("groups.%s.%s", s.Groups[i].Name, what)
		}
	}
	return ""
}

func unsupportedGroup(g *scenario.Group) string {
	for _, f := range []struct {
		given bool
		what  string
	}{
		{g.NAT > 0, "nat: there is no address translation"},
		{g.Sybils > 0, "sybils: the client does not misbehave"},
		{g.Corrupt > 0, "corrupt: the client does not misbehave"},
		{g.SeedRatio > 0, "seed_ratio: peers leave only after a time; give stay"},
		{g.Disk != scenario.Disk{}, "disk: the client's storage takes no time"},
	} {
		if f.given {
			return f.what
		}
	}
	if g.Client != nil {
		if what := unsupportedClient(g.Client); what != "" {
			return "client." + what
		}
	}
	return ""
}

// played are the settings of a client that this program passes on to the full one, or that have
// no effect on a client that knows all other peers.
var played = map[string]bool{"connections": true, "pex": true}

// unsupportedClient names the first setting by which a client differs from a known one: the full
// client has strategies of its own. The client may have a profile only if it is a model of the full
// client.
func unsupportedClient(c *scenario.Client) string {
	if c.Profile != "" && !strings.HasPrefix(c.Profile, "anacrolix") {
		return "profile: " + c.Profile + "; this is another client"
	}
	plain, err := plainClient(c.Profile)
	if err != nil {
		return err.Error()
	}
	a, b := reflect.ValueOf(c).Elem(), reflect.ValueOf(plain).Elem()
	for i := range a.NumField() {
		name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
		if !played[name] && !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			return name + ": the full client has strategies and settings of its own"
		}
	}
	return ""
}

// plainClient returns the client of a profile without any other setting.
func plainClient(profile string) (*scenario.Client, error) {
	text := "name: plain\ncontent: {size: 1 MiB, piece: 256 KiB}\n" +
		"groups:\n  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}\n" +
		"  - {name: leechers, count: 1, link: {up: 1 MB/s, down: 1 MB/s}}\n"
	if profile != "" {
		text += "client: {profile: " + profile + "}\n"
	}
	s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "profile " + profile, Catalogue: sim.Catalogue()})
	if err != nil {
		return nil, err
	}
	return &s.Client, nil
}

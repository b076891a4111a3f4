package testbed

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
)

// Choice names the client of some peers, instead of the one that the scenario's profile names.
type Choice struct {
	Client string
	Group  string // of all peers of the group, if not empty
	Count  int    // of the next Count leechers, if not 0; else of all peers
}

// ParseChoice parses NAME, NAME=COUNT or GROUP=NAME.
func ParseChoice(text string) (Choice, error) {
	left, right, found := strings.Cut(text, "=")
	c := Choice{Client: left}
	if count, err := strconv.Atoi(right); found && err == nil {
		if count < 1 || count > MaxPeers {
			return Choice{}, fmt.Errorf("%q: the number of leechers is not from 1 to %d", text, MaxPeers)
		}
		c.Count = count
	} else if found {
		c.Group, c.Client = left, right
	}
	if _, err := driver.Named(c.Client); err != nil {
		return Choice{}, fmt.Errorf("%q: %w; write libtorrent, libtorrent=8 or leechers=libtorrent", text, err)
	}
	return c, nil
}

// clientOfProfile is the client that each profile describes.
var clientOfProfile = map[string]string{
	"":               "swarmsim",
	"libtorrent-2":   "libtorrent",
	"transmission-3": "transmission",
	"aria2":          "aria2",
	"anacrolix-1.61": "anacrolix",
}

// clientOf is a group's client.
func clientOf(s *scenario.Scenario, g *scenario.Group) *scenario.Client {
	if g.Client != nil {
		return g.Client
	}
	return &s.Client
}

// driversOf returns the driver of each peer. groupOf has the peers' groups.
func driversOf(s *scenario.Scenario, groupOf []int, choices []Choice, c scenario.Catalogue, r *refusal) []driver.Driver {
	byGroup := make([]driver.Driver, len(s.Groups))
	for i := range s.Groups {
		g := &s.Groups[i]
		if chosen := chosenFor(g.Name, choices); chosen != "" {
			byGroup[i] = driverOf(chosen, clientOf(s, g).Profile)
			continue
		}
		var err error
		if byGroup[i], err = driverOfClient(clientOf(s, g), c); err != nil {
			r.add(clientField(g), "%v", err)
		}
	}
	for _, choice := range choices {
		if choice.Group != "" && !slices.ContainsFunc(s.Groups, func(g scenario.Group) bool { return g.Name == choice.Group }) {
			r.add("--client "+choice.Group+"="+choice.Client, "there is no group %q", choice.Group)
		}
	}
	out := make([]driver.Driver, len(groupOf))
	for i, g := range groupOf {
		out[i] = byGroup[g]
	}
	return assignCounts(s, groupOf, out, choices, r)
}

func clientField(g *scenario.Group) string {
	if g.Client != nil {
		return "groups." + g.Name + ".client"
	}
	return "client"
}

// driverOf returns the driver of a client whose name was checked. swarmsim behaves as a profile says.
func driverOf(name, profile string) driver.Driver {
	d, err := driver.Named(name)
	if err != nil {
		panic(err)
	}
	if _, own := d.(driver.Swarmsim); own {
		return driver.Swarmsim{Profile: profile}
	}
	return d
}

// chosenFor returns the client that choices name for all peers of a group; the last choice counts.
func chosenFor(group string, choices []Choice) (client string) {
	for _, c := range choices {
		if c.Count == 0 && (c.Group == "" || c.Group == group) {
			client = c.Client
		}
	}
	return client
}

// assignCounts gives the clients of choices with a count to leechers, in their order.
func assignCounts(s *scenario.Scenario, groupOf []int, drivers []driver.Driver, choices []Choice, r *refusal) []driver.Driver {
	next := 0
	for _, c := range choices {
		for assigned := range c.Count {
			for next < len(groupOf) && s.Groups[groupOf[next]].Seed {
				next++
			}
			if next == len(groupOf) {
				r.add(fmt.Sprintf("--client %s=%d", c.Client, c.Count), "only %d leechers are left for it", assigned)
				return drivers
			}
			drivers[next] = driverOf(c.Client, clientOf(s, &s.Groups[groupOf[next]]).Profile)
			next++
		}
	}
	return drivers
}

// driverOfClient returns the driver of the client that a scenario describes: its profile's, if no
// setting differs from the profile.
func driverOfClient(c *scenario.Client, catalogue scenario.Catalogue) (driver.Driver, error) {
	name, known := clientOfProfile[c.Profile]
	if !known {
		return nil, fmt.Errorf("there is no real client for the profile %s; choose one with --client", c.Profile)
	}
	plain, err := plainClient(c.Profile, catalogue)
	if err != nil {
		return nil, err
	}
	if changed := changedSettings(c, plain); len(changed) > 0 {
		what := "the default client"
		if c.Profile != "" {
			what = "the profile " + c.Profile
		}
		return nil, fmt.Errorf("%s: these settings differ from %s, and real clients have strategies of their own; "+
			"remove them, or choose a client with --client", strings.Join(changed, ", "), what)
	}
	return driver.Named(name)
}

// plainClient returns the client of a profile without any other setting.
func plainClient(profile string, catalogue scenario.Catalogue) (*scenario.Client, error) {
	text := "name: plain\ncontent: {size: 1 MiB, piece: 256 KiB}\nnetwork: {transport: tcp}\n" +
		"groups:\n  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}\n" +
		"  - {name: leechers, count: 1, link: {up: 1 MB/s, down: 1 MB/s}}\n"
	if profile != "" {
		text += "client: {profile: " + profile + "}\n"
	}
	s, err := scenario.Load(scenario.Source{Text: []byte(text), Shown: "profile " + profile, Catalogue: catalogue})
	if err != nil {
		return nil, errors.New(err.Error())
	}
	return &s.Client, nil
}

// changedSettings lists the settings of a client that differ from another's.
func changedSettings(c, plain *scenario.Client) []string {
	var out []string
	a, b := reflect.ValueOf(c).Elem(), reflect.ValueOf(plain).Elem()
	for i := range a.NumField() {
		if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			name, _, _ := strings.Cut(a.Type().Field(i).Tag.Get("json"), ",")
			out = append(out, name)
		}
	}
	return out
}

package bench

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
)

// MixedSubject stands in a composition for the subject that is benched.
const MixedSubject = "subject"

// Part is a client of a composition and its share of the leechers.
type Part struct {
	Client string // a profile, a subject of the suite, or MixedSubject
	Share  int
}

// Mix lists the parts of a composition, in the order of the file.
type Mix []Part

const (
	maxParts = 100
	maxShare = 1_000_000
)

// ReadNode reads a mapping from clients to shares.
func (m *Mix) ReadNode(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any)) {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		fail(n, "must be a mapping from clients to shares, such as {libtorrent-2: 4, transmission-3: 4}")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if err := m.add(n.Content[i].Value, n.Content[i+1].Value); err != nil {
			fail(n.Content[i], "%v", err)
		}
	}
}

func (m *Mix) add(client, share string) error {
	count, err := strconv.Atoi(strings.TrimSpace(share))
	switch {
	case err != nil || count < 1 || count > maxShare:
		return fmt.Errorf("the share of %s is a whole number from 1 to %d, not %.200q", client, maxShare, share)
	case slices.ContainsFunc(*m, func(p Part) bool { return p.Client == client }):
		return fmt.Errorf("%s is given twice", client)
	case len(*m) == maxParts:
		return fmt.Errorf("has more than %d clients", maxParts)
	}
	*m = append(*m, Part{client, count})
	return nil
}

// ParseMix reads libtorrent-2=4,transmission-3=4.
func ParseMix(text string) (Mix, error) {
	var m Mix
	for item := range strings.SplitSeq(text, ",") {
		client, share, ok := strings.Cut(item, "=")
		if !ok {
			return nil, fmt.Errorf("%.200q must look like libtorrent-2=4,transmission-3=4", text)
		}
		if err := m.add(strings.TrimSpace(client), share); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// checkPart reports what is wrong with a client of a composition.
func (s *Suite) checkPart(client string) error {
	known := []string{MixedSubject}
	for i := range s.Subjects {
		x := &s.Subjects[i]
		if x.Name != client {
			if !x.IsProgram() {
				known = append(known, x.Name)
			}
			continue
		}
		if x.IsProgram() {
			return fmt.Errorf("subject %s is another program; a composition mixes profiles and subjects without a command", client)
		}
		for _, o := range x.Set {
			if !strings.HasPrefix(o.Path, "client.") {
				return fmt.Errorf("subject %s sets %s; in a composition a subject may only set fields of client", client, o.Path)
			}
		}
		return nil
	}
	for _, p := range scenario.Profiles() {
		known = append(known, p.Name)
	}
	if !slices.Contains(known, client) {
		return fmt.Errorf("there is no client %q%s; clients are %s", client, scenario.Nearest(client, known), strings.Join(known, ", "))
	}
	return nil
}

// hasSubject reports whether the composition has the benched subject.
func (m Mix) hasSubject() bool {
	return slices.ContainsFunc(m, func(p Part) bool { return p.Client == MixedSubject })
}

// clients returns the clients that a scenario's groups of leechers are divided between.
func (s *Suite) clients(m Mix, benched *Subject) []scenario.ClientShare {
	var out []scenario.ClientShare
	for _, p := range m {
		c := scenario.ClientShare{Name: p.Client, Share: p.Share}
		x := s.subject(p.Client)
		if p.Client == MixedSubject {
			x = benched
			c.Name = benched.Name
		}
		if x == nil {
			c.Set = []scenario.Override{profileOverride(p.Client)}
		} else {
			c.Set = clientSettings(x.Set)
		}
		out = append(out, c)
	}
	return out
}

// subject returns the subject of a name, or nil.
func (s *Suite) subject(name string) *Subject {
	for i := range s.Subjects {
		if s.Subjects[i].Name == name {
			return &s.Subjects[i]
		}
	}
	return nil
}

func profileOverride(profile string) scenario.Override {
	n := &yaml.Node{}
	n.SetString(profile)
	return scenario.Override{Path: "client.profile", Value: n, From: "composition, client " + profile}
}

// clientSettings returns the changes of fields of client.
func clientSettings(set sweep.Changes) (out []scenario.Override) {
	for _, o := range set {
		if strings.HasPrefix(o.Path, "client.") {
			out = append(out, o)
		}
	}
	return out
}

// otherSettings returns the changes of other fields.
func otherSettings(set sweep.Changes) (out []scenario.Override) {
	for _, o := range set {
		if !strings.HasPrefix(o.Path, "client.") {
			out = append(out, o)
		}
	}
	return out
}

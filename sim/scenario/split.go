package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ClientShare is a client that groups of leechers are divided between, see Source.Clients.
type ClientShare struct {
	Name  string     // ends the names of its groups: leechers becomes leechers-NAME
	Share int        // of every group, relative to the sum of all shares
	Set   []Override // of fields under client; a group's own settings are kept
}

// SplitError explains why a group of a scenario cannot be divided between clients.
type SplitError struct{ Group, Reason string }

func (e *SplitError) Error() string {
	return fmt.Sprintf("group %s cannot be divided between clients: %s", e.Group, e.Reason)
}

// split divides every group of leechers between clients. Expectations are removed, because they may
// refer to the groups that are no more.
func (d *decoder) split(root *yaml.Node, clients []ClientShare) error {
	groups := child(root, "groups")
	if groups == nil || groups.Kind != yaml.SequenceNode {
		return nil // what is missing is reported when the groups are decoded
	}
	var out []*yaml.Node
	for _, g := range groups.Content {
		sybils, _ := whole(child(g, "sybils"))
		count, ok := whole(child(g, "count")) // a wrong one is reported later
		if !ok || isTrue(child(g, "seed")) || sybils > 0 {
			out = append(out, g)
			continue
		}
		parts, err := d.splitGroup(g, root, count, clients)
		if err != nil {
			return err
		}
		out = append(out, parts...)
	}
	groups.Content = out
	remove(root, "expect")
	return nil
}

// splitGroup returns the groups that take a group's place: one for each client with a peer.
func (d *decoder) splitGroup(g, root *yaml.Node, total int, clients []ClientShare) ([]*yaml.Node, error) {
	name := nameOf(g)
	if reason := cannotSplit(g, root, name); reason != "" {
		return nil, &SplitError{name, reason}
	}
	var out []*yaml.Node
	for i, count := range divide(total, clients) {
		if count == 0 {
			continue
		}
		part := clone(g)
		set := func(path, value string) error {
			return d.override(part, Override{Path: path, Value: text(value), From: "client " + clients[i].Name})
		}
		err := errors.Join(set("name", name+"-"+clients[i].Name), d.override(part, Override{
			Path: "count", Value: plain(strconv.Itoa(count)), From: "client " + clients[i].Name}))
		if rate := child(child(part, "arrival"), "rate"); rate != nil {
			var f Frequency
			if f.Parse(rate.Value) == nil {
				err = errors.Join(err, set("arrival.rate", (f*Frequency(count)/Frequency(total)).String()))
			}
		}
		own := child(g, "client")
		for _, o := range clients[i].Set {
			if steps := pathSteps(o.Path); len(steps) > 1 && child(own, steps[1]) == nil {
				err = errors.Join(err, d.override(part, o))
			}
		}
		if err != nil {
			return nil, &SplitError{name, err.Error()}
		}
		out = append(out, part)
	}
	return out, nil
}

// cannotSplit returns the reason why a group cannot be divided, or "".
func cannotSplit(g, root *yaml.Node, name string) string {
	arrival := child(g, "arrival")
	if pattern := child(arrival, "pattern"); pattern != nil && pattern.Value == string(ArriveTrace) {
		return "its peers arrive as a file says"
	}
	if profile := child(child(g, "client"), "profile"); profile != nil {
		return "it has a client of its own, " + profile.Value
	}
	if events := child(root, "events"); events != nil {
		for _, e := range events.Content {
			if at := child(e, "group"); at != nil && at.Value == name {
				return "an event names it"
			}
		}
	}
	return ""
}

// divide divides a count in proportion to the shares, by the largest remainder.
func divide(count int, clients []ClientShare) []int {
	sum := int64(0)
	for _, c := range clients {
		sum += int64(c.Share)
	}
	out, order := make([]int, len(clients)), make([]int, len(clients))
	left := count
	for i, c := range clients {
		out[i], order[i] = int(int64(count)*int64(c.Share)/sum), i
		left -= out[i]
	}
	remainder := func(i int) int64 { return int64(count) * int64(clients[i].Share) % sum }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder(b), remainder(a)) })
	for _, i := range order[:left] {
		out[i]++
	}
	return out
}

// child returns the value of a mapping's key, or nil.
func child(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// remove removes a key of a mapping.
func remove(n *yaml.Node, key string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			n.Content = slices.Delete(n.Content, i, i+2)
			return
		}
	}
}

func isTrue(n *yaml.Node) bool {
	if n == nil {
		return false
	}
	value, err := strconv.ParseBool(n.Value)
	return err == nil && value
}

// whole returns a whole number; false for what is none, or none that a group may have.
func whole(n *yaml.Node) (int, bool) {
	if n == nil {
		return 0, false
	}
	x, err := strconv.Atoi(strings.TrimSpace(n.Value))
	return x, err == nil && x >= 0 && x <= maxGroup
}

// maxGroup is the largest count of a group.
const maxGroup = 1_000_000

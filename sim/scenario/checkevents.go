package scenario

import (
	"fmt"
	"slices"
	"strings"
)

func (d *decoder) checkEvents(s *Scenario) {
	for i := range s.Events {
		e := &s.Events[i]
		field := fmt.Sprintf("events[%d]", i)
		if e.At >= s.Stop.Deadline {
			d.failAt(field+".at", "%v is not before the deadline %v", e.At, s.Stop.Deadline)
		}
		needsGroup := e.Action != ActionTrackerOutage
		var groups []string
		for _, g := range s.Groups {
			groups = append(groups, g.Name)
		}
		switch {
		case needsGroup && e.Group == "":
			d.failAt(field, "%s needs a group", e.Action)
		case needsGroup && !slices.Contains(groups, e.Group):
			d.failAt(field+".group", "there is no group %q%s; groups are %s",
				e.Group, Nearest(e.Group, groups), strings.Join(groups, ", "))
		case needsGroup && e.Action != ActionPartition && s.Groups[slices.Index(groups, e.Group)].Sybils > 0:
			d.failAt(field+".group", "%q is a group of sybils, on which %s has no effect", e.Group, e.Action)
		case !needsGroup && e.Group != "":
			d.failAt(field+".group", "has no effect with %s", e.Action)
		}
		lasts := e.Action == ActionTrackerOutage || e.Action == ActionPartition
		if lasts && e.For <= 0 {
			d.failAt(field, "%s needs a duration; set the field \"for\"", e.Action)
		}
		if !lasts && e.For != 0 {
			d.failAt(field+".for", "has no effect with %s", e.Action)
		}
		link := e.Action == ActionLink
		if link && (e.Up < minRate || e.Down < minRate) {
			d.failAt(field, "link needs up and down, each at least 1 kB/s")
		}
		if !link && (e.Up != 0 || e.Down != 0) {
			d.failAt(field, "up and down have no effect with %s", e.Action)
		}
		switch _, given := d.places[field+".share"]; {
		case !given && needsGroup:
			e.Share = 1
		case !given:
		case !needsGroup:
			d.failAt(field+".share", "has no effect with %s", e.Action)
		case e.Share == 0:
			d.failAt(field+".share", "0 selects no peer; omit it to select all, or give a share above 0")
		}
	}
}

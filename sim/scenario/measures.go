package scenario

import (
	"fmt"
	"slices"
	"strings"
)

func (d *decoder) checkExpect(s *Scenario) {
	known := d.catalogue.MeasuresOf(s)
	for i, e := range s.Expect {
		place := fmt.Sprintf("expect[%d]", i)
		if err := e.sound(known); err != nil {
			d.failAt(place, "%v", err)
		}
		for _, m := range e.Measures() {
			if s.Playback.Rate == 0 && strings.Contains("."+m, ".playback.") {
				d.failAt(place, "%q has no value without playback; set playback.rate", m)
			}
			name, ok := Measure(m, known)
			if setting := s.Record.lacks(name); setting != "" {
				d.failAt(place, "%s is only measured with record: {%s}", m, setting)
			}
			if !ok {
				d.failAt(place, "there is no measure %q%s; swarmsim list measures prints all of them", m, Nearest(m, known))
			}
		}
	}
}

// lacks returns the setting that a measure needs and the scenario lacks, or "".
func (r *Record) lacks(measure string) string {
	kind, rest, _ := strings.Cut(measure, ".")
	if kind == "groups" {
		_, rest, _ = strings.Cut(rest, ".")
		kind, _, _ = strings.Cut(rest, ".")
	}
	switch {
	case !r.Interest && (kind == "interest" || kind == "interested" || kind == "wanted"):
		return "interest: true"
	case r.Graph == "" && kind == "graph":
		return "graph: half"
	}
	return ""
}

// MeasuresOf lists the measures that the summary of a scenario's run can have.
func (c *Catalogue) MeasuresOf(s *Scenario) []string {
	out := slices.Clone(c.Measures)
	var groups, regions []string
	for i := range s.Groups {
		groups = append(groups, s.Groups[i].Name)
	}
	for i := range s.Network.Regions {
		regions = append(regions, s.Network.Regions[i].Name)
	}
	add := func(kind, name string, measures, others []string) {
		for _, m := range measures {
			m = kind + "." + name + "." + m
			if !strings.Contains(m, "*") {
				out = append(out, m)
				continue
			}
			for _, other := range others {
				out = append(out, strings.Replace(m, "*", other, 1))
			}
		}
	}
	for i, name := range groups {
		if s.Groups[i].Seed {
			add("groups", name, c.SeedMeasures, groups)
		} else {
			add("groups", name, c.GroupMeasures, groups)
		}
	}
	for _, name := range regions {
		add("regions", name, c.AreaMeasures, regions)
	}
	for i := range s.Network.Routers {
		add("routers", s.Network.Routers[i].Name, c.AreaMeasures, nil)
	}
	return out
}

package bench

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"swarmsim/lab/sweep"
	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

// Metric is a measure of a run that means the same for every subject.
type Metric struct {
	Name      string
	Unit      string
	Direction Direction
	About     string

	measure string // of the summary
	over    string // another one that the measure is divided by; "" for none
	compute func(*trial.Row) float64
}

// StandardMetrics lists the metrics that every subject may give.
func StandardMetrics() []Metric { return slices.Clone(standardMetrics) }

var standardMetrics = []Metric{
	{Name: "completion_p50", Unit: "s", Direction: LowerIsBetter, measure: "completion_s.p50",
		About: "median time from a leecher's arrival to its completion"},
	{Name: "completion_p95", Unit: "s", Direction: LowerIsBetter, measure: "completion_s.p95",
		About: "95th percentile of that time"},
	{Name: "completion_last", Unit: "s", Direction: LowerIsBetter, compute: lastCompletion,
		About: "time from the start to the last completion"},
	{Name: "ratio_to_bound", Direction: LowerIsBetter, measure: "completion_s.last", over: "bound_s",
		About: "longest time from arrival to completion over the lower bound for any protocol"},
	{Name: "first_piece_p50", Unit: "s", Direction: LowerIsBetter, measure: "first_piece_s.p50",
		About: "median time from a leecher's arrival to its first piece"},
	{Name: "last_ten_p50", Unit: "s", Direction: LowerIsBetter, measure: "last_ten_s.p50",
		About: "median duration of a leecher's last ten pieces"},
	{Name: "seed_copies_at_union", Direction: LowerIsBetter, measure: "seed_copies_at_union",
		About: "copies of the content that the seeds had sent when all pieces were on leechers"},
	{Name: "uplink_utilization", Direction: HigherIsBetter, measure: "uplink_utilization",
		About: "content that leechers sent until the last completion over the capacity of their uplinks"},
	{Name: "duplicates", Direction: LowerIsBetter, compute: duplicates,
		About: "share of the blocks received that the receiver had already"},
	{Name: "fairness", Direction: HigherIsBetter, measure: "fairness.jain_share_ratio",
		About: "Jain's index of the leechers' share ratios: 1 if all are equal"},
	{Name: "overhead", Direction: LowerIsBetter, measure: "control_overhead",
		About: "share of the bytes on the links that is not content"},
	{Name: "completed", Direction: HigherIsBetter, compute: completed,
		About: "share of the leechers that completed"},
}

// Value returns the metric of a run of the client; NaN if the run has no such value.
func (m *Metric) Value(row *trial.Row) float64 {
	if m.compute != nil {
		return m.compute(row)
	}
	v, ok := row.Values[m.measure]
	if ok && m.over != "" {
		over, has := row.Values[m.over]
		ok = has && over != 0
		v /= over
	}
	if !ok {
		return math.NaN()
	}
	return v
}

func lastCompletion(row *trial.Row) float64 {
	if row.LastS == nil {
		return math.NaN()
	}
	return *row.LastS
}

func duplicates(row *trial.Row) float64 {
	twice := row.Values["blocks.duplicate"]
	received := row.Values["blocks.delivered"] + twice
	if received == 0 {
		return math.NaN()
	}
	return twice / received
}

func completed(row *trial.Row) float64 {
	if row.Leechers == 0 {
		return math.NaN()
	}
	return row.Values["completion_s.count"] / float64(row.Leechers)
}

// MetricSpec is a metric of a suite: a standard one, or any measure of the summary.
type MetricSpec struct {
	Name      string
	Better    string // lower, higher, none, or "" for the metric's own direction
	Tolerance sweep.Share
}

// ReadNode reads a name, or a mapping with name, better and tolerance.
func (m *MetricSpec) ReadNode(n *yaml.Node, fail func(at *yaml.Node, format string, args ...any)) {
	if n.Kind == yaml.ScalarNode && n.Tag != "!!null" {
		m.Name = n.Value
		return
	}
	if n.Kind != yaml.MappingNode {
		fail(n, "must be a metric such as completion_p50, or a mapping with name, better and tolerance")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "name":
			m.Name = value.Value
		case "better":
			if m.Better = value.Value; !slices.Contains([]string{"lower", "higher", "none"}, m.Better) {
				fail(value, "better is lower, higher or none, not %q", value.Value)
			}
		case "tolerance":
			if err := m.Tolerance.Parse(value.Value); err != nil {
				fail(value, "tolerance: %v", err)
			}
		default:
			fail(key, "there is no field %q here; there are name, better and tolerance", key.Value)
		}
	}
	if m.Name == "" {
		fail(n, "has no name; write for instance {name: completion_p50, tolerance: 2 %%}")
	}
}

// checkMetrics checks that no metric is given twice. Whether it exists depends on the scenario.
func checkMetrics(field string, specs []MetricSpec, fail failFunc) {
	for i, m := range specs {
		if slices.ContainsFunc(specs[:i], func(o MetricSpec) bool { return o.Name == m.Name }) {
			fail(fmt.Sprintf("%s[%d]", field, i), "%q is given twice", m.Name)
		}
		if m.Tolerance > 1 {
			fail(fmt.Sprintf("%s[%d]", field, i), "a tolerance of %v is more than the value itself; write for instance 2 %%", m.Tolerance)
		}
	}
}

// caseMetric is a metric with the settings of a suite.
type caseMetric struct {
	Metric
	tolerance float64
}

// resolveMetrics finds the metrics of a case. known lists the measures of its scenario; without specs, all
// standard metrics are meant.
func resolveMetrics(specs []MetricSpec, known []string) ([]caseMetric, error) {
	if specs == nil {
		for _, m := range standardMetrics {
			specs = append(specs, MetricSpec{Name: m.Name})
		}
	}
	var out []caseMetric
	for _, spec := range specs {
		m, err := resolveMetric(spec.Name, known)
		if err != nil {
			return nil, err
		}
		if d, ok := directionNames[spec.Better]; ok {
			m.Direction = d
		}
		out = append(out, caseMetric{m, float64(spec.Tolerance)})
	}
	return out, nil
}

var directionNames = map[string]Direction{"lower": LowerIsBetter, "higher": HigherIsBetter, "none": NoDirection}

func (d Direction) String() string {
	switch d {
	case LowerIsBetter:
		return "lower"
	case HigherIsBetter:
		return "higher"
	}
	return "none"
}

func resolveMetric(name string, known []string) (Metric, error) {
	var names []string
	for _, m := range standardMetrics {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	if full, ok := scenario.Measure(name, known); ok {
		return Metric{Name: name, Unit: sweep.UnitOf(full), measure: full}, nil
	}
	hint := scenario.Nearest(name, append(names, known...))
	if hint == "" {
		hint = "; metrics are " + strings.Join(names, ", ") + " and the measures that swarmsim list measures prints"
	}
	return Metric{}, fmt.Errorf("there is no metric %q%s", name, hint)
}

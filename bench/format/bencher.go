package format

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"unicode/utf8"

	"swarmsim/bench"
)

// bencherMetric is a value of the Bencher Metric Format (JsonNewMetric of its library).
type bencherMetric struct {
	Value float64  `json:"value"`
	Lower *float64 `json:"lower_value,omitempty"`
	Upper *float64 `json:"upper_value,omitempty"`
}

// The longest names that Bencher takes, in bytes (bencher_valid).
const (
	bencherBenchmark = 1024
	bencherMeasure   = 64
)

// writeBencher writes the Bencher Metric Format: benchmark -> measure -> the mean over the seeds,
// with the lowest and the highest value. Thresholds, which say what is better, are set in Bencher.
func writeBencher(w io.Writer, r *bench.Results, _ *bench.Comparison) error {
	benchmarks := object{names: map[string]bool{}}
	for _, c := range cells(r, nil) {
		measures := object{names: map[string]bool{}}
		for i := range c.result.Metrics {
			m := &c.result.Metrics[i]
			s := summarize(m.Values)
			if !finite(s.Mean) || !finite(s.Low) || !finite(s.High) {
				continue
			}
			x := bencherMetric{Value: s.Mean}
			if s.Low < s.High {
				x.Lower, x.Upper = &s.Low, &s.High
			}
			if err := measures.add(bencherName(m.Metric, bencherMeasure), x); err != nil {
				return err
			}
		}
		if len(measures.names) == 0 {
			continue
		}
		if err := benchmarks.add(bencherName(c.name(), bencherBenchmark), measures.close()); err != nil {
			return err
		}
	}
	var out bytes.Buffer
	if err := json.Indent(&out, benchmarks.close(), "", "  "); err != nil {
		return err
	}
	out.WriteByte('\n')
	_, err := out.WriteTo(w)
	return err
}

// bencherName returns a name that Bencher takes. A benchmark whose name ends with an ignore suffix
// would not be tracked.
func bencherName(s string, most int) string {
	s = oneLine(s)
	if s == "" {
		s = "unnamed"
	}
	for _, suffix := range []string{"_bencher_ignore", "BencherIgnore", "-bencher-ignore"} {
		if strings.HasSuffix(s, suffix) {
			s += "."
		}
	}
	for len(s) > most {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return strings.TrimSpace(s)
}

// object is a JSON object whose members keep their order. Of members with the same name it has
// the first.
type object struct {
	names map[string]bool
	text  bytes.Buffer
}

func (o *object) add(name string, value any) error {
	if o.names[name] {
		return nil
	}
	key, err := json.Marshal(name)
	if err != nil {
		return err
	}
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	if len(o.names) > 0 {
		o.text.WriteByte(',')
	}
	o.names[name] = true
	o.text.Write(key)
	o.text.WriteByte(':')
	o.text.Write(text)
	return nil
}

// close returns the object's text.
func (o *object) close() json.RawMessage {
	return json.RawMessage("{" + o.text.String() + "}")
}

package export

import (
	"encoding/json"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strconv"
	"strings"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// VegaLite writes a specification of each plot of a record, NAME.vl.json, which contains its data. It returns
// the names of the files.
func VegaLite(r *reports.Record, create record.Create) (files []string, err error) {
	plots, err := reports.Plots(r)
	if err != nil {
		return nil, err
	}
	for i := range plots {
		p := &plots[i]
		d, err := p.Drawing()
		if err != nil {
			return nil, err
		}
		text, err := json.MarshalIndent(specification(d, p.Caption), "", " ")
		if err != nil {
			return nil, fmt.Errorf("plot %s: %w", p.File, err)
		}
		name := p.File + ".vl.json"
		if err := writeFile(create, name, append(text, '\n')); err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	return files, nil
}

// object is a JSON object, which is written in the order of its keys.
type object = map[string]any

// vegaLiteSchema is the version of the language.
const vegaLiteSchema = "https://vega.github.io/schema/vega-lite/v6.json"

// specification is a plot in Vega-Lite.
func specification(d *reports.Drawing, caption string) object {
	out := object{
		"$schema":     vegaLiteSchema,
		"title":       d.Title,
		"description": caption,
		"width":       640,
		"height":      340,
		"config":      object{"view": object{"stroke": nil}, "axis": object{"grid": true, "gridColor": "#e1e1e1"}, "legend": object{"labelLimit": 320}},
	}
	if d.Cells != nil {
		heatMap(out, d)
		return out
	}
	s := newSeries(d)
	layers := []object{}
	for from := 0; from < len(d.Marks); {
		to := from + 1
		for to < len(d.Marks) && s.together(&d.Marks[from], &d.Marks[to]) {
			to++
		}
		layers = append(layers, s.layer(d, from, to))
		from = to
	}
	out["layer"] = layers
	return out
}

// series are the names in the legend with their colours and dashes.
type series struct {
	names   []string
	colours []string
	dashes  [][]float64
	dashed  bool
}

func newSeries(d *reports.Drawing) *series {
	s := &series{names: []string{}}
	for i := range d.Marks {
		m := &d.Marks[i]
		if m.Name == "" || slices.Contains(s.names, m.Name) {
			continue
		}
		dashes := m.Dashes
		if len(dashes) == 0 {
			dashes = []float64{1, 0}
		} else {
			s.dashed = true
		}
		s.names, s.colours, s.dashes = append(s.names, m.Name), append(s.colours, hex(m.Colour)), append(s.dashes, dashes)
	}
	return s
}

// together reports whether two marks are of one layer.
func (s *series) together(a, b *reports.Mark) bool {
	_, boxA := boxOf(a)
	_, boxB := boxOf(b)
	return a.Kind == b.Kind && a.Width == b.Width && (a.Name == "") == (b.Name == "") && boxA == boxB &&
		(a.Kind != reports.PolygonMark || boxA) && (a.Name != "" || a.Colour == b.Colour || boxA)
}

// layer returns a layer of marks of one kind.
func (s *series) layer(d *reports.Drawing, from, to int) object {
	first := &d.Marks[from]
	if _, box := boxOf(first); box {
		return boxes(d, from, to)
	}
	encoding := object{"x": axis(&d.X, "x"), "y": axis(&d.Y, "y"), "order": object{"field": "row", "type": "quantitative"}}
	mark := object{"clip": true}
	switch first.Kind {
	case reports.LineMark, reports.StepMark:
		mark["type"], mark["strokeWidth"] = "line", first.Width
		if first.Kind == reports.StepMark {
			mark["interpolate"] = "step-after"
		}
		encoding["detail"] = object{"field": "part", "type": "nominal"}
	case reports.PointMark:
		mark["type"], mark["filled"], mark["size"] = "point", true, 24
	case reports.PolygonMark: // a closed line that is filled
		mark["type"], mark["strokeWidth"], mark["fill"] = "line", 0, hex(first.Colour)
	case reports.TextMark:
		mark["type"] = "text"
		encoding["text"] = object{"field": "text", "type": "nominal"}
	}
	if first.Name == "" {
		mark["color"] = hex(first.Colour)
	} else {
		s.encode(encoding, first.Kind)
	}
	rows := []object{}
	for part := from; part < to; part++ {
		m := &d.Marks[part]
		for i := range m.Xs {
			row := object{"x": finite(m.Xs[i]), "y": finite(m.Ys[i]), "row": i, "part": part - from}
			if m.Name != "" {
				row["series"] = valid(m.Name)
			}
			if m.Texts != nil {
				row["text"] = valid(m.Texts[i])
			}
			rows = append(rows, row)
		}
	}
	return object{"mark": mark, "encoding": encoding, "data": object{"values": rows}}
}

// encode adds the channels that show which series a row belongs to.
func (s *series) encode(encoding object, kind reports.MarkKind) {
	encoding["color"] = object{
		"field": "series", "type": "nominal", "title": nil, "scale": object{"domain": s.names, "range": s.colours},
	}
	if s.dashed && (kind == reports.LineMark || kind == reports.StepMark) {
		encoding["strokeDash"] = object{
			"field": "series", "type": "nominal", "title": nil, "scale": object{"domain": s.names, "range": s.dashes},
		}
	}
}

// box is a rectangle between two corners.
type box struct{ x, x2, y, y2 float64 }

// boxOf returns the rectangle that a polygon of four corners is.
func boxOf(m *reports.Mark) (b box, ok bool) {
	if m.Kind != reports.PolygonMark || len(m.Xs) < 4 || len(m.Xs) > 5 {
		return b, false
	}
	b = box{slices.Min(m.Xs), slices.Max(m.Xs), slices.Min(m.Ys), slices.Max(m.Ys)}
	for i := range m.Xs {
		if m.Xs[i] != b.x && m.Xs[i] != b.x2 || m.Ys[i] != b.y && m.Ys[i] != b.y2 {
			return b, false
		}
	}
	return b, true
}

// boxes is a layer of rectangles, each of its own colour.
func boxes(d *reports.Drawing, from, to int) object {
	rows := []object{}
	for i := from; i < to; i++ {
		b, _ := boxOf(&d.Marks[i])
		rows = append(rows, object{"x": b.x, "x2": b.x2, "y": b.y, "y2": b.y2, "colour": hex(d.Marks[i].Colour)})
	}
	return object{
		"mark": object{"type": "rect", "stroke": "white"},
		"encoding": object{
			"x": axis(&d.X, "x"), "x2": object{"field": "x2"}, "y": axis(&d.Y, "y"), "y2": object{"field": "y2"},
			"color": object{"field": "colour", "type": "nominal", "scale": nil},
		},
		"data": object{"values": rows},
	}
}

// axis is a position channel with the range of the plot.
func axis(a *reports.Axis, field string) object {
	scale := object{"domain": []float64{a.Min, a.Max}, "nice": false, "zero": false}
	if a.Log {
		scale = object{"domain": []float64{a.Min, a.Max}, "type": "log"}
	}
	out := object{"field": field, "type": "quantitative", "title": valid(a.Label), "scale": scale}
	if a.Names != nil {
		values, names := []int{}, []string{}
		for i, name := range a.Names {
			values, names = append(values, i), append(names, valid(name))
		}
		// An array of strings in JSON is one in Vega's expressions too, whatever the strings are.
		list, err := json.Marshal(names)
		if err == nil {
			out["axis"] = object{"values": values, "labelExpr": string(list) + "[datum.value]", "grid": false}
		}
	}
	return out
}

// heatMap adds a heat map with its data as CSV, which is a third of the size of JSON rows.
func heatMap(spec object, d *reports.Drawing) {
	c := d.Cells
	var rows strings.Builder
	rows.WriteString("x,x2,y,y2," + c.Name + "\n")
	for bin, values := range c.Values {
		low := d.Y.Max * float64(bin) / float64(len(c.Values))
		high := d.Y.Max * float64(bin+1) / float64(len(c.Values))
		x := 0.0
		for i, v := range values {
			for _, n := range []float64{x, c.Xs[i], low, high} {
				rows.WriteString(number(n) + ",")
			}
			rows.WriteString(number(v) + "\n")
			x = c.Xs[i]
		}
	}
	spec["data"] = object{"values": rows.String(), "format": object{"type": "csv"}}
	colour := object{
		"field": c.Name, "type": "quantitative", "title": c.Name,
		"scale": object{"scheme": "viridis", "reverse": true, "domainMin": 0},
		// As in the static plot: a piece without a copy must not look like one with few.
		"condition": object{"test": object{"field": c.Name, "equal": 0}, "value": "white"},
	}
	spec["mark"] = object{"type": "rect", "strokeWidth": 0.7} // the stroke hides the seams between cells
	spec["encoding"] = object{
		"x": axis(&d.X, "x"), "x2": object{"field": "x2"}, "y": axis(&d.Y, "y"), "y2": object{"field": "y2"},
		"color": colour, "stroke": colour,
	}
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', 7, 64) }

// finite replaces a value that JSON does not have.
func finite(x float64) any {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return x
}

func hex(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

package reports

import (
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// maxMarks bounds how many events of a scenario are marked in a plot.
const maxMarks = 12

// mark draws the scenario's events as vertical lines in a plot over time, and adds them to
// its legend.
func (r *Record) mark(f *figure, ts scale) error {
	end := float64(r.Summary.VirtualS)
	for i, e := range r.Summary.Events {
		if i == maxMarks || float64(e.AtS) > end {
			break
		}
		top := max(f.Y.Max, f.Y.Min+1)
		times := []float64{float64(e.AtS)}
		if e.UntilS > 0 && float64(e.UntilS) <= end {
			times = append(times, float64(e.UntilS))
		}
		for k, at := range times {
			l, err := plotter.NewLine(plotter.XYs{{X: at / ts.by, Y: f.Y.Min}, {X: at / ts.by, Y: top}})
			if err != nil {
				return err
			}
			l.Color, l.Width = color.Gray{90}, vg.Points(1)
			l.Dashes = markDashes[i%len(markDashes)]
			f.Add(l)
			if k == 0 {
				f.legend.Add(shorten(e.Event, 30), l)
			}
		}
	}
	return nil
}

// markDashes distinguish the events of a plot.
var markDashes = [][]vg.Length{{2, 2}, {6, 2}, {6, 2, 1, 2}, {1, 1}}

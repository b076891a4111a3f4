package reports

import (
	"image/color"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// maxMarks bounds how many events of a scenario are marked on a plot.
const maxMarks = 12

// mark draws the scenario's events as lines across a plot whose horizontal axis is
// the time, and names them in its legend.
func (r *Record) mark(f *figure, ts scale) error {
	end := float64(r.Summary.VirtualS)
	for i, e := range r.Summary.Events {
		if i == maxMarks || float64(e.AtS) > end {
			break
		}
		top := max(f.Y.Max, f.Y.Min+1)
		moments := []float64{float64(e.AtS)}
		if e.UntilS > 0 && float64(e.UntilS) <= end {
			moments = append(moments, float64(e.UntilS))
		}
		for k, at := range moments {
			l, err := plotter.NewLine(plotter.XYs{{X: at / ts.by, Y: f.Y.Min}, {X: at / ts.by, Y: top}})
			if err != nil {
				return err
			}
			l.Color, l.Width = color.Gray{90}, vg.Points(1)
			l.Dashes = marks[i%len(marks)]
			f.Add(l)
			if k == 0 {
				f.legend.Add(shorten(e.Event, 30), l)
			}
		}
	}
	return nil
}

// marks tell the events of a plot apart.
var marks = [][]vg.Length{{2, 2}, {6, 2}, {6, 2, 1, 2}, {1, 1}}

package export

import (
	"bytes"
	"fmt"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgpdf"

	"swarmsim/reports"
	"swarmsim/sim/record"
)

// By default the library writes the time of day, and fonts in the order of a map.
func init() {
	fpdf.SetDefaultCreationDate(time.Unix(0, 0).UTC())
	fpdf.SetDefaultModificationDate(time.Unix(0, 0).UTC())
	fpdf.SetDefaultCatalogSort(true)
}

// PDF writes each plot of a record as NAME.pdf. It returns the names of the files.
func PDF(r *reports.Record, create record.Create) (files []string, err error) {
	plots, err := reports.Plots(r)
	if err != nil {
		return nil, err
	}
	for i := range plots {
		p := &plots[i]
		c := vgpdf.New(p.Size())
		p.Draw(draw.New(c))
		var text bytes.Buffer
		if _, err := c.WriteTo(&text); err != nil {
			return nil, fmt.Errorf("plot %s: %w", p.File, err)
		}
		name := p.File + ".pdf"
		if err := writeFile(create, name, text.Bytes()); err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	return files, nil
}

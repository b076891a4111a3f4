package lab

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"swarmsim/lab/trial"
)

// A sweep of more than a thousand combinations has a page and plots that can be read: tables by rank,
// a sample of the variants, and everything in files.
func TestManyCells(t *testing.T) {
	text := strings.NewReplacer("seeds: 6", "seeds: 1", "256 KiB", "64 KiB").Replace(tiny)
	p := mustPlan(t, text+"vary: {client.choker.slots: 1..20, client.picker: [rarest-first, random], client.rechoke_interval: 1 s..27 s step 1 s}\n")
	if len(p.Cells) != 1080 {
		t.Fatalf("%d cells", len(p.Cells))
	}
	rows := trial.Rows{}
	o := p.Result(rows, playAll(t, p, rows))
	files := map[string]*bytes.Buffer{}
	err := p.Write(rows, o, true, func(name string) (io.WriteCloser, error) {
		files[name] = &bytes.Buffer{}
		return nopCloser{files[name]}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(files[MeansFile].String(), "\n"); n != 1081 {
		t.Errorf("%s has %d lines", MeansFile, n)
	}
	if rank := files["rank-completion-mean.svg"]; rank == nil || !strings.Contains(rank.String(), "of all 1080 combinations") {
		t.Error("no chart of all combinations by rank")
	}
	for name, file := range files {
		if lines := strings.Count(file.String(), ">slots "); strings.HasSuffix(name, ".svg") && lines > maxLines {
			t.Errorf("%s has %d lines", name, lines)
		}
	}
	if n := files[PageFile].Len(); n > 1<<20 || strings.Count(files[PageFile].String(), "<tr>") > 2*maxOnPage {
		t.Errorf("the page has %d bytes and %d rows", n, strings.Count(files[PageFile].String(), "<tr>"))
	}
	var printed bytes.Buffer
	if err := o.Print(&printed, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rank", "  1080         random ", "Of 1080 means these are the lowest and the highest, by rank; means.csv and comparison.csv have all of them."} {
		if !strings.Contains(printed.String(), want) {
			t.Errorf("no %q in\n%s", want, printed.String())
		}
	}
}

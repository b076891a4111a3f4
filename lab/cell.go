package lab

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"swarmsim/bounded"
	"swarmsim/lab/sweep"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// Cell is a variant at a point: with a value for each axis.
type Cell struct {
	Variant  int
	Point    int
	At       []FieldValue // values of the fields varied beside the variants
	Values   []string     // of the plan's fields
	Sets     []string     // path=value, as in run --set
	source   scenario.Source
	scenario *scenario.Scenario
	digest   [sha256.Size]byte // of all that determines its results except the program
	buildKey [sha256.Size]byte // of digest and the program
}

// newCell makes the cell of a point and a variant. The first axis varies slowest. The
// changes of the variant come first: it may name a strategy, and an axis may vary a
// setting of that strategy.
func (p *Plan) newCell(point, variant int, set sweep.Changes, src scenario.Source) Cell {
	c := Cell{Variant: variant, Point: point, source: src}
	stride := p.Points
	var values []scenario.Override
	for _, a := range p.Axes {
		stride /= len(a.Values)
		o := a.Values[point/stride%len(a.Values)]
		values = append(values, o)
		c.At = append(c.At, FieldValue{a.Path, scenario.OneLine(o.Value)})
	}
	c.source.Overrides = slices.Concat(src.Overrides, set, values)
	for _, o := range c.source.Overrides {
		c.Sets = append(c.Sets, o.Path+"="+scenario.OneLine(o.Value))
	}
	return c
}

// load loads the cell's scenario and computes its digests.
func (c *Cell) load(program string, fields []string) scenario.Problems {
	s, err := scenario.Load(c.source)
	if problems, ok := err.(scenario.Problems); ok {
		return problems
	} else if err != nil {
		return scenario.Problems{{File: c.source.Shown, Message: err.Error()}}
	}
	c.scenario = s
	set := map[string]string{}
	for _, o := range c.source.Overrides {
		set[o.Path] = scenario.OneLine(o.Value)
	}
	for _, f := range fields {
		value, ok := set[f]
		if !ok {
			value, _ = s.Field(f)
		}
		c.Values = append(c.Values, value)
	}
	bare := *s // without what does not reach the results
	bare.Name, bare.About, bare.Comment, bare.Seed, bare.Expect = "", "", "", 0, nil
	text, err := bare.Print()
	if err != nil {
		return scenario.Problems{{File: c.source.Shown, Message: err.Error()}}
	}
	h := sha256.New()
	fmt.Fprintf(h, "%s\n", text)
	for _, g := range s.Groups {
		fmt.Fprintln(h, g.Arrival.Times)
	}
	if err := c.hashContent(h); err != nil {
		return scenario.Problems{{File: c.source.Shown, Field: "content", Message: err.Error()}}
	}
	h.Sum(c.digest[:0])
	c.buildKey = sha256.Sum256(append(c.digest[:], program...))
	return nil
}

// hashContent hashes the files of the content: the bytes of a torrent file, and the
// names, sizes and modification times of other files.
func (c *Cell) hashContent(h io.Writer) error {
	content := &c.scenario.Content
	if content.Torrent != "" {
		text, err := bounded.ReadFile(c.source.Files, scenario.FilePath(c.source.Dir, content.Torrent), torrent.MaxFile)
		if err == nil {
			_, err = h.Write(text)
		}
		return err
	}
	if content.Path == "" {
		return nil
	}
	root := scenario.FilePath(c.source.Dir, content.Path)
	return fs.WalkDir(c.source.Files, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil {
			fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		}
		return err
	})
}

// key returns the key of the row of a run: runs with equal keys have equal results.
func (c *Cell) key(seed uint64) string {
	sum := sha256.Sum256(fmt.Appendf(c.buildKey[:], "%d", seed))
	return hex.EncodeToString(sum[:16])
}

// id identifies a cell in the names of PRNGs. It does not depend on the build,
// so that equal rows give equal intervals with any build.
func (c *Cell) id() string { return c.scenario.Name + "\n" + strings.Join(c.Sets, "\n") }

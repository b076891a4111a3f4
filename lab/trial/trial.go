package trial

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"swarmsim/bounded"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// Trial is a resolved scenario that is played with several seeds.
type Trial struct {
	Scenario *scenario.Scenario
	Source   scenario.Source
	Digest   [sha256.Size]byte // of all that determines its results except the seed and the program
	Files    [sha256.Size]byte // of the traces and the torrent file that it names, and the names and sizes of its content
	Resolved [sha256.Size]byte // of the scenario without its name, seed and expectations, and of Files: the same on every machine

	bare scenario.Scenario // without what does not reach the results
}

// Load resolves a scenario. The error is scenario.Problems, or a *scenario.SplitError.
func Load(src scenario.Source) (*Trial, error) {
	s, err := scenario.Load(src)
	if err != nil {
		return nil, err
	}
	t := &Trial{Scenario: s, Source: src, bare: *s}
	t.bare.Name, t.bare.About, t.bare.Comment, t.bare.Seed, t.bare.Expect = "", "", "", 0, nil
	t.bare.Record = t.bare.Record.WithoutEventLog()
	text, err := t.bare.Print()
	if err != nil {
		return nil, scenario.Problems{{File: src.Shown, Message: err.Error()}}
	}
	h, files := sha256.New(), sha256.New()
	fmt.Fprintf(h, "%s\n", text)
	for _, g := range s.Groups {
		fmt.Fprintln(io.MultiWriter(h, files), g.Arrival.Times)
	}
	if err := t.hashContent(h, files); err != nil {
		return nil, scenario.Problems{{File: src.Shown, Field: "content", Message: err.Error()}}
	}
	h.Sum(t.Digest[:0])
	files.Sum(t.Files[:0])
	t.Resolved = sha256.Sum256(append(text, t.Files[:]...))
	return t, nil
}

// hashContent hashes the files of the content: the bytes of a torrent file, and the names and sizes
// of other files. Only h is given their modification times, which differ between machines.
func (t *Trial) hashContent(h, files io.Writer) error {
	content := &t.Scenario.Content
	if content.Torrent != "" {
		text, err := bounded.ReadFile(t.Source.Files, scenario.FilePath(t.Source.Dir, content.Torrent), torrent.MaxFile)
		if err == nil {
			_, err = io.MultiWriter(h, files).Write(text)
		}
		return err
	}
	if content.Path == "" {
		return nil
	}
	root := scenario.FilePath(t.Source.Dir, content.Path)
	return fs.WalkDir(t.Source.Files, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		fmt.Fprintln(h, path, info.Size(), info.ModTime().UnixNano())
		if !d.IsDir() {
			fmt.Fprintln(files, strings.TrimPrefix(path, root), info.Size())
		}
		return nil
	})
}

// Key returns the key of a run's row: runs with equal keys have equal results. program identifies
// the build of the program.
func (t *Trial) Key(program string, seed uint64) string {
	sum := sha256.Sum256(fmt.Appendf(t.Digest[:], "%s\n%d", program, seed))
	return hex.EncodeToString(sum[:16])
}

// Play plays the scenario with a seed, on one core. The row has no key yet.
func (t *Trial) Play(ctx context.Context, seed uint64) (*Row, error) {
	s := t.bare
	s.Seed = seed
	files := newFileDigests()
	o, err := sim.Run(ctx, &s, sim.Options{Workers: 1, Files: t.Source.Files, Dir: t.Source.Dir, Create: files.create})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	row := &Row{Ended: string(o.Summary.Ended), Values: o.Summary.Values(), Record: files.sum()}
	delete(row.Values, "seed")
	return row, row.readPeers(&files.peers)
}

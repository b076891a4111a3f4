package cli

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

func torrentVerifyCommand() *cobra.Command {
	var o files.VerifyOptions
	var asJSON, quiet bool
	c := &cobra.Command{
		Use:   "verify FILE [PATH]",
		Short: "Compare files with a torrent",
		Long: `Compares files with a torrent file, on all cores. PATH is the folder that the
content was downloaded to, or the content itself (default: the working directory).
Files that are missing, have another length or differ are named.

Exit codes: 0 all files are as the torrent says, 1 something is missing or wrong,
or interrupted, 2 bad usage or torrent.`,
		Example: `  swarmsim torrent verify some.torrent
  swarmsim torrent verify some.torrent ~/Downloads
  swarmsim torrent verify some.torrent ~/Downloads --json`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return nil
			}
			return oneArgument("a torrent file, and the content's path", "some.torrent ~/Downloads")(cmd, args)
		},
	}
	addWorkers(c, &o.Workers, "cores to use")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with all files")
	c.Flags().BoolVarP(&quiet, "quiet", "q", false, "print nothing but errors")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		m, err := readTorrent(cmd, args[0])
		if err != nil {
			return err
		}
		root, err := contentPath(m, append(args, ".")[1])
		if err != nil {
			return err
		}
		show := newHashBar(cmd, m.Name, quiet || asJSON)
		o.Progress = show.hashing
		r, err := files.Verify(cmd.Context(), results.OS, root, m, o)
		show.end()
		if err != nil {
			return errors.New("interrupted; not all files were compared")
		}
		return reportVerify(cmd.OutOrStdout(), m, r, root, asJSON, quiet)
	})
	return c
}

// contentPath returns the path of the content: that with the torrent's name in a folder, or the path
// itself.
func contentPath(m *torrent.Meta, p string) (string, error) {
	if below := filepath.Join(p, filepath.FromSlash(m.Name)); results.Exists(below) {
		return filepath.ToSlash(below), nil
	}
	if !results.Exists(p) {
		return "", usageError{fmt.Errorf("there is no %s, where the content of %q should be", p, m.Name)}
	}
	if base, err := filepath.Abs(p); err == nil && (m.Single || filepath.Base(base) == m.Name || holdsAny(m, p)) {
		return filepath.ToSlash(p), nil
	}
	return "", usageError{fmt.Errorf("there is neither %q in %s nor any file of it; pass the content's path", m.Name, p)}
}

// holdsAny reports whether a folder has a file of the torrent. It looks at the first 100 files.
func holdsAny(m *torrent.Meta, folder string) bool {
	for i := range m.Files[:min(len(m.Files), 100)] {
		if f := &m.Files[i]; !f.Padding() && results.Exists(filepath.Join(folder, filepath.FromSlash(f.Path))) {
			return true
		}
	}
	return false
}

// verifyJSON is the result as swarmsim torrent verify --json prints it.
type verifyJSON struct {
	Name       string           `json:"name"`
	Path       string           `json:"path"`
	Complete   bool             `json:"complete"`
	Pieces     int              `json:"pieces"`
	GoodPieces int              `json:"good_pieces"`
	Files      []verifyFileJSON `json:"files"`
}

type verifyFileJSON struct {
	Path      string      `json:"path"`
	State     files.State `json:"state"`
	Length    int64       `json:"length_bytes"`
	Found     *int64      `json:"found_bytes"` // null if missing
	BadPieces int         `json:"bad_pieces"`
	Error     string      `json:"error,omitempty"`
}

func reportVerify(w io.Writer, m *torrent.Meta, r *files.Result, root string, asJSON, quiet bool) error {
	wrong := 0
	out := verifyJSON{Name: m.Name, Path: root, Complete: r.Complete(), Pieces: m.Pieces(), GoodPieces: r.Good}
	for i := range r.Files {
		f := &r.Files[i]
		line := verifyFileJSON{
			Path:      m.Files[f.File].Path,
			State:     f.State,
			Length:    m.Files[f.File].Length,
			BadPieces: f.Bad,
		}
		if f.Length >= 0 {
			line.Found = &f.Length
		}
		if f.Err != nil {
			line.Error = f.Err.Error()
		}
		out.Files = append(out.Files, line)
		if f.State == files.Good {
			continue
		}
		wrong++
		if !asJSON && !quiet {
			fmt.Fprintln(w, scenario.Printable(verifyLine(&line)))
		}
	}
	if asJSON {
		if err := writeJSON(w, out); err != nil {
			return err
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %s not as the torrent says; %d of %d pieces are good",
			wrong, are(len(r.Files), "file"), r.Good, m.Pieces())
	}
	if !asJSON && !quiet {
		fmt.Fprintf(w, "%s and all %d pieces are good\n", plural(len(r.Files), "file"), m.Pieces())
	}
	return nil
}

func are(n int, noun string) string {
	if n == 1 {
		return plural(n, noun) + " is"
	}
	return plural(n, noun) + " are"
}

// verifyLine describes a file that is not good.
func verifyLine(f *verifyFileJSON) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", f.Path, f.State)
	switch f.State {
	case files.WrongLength:
		fmt.Fprintf(&b, ", %d bytes instead of %d", *f.Found, f.Length)
	case files.Damaged:
		if f.BadPieces > 0 {
			fmt.Fprintf(&b, " in %s", plural(f.BadPieces, "piece"))
		}
	case files.Unchecked:
		fmt.Fprintf(&b, ", because %s also in a file that is missing or wrong", are(f.BadPieces, "piece"))
	}
	if f.Error != "" {
		b.WriteString(": " + f.Error)
	}
	return b.String()
}

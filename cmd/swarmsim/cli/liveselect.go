package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/reports"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

// selection says which files of a torrent are downloaded.
type selection struct {
	patterns []string
	numbers  []torrent.Range // of files, from 1
}

func (s *selection) add(c *cobra.Command) {
	fs := c.Flags()
	fs.Var(flags.List(&s.patterns, "pattern", "'*.flac'", parsePattern), "files",
		"download only the files that match a pattern such as '*.flac' or 'extras/*' (repeatable)")
	fs.Var(flags.Parsed(&s.numbers, "numbers", "1,3-5", parseNumbers), "only",
		"download only the files with these numbers, which --list shows")
}

// isEmpty reports whether all files are downloaded.
func (s *selection) isEmpty() bool { return len(s.patterns) == 0 && len(s.numbers) == 0 }

func parsePattern(text string) (string, error) {
	if _, err := path.Match(text, ""); err != nil || text == "" {
		return "", fmt.Errorf("%q is not a pattern: * stands for any characters but a slash, ? for one, [a-z] for one of "+
			"several, and \\ goes before such a character that stands for itself", text)
	}
	return strings.TrimSuffix(text, "/"), nil
}

// maxRanges bounds the list of --only.
const maxRanges = 10_000

func parseNumbers(text string) ([]torrent.Range, error) {
	var out []torrent.Range
	for part := range strings.SplitSeq(text, ",") {
		low, high, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			high = low
		}
		first, err1 := strconv.Atoi(low)
		last, err2 := strconv.Atoi(high)
		if err1 != nil || err2 != nil || first < 1 || last < first || len(out) == maxRanges {
			return nil, fmt.Errorf("%q is not a list of numbers from 1 and ranges, such as 1,3-5", text)
		}
		out = append(out, torrent.Range{First: first, Last: last})
	}
	return out, nil
}

// priorities returns one number for each file of a torrent, as live.Options has them; nil for all
// files. A pattern or a number without a file is an error.
func (s *selection) priorities(m *torrent.Meta) ([]byte, error) {
	if s.isEmpty() {
		return nil, nil
	}
	out := make([]byte, len(m.Files))
	for _, p := range s.patterns {
		found := false
		for i := range m.Files {
			if f := &m.Files[i]; !f.Padding() && matches(p, f.Path) {
				out[i], found = 1, true
			}
		}
		if !found {
			return nil, usageError{fmt.Errorf("--files: no file of %q matches %q; --list shows them", m.Name, p)}
		}
	}
	for _, r := range s.numbers {
		if r.Last > len(m.Files) {
			return nil, usageError{fmt.Errorf("--only: %q has no file %d, the last is %d; --list shows them", m.Name, r.Last, len(m.Files))}
		}
		for i := r.First - 1; i < r.Last; i++ {
			out[i] = 1
		}
	}
	return out, nil
}

// matches reports whether a pattern matches a path, its last part, or a folder that the path leads
// through.
func matches(pattern, name string) bool {
	if !strings.Contains(pattern, "/") {
		if ok, _ := path.Match(pattern, path.Base(name)); ok {
			return true
		}
	}
	for ; name != "." && name != "/"; name = path.Dir(name) {
		if ok, _ := path.Match(pattern, name); ok {
			return true
		}
	}
	return false
}

// listedFile is a file as swarmsim get --list --json prints it.
type listedFile struct {
	Number int    `json:"number"`
	Path   string `json:"path"`
	Length int64  `json:"length_bytes"`
}

// listFiles prints the files of a torrent with their numbers.
func listFiles(w io.Writer, m *torrent.Meta, asJSON bool) error {
	for i := range m.Files {
		f := &m.Files[i]
		if f.Padding() {
			continue
		}
		if asJSON {
			text, err := json.Marshal(listedFile{i + 1, f.Path, f.Length})
			must(err)
			fmt.Fprintf(w, "%s\n", text)
			continue
		}
		if _, err := fmt.Fprintf(w, "%5d  %10s  %s\n", i+1, reports.Size(f.Length), scenario.Printable(f.Path)); err != nil {
			return err
		}
	}
	return nil
}

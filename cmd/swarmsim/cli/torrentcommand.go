package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
)

func torrentCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "torrent",
		Short: "Make, show, verify and edit torrent files",
		Long: `Makes, shows, verifies and edits torrent files of version 1, version 2 and
hybrids of both, and converts them to magnet links. docs/torrents.md has the
details, among them which other programs give the same info hashes.`,
		Example: `  swarmsim torrent create ./folder --tracker http://tracker.example.org/announce
  swarmsim torrent show folder.torrent
  swarmsim torrent verify folder.torrent ~/Downloads`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, sub := range cmd.Commands() {
				names = append(names, sub.Name())
			}
			return usageError{fmt.Errorf("there is no swarmsim torrent %s%s; choose from %s",
				args[0], scenario.Nearest(args[0], names), strings.Join(names, ", "))}
		},
		RunE: runE(func(cmd *cobra.Command, _ []string) error { return cmd.Help() }),
	}
	c.AddCommand(torrentCreateCommand(), torrentShowCommand(), torrentVerifyCommand(), torrentEditCommand(),
		torrentMagnetCommand())
	return c
}

// readTorrent reads the torrent file at a path, or on standard input for -, and prints its warnings.
func readTorrent(cmd *cobra.Command, arg string) (*torrent.Meta, error) {
	var text []byte
	var err error
	switch {
	case torrent.IsMagnet(arg):
		return nil, usageError{fmt.Errorf("%s needs a torrent file; a magnet link has no content", cmd.CommandPath())}
	case arg == stdinName:
		text, err = bounded.ReadAll(stdin(cmd), torrent.MaxFile)
	default:
		text, err = bounded.ReadFile(results.OS, arg, torrent.MaxFile)
	}
	if err != nil {
		return nil, usageError{fmt.Errorf("cannot read %q: %w%s", arg, err, pipeHint(arg))}
	}
	return parseTorrent(cmd, arg, text)
}

// parseTorrent parses a torrent file that the user named, and prints its warnings.
func parseTorrent(cmd *cobra.Command, shown string, text []byte) (*torrent.Meta, error) {
	m, err := torrent.Parse(text)
	if err != nil {
		return nil, usageError{fmt.Errorf("%q %w", shown, err)}
	}
	warn := func(text string) {
		fmt.Fprintf(cmd.ErrOrStderr(), "warning: %s: %s\n", shown, scenario.Printable(text))
	}
	for _, w := range m.Warnings {
		warn(w)
	}
	if m.Trailing > 0 {
		warn(fmt.Sprintf("it goes on for %d bytes after its end; they are left out", m.Trailing))
	}
	return m, nil
}

// writeTorrent writes a torrent file under a temporary name and renames it. A file that is there is
// replaced only with force.
func writeTorrent(path string, m *torrent.Meta, force bool) error {
	if err := checkFree(path, force); err != nil {
		return err
	}
	text, err := m.Encode()
	if err != nil {
		return usageError{err}
	}
	f, err := results.Atomic(filepath.Dir(path))(filepath.Base(path))
	if err != nil {
		return usageError{fmt.Errorf("cannot write %q: %w", path, bounded.Reason(err))}
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("cannot write %q: %w", path, err)
	}
	return nil
}

// checkFree returns an error if there is a file at path, unless it may be replaced.
func checkFree(path string, force bool) error {
	if !force && results.Exists(path) {
		return usageError{fmt.Errorf("%s exists already; --force replaces it, -o names another file", path)}
	}
	if st, err := os.Stat(filepath.Dir(path)); err != nil || !st.IsDir() {
		return usageError{fmt.Errorf("cannot write %q: there is no folder %q", path, filepath.Dir(path))}
	}
	return nil
}

// newHashBar returns a progress bar on a terminal, and nothing elsewhere.
func newHashBar(cmd *cobra.Command, name string, quiet bool) progress {
	if w := cmd.ErrOrStderr(); !quiet && isTerminal(w) {
		return newBar(w, name)
	}
	return noProgress{}
}

// hashError returns the error of reading and hashing files.
func hashError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return errors.New("interrupted; nothing was written")
	}
	return usageError{err}
}

// addTiers adds --tracker.
func addTiers(c *cobra.Command, tiers *[][]string, usage string) {
	c.Flags().Var(flags.List(tiers, "url", "http://tracker.example.org/announce", parseTier), "tracker", usage)
}

// parseTier reads the trackers of a tier, separated by commas.
func parseTier(text string) ([]string, error) {
	var tier []string
	for part := range strings.SplitSeq(text, ",") {
		url, err := parseURL(part)
		if err != nil {
			return nil, err
		}
		tier = append(tier, url)
	}
	return tier, nil
}

func parseURL(text string) (string, error) {
	text = strings.TrimSpace(text)
	if err := torrent.CheckURL(text); err != nil {
		return "", fmt.Errorf("it %w", err)
	}
	return text, nil
}

package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/torrent"
)

// editFlags are the flags of swarmsim torrent edit.
type editFlags struct {
	out            string
	trackers       [][]string
	addTrackers    [][]string
	removeTrackers []string
	noTrackers     bool
	webSeeds       []string
	addWebSeeds    []string
	removeWebSeeds []string
	noWebSeeds     bool
	comment        string
	createdBy      string
	source         string
	private        bool
	public         bool
	force          bool
	quiet          bool
}

func (f *editFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "file", "new.torrent", flags.Text), "out", "o",
		"torrent file to write (default: the one read, with --force)")
	addTiers(c, &f.trackers, "replace the trackers (repeatable; each is a tier, URLs with commas between them share one)")
	fs.Var(flags.List(&f.addTrackers, "url", "udp://b.example.org:6969", parseTier), "add-tracker",
		"add a tier at the end (repeatable)")
	fs.Var(flags.List(&f.removeTrackers, "url", "udp://b.example.org:6969", flags.Text), "remove-tracker",
		"remove a tracker (repeatable)")
	fs.BoolVar(&f.noTrackers, "no-trackers", false, "remove all trackers")
	fs.Var(flags.List(&f.webSeeds, "url", "http://example.org/files/", parseURL), "web-seed",
		"replace the web seeds (repeatable)")
	fs.Var(flags.List(&f.addWebSeeds, "url", "http://example.org/files/", parseURL), "add-web-seed",
		"add a web seed (repeatable)")
	fs.Var(flags.List(&f.removeWebSeeds, "url", "http://example.org/files/", flags.Text), "remove-web-seed",
		"remove a web seed (repeatable)")
	fs.BoolVar(&f.noWebSeeds, "no-web-seeds", false, "remove all web seeds")
	fs.Var(flags.Parsed(&f.comment, "text", `"a comment"`, flags.Text), "comment", `set the comment; "" removes it`)
	fs.Var(flags.Parsed(&f.createdBy, "text", "swarmsim", flags.Text), "created-by",
		`set the program that made it; "" removes it`)
	fs.Var(flags.Parsed(&f.source, "text", "EXAMPLE", flags.Text), "source",
		`set the source; "" removes it; changes the info hash`)
	fs.BoolVar(&f.private, "private", false, "make the torrent private (BEP 27); changes the info hash")
	fs.BoolVar(&f.public, "public", false, "make the torrent public; changes the info hash")
	fs.BoolVar(&f.force, "force", false, "replace an existing file")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors and warnings")
	c.MarkFlagsMutuallyExclusive("private", "public")
	c.MarkFlagsMutuallyExclusive("tracker", "no-trackers")
	c.MarkFlagsMutuallyExclusive("web-seed", "no-web-seeds")
}

func torrentEditCommand() *cobra.Command {
	var f editFlags
	c := &cobra.Command{
		Use:   "edit FILE",
		Short: "Change trackers, web seeds, comment, source or privacy of a torrent file",
		Long: `Changes a torrent file without reading its content again. Keys that swarmsim does
not know are kept. --private, --public and --source change the info hash: the
edited torrent is another one, with a swarm of its own.`,
		Example: `  swarmsim torrent edit some.torrent -o new.torrent --add-tracker udp://b.example.org:6969
  swarmsim torrent edit some.torrent --force --no-trackers --comment ""
  swarmsim torrent edit some.torrent -o private.torrent --private --source EXAMPLE`,
		Args: oneArgument("a torrent file", "some.torrent"),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) })
	return c
}

func (f *editFlags) run(cmd *cobra.Command, path string) error {
	m, err := readTorrent(cmd, path)
	if err != nil {
		return err
	}
	out := f.out
	if out == "" {
		if path == stdinName {
			return usageError{errors.New("-o is needed to edit standard input")}
		}
		out = path
	}
	before := m.InfoHash
	if err := f.edit(m, cmd.Flags().Changed); err != nil {
		return usageError{err}
	}
	if err := writeTorrent(out, m, f.force); err != nil {
		return err
	}
	if m.InfoHash != before {
		fmt.Fprintf(cmd.ErrOrStderr(), "note: the info hash was %x; the edited torrent has a swarm of its own\n", before)
	}
	if !f.quiet {
		printTorrent(cmd.OutOrStdout(), m, false)
		fmt.Fprintf(cmd.OutOrStdout(), "written to    %s\n", out)
	}
	return nil
}

// edit makes the changes. changed reports whether a flag was given.
func (f *editFlags) edit(m *torrent.Meta, changed func(flag string) bool) error {
	if err := f.editTrackers(m, changed("tracker")); err != nil {
		return err
	}
	if f.noWebSeeds || changed("web-seed") {
		m.WebSeeds = f.webSeeds
	}
	for _, seed := range f.removeWebSeeds {
		i := slices.Index(m.WebSeeds, seed)
		if i < 0 {
			return fmt.Errorf("--remove-web-seed: the torrent has no web seed %q", seed)
		}
		m.WebSeeds = slices.Delete(m.WebSeeds, i, i+1)
	}
	for _, seed := range f.addWebSeeds {
		if !slices.Contains(m.WebSeeds, seed) {
			m.WebSeeds = append(m.WebSeeds, seed)
		}
	}
	if changed("comment") {
		m.Comment = f.comment
	}
	if changed("created-by") {
		m.CreatedBy = f.createdBy
	}
	if changed("source") {
		if err := m.SetSource(f.source); err != nil {
			return err
		}
	}
	if f.private || f.public {
		return m.SetPrivate(f.private)
	}
	return nil
}

func (f *editFlags) editTrackers(m *torrent.Meta, replace bool) error {
	if f.noTrackers || replace {
		m.Trackers = f.trackers
	}
	for _, url := range f.removeTrackers {
		found := false
		for i, tier := range m.Trackers {
			if k := slices.Index(tier, url); k >= 0 {
				m.Trackers[i] = slices.Delete(tier, k, k+1)
				found = true
			}
		}
		if !found {
			return fmt.Errorf("--remove-tracker: the torrent has no tracker %q", url)
		}
	}
	m.Trackers = append(m.Trackers, f.addTrackers...)
	m.Trackers = slices.DeleteFunc(m.Trackers, func(tier []string) bool { return len(tier) == 0 })
	return nil
}

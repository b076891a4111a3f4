package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/scenario"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// createFlags are the flags of swarmsim torrent create.
type createFlags struct {
	out          string
	options      files.Options
	pieceLength  scenario.Bytes
	v1, v2       bool
	hybrid       bool
	noAttributes bool
	byString     bool
	followLinks  bool
	date         string
	force        bool
	quiet        bool
	asJSON       bool
}

func (f *createFlags) add(c *cobra.Command) {
	o := &f.options
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "file", "folder.torrent", flags.Text), "out", "o",
		"torrent file (default NAME.torrent)")
	addTiers(c, &o.Trackers, "tracker (repeatable; each is a tier of its own, URLs with commas between them share one)")
	fs.Var(flags.List(&o.WebSeeds, "url", "http://example.org/files/", parseURL), "web-seed",
		"server with the files (repeatable)")
	fs.Var(flags.List(&o.Nodes, "host:port", "router.example.org:6881", parseNode), "node", "DHT node (repeatable)")
	fs.Var(flags.Quantity(&f.pieceLength, "size", "1 MiB"), "piece-length",
		"a power of two of at least 16 KiB (default: by the size of the content, as libtorrent does)")
	fs.BoolVar(&f.v1, "v1", false, "make a torrent of version 1, which all clients know (default)")
	fs.BoolVar(&f.v2, "v2", false, "make a torrent of version 2 (BEP 52)")
	fs.BoolVar(&f.hybrid, "hybrid", false, "make a torrent of both versions")
	fs.BoolVar(&o.Pad, "pad", false, "with --v1, align files to pieces with padding files (BEP 47)")
	fs.BoolVar(&o.Private, "private", false, "find peers by the trackers only (BEP 27)")
	fs.Var(flags.Parsed(&o.Source, "text", "EXAMPLE", flags.Text), "source",
		"the tracker's mark, which changes the info hash")
	fs.Var(flags.Parsed(&o.Comment, "text", `"a comment"`, flags.Text), "comment", "comment")
	fs.Var(flags.Parsed(&o.Name, "name", "songs", flags.Text), "name",
		"name of the torrent (default: that of the file or the folder)")
	o.CreatedBy = "swarmsim"
	fs.Var(flags.Parsed(&o.CreatedBy, "text", "swarmsim", flags.Text), "created-by",
		`program that made it (default "swarmsim")`)
	fs.Var(flags.List(&o.Exclude, "pattern", "'*.tmp'", flags.Text), "exclude",
		"leave out files and folders with this name, or with this path if the pattern has a slash (repeatable)")
	fs.BoolVar(&f.followLinks, "follow-links", false,
		"with --v2 or --hybrid, store what symbolic links lead to (version 1 always does)")
	fs.BoolVar(&o.KeepLinks, "keep-links", false,
		"with --v1, store symbolic links as links (BEP 47); few clients know them")
	fs.BoolVar(&f.noAttributes, "no-attributes", false,
		"with --v2, --hybrid or --pad, do not mark executable files (BEP 47)")
	fs.BoolVar(&f.byString, "mktorrent-order", false, "with --v1, sort whole paths by their bytes, as mktorrent does")
	fs.Var(flags.Parsed(&f.date, "date", "2026-01-31T12:00:00Z", flags.Text), "date",
		"creation date: now, seconds since 1970, or as in 2026-01-31T12:00:00Z (default: SOURCE_DATE_EPOCH, or none)")
	o.Workers = 0
	addWorkers(c, &o.Workers, "cores to use; the torrent is the same for any number")
	fs.BoolVar(&f.force, "force", false, "replace an existing file")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	fs.BoolVar(&f.asJSON, "json", false, "print what swarmsim torrent show --json prints")
	c.MarkFlagsMutuallyExclusive("v1", "v2", "hybrid")
}

func torrentCreateCommand() *cobra.Command {
	var f createFlags
	c := &cobra.Command{
		Use:   "create PATH",
		Short: "Make a torrent file of a file or a folder",
		Long: `Makes a torrent file of a file, or of a folder with all files in it, hidden and
empty ones too. The same files and flags give the same torrent file, byte for byte.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage or files.`,
		Example: `  swarmsim torrent create ./folder
  swarmsim torrent create ./folder -o f.torrent --tracker http://a.example.org/announce --tracker udp://b.example.org:6969
  swarmsim torrent create film.mkv --hybrid --piece-length 1MiB --web-seed http://example.org/film.mkv
  swarmsim torrent create ./folder --private --source EXAMPLE --exclude '.git' --exclude '*.tmp'`,
		Args: oneArgument("a file or a folder", "./folder"),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) })
	return c
}

func (f *createFlags) run(cmd *cobra.Command, root string) error {
	o := &f.options
	if err := f.setOptions(); err != nil {
		return err
	}
	abs, err := filepath.Abs(root) // so that . has a name
	if err != nil {
		return err
	}
	if o.Name == "" {
		o.Name = filepath.Base(abs)
	}
	if f.out == "" {
		f.out = o.Name + ".torrent"
	}
	if err := checkFree(f.out, f.force); err != nil { // before hashing, which takes long
		return err
	}
	show := newHashBar(cmd, o.Name, f.quiet || f.asJSON)
	o.Progress = show.hashing
	m, err := files.Create(cmd.Context(), results.OS, filepath.ToSlash(abs), *o)
	show.end()
	if err != nil {
		return hashError(err)
	}
	warnOfNames(cmd, m)
	if err := writeTorrent(f.out, m, f.force); err != nil {
		return err
	}
	switch {
	case f.asJSON:
		return printTorrentJSON(cmd.OutOrStdout(), m)
	case f.quiet:
		return nil
	}
	printTorrent(cmd.OutOrStdout(), m, false)
	fmt.Fprintf(cmd.OutOrStdout(), "written to    %s\n", f.out)
	return nil
}

// warnOfNames warns of files that get another name when the torrent is downloaded, here or on another
// system.
func warnOfNames(cmd *cobra.Command, m *torrent.Meta) {
	for _, w := range m.Warnings {
		fmt.Fprintln(cmd.ErrOrStderr(), "warning:", scenario.Printable(w))
	}
	elsewhere, err := torrent.Paths{Windows: true, FoldCase: true}.ParseInfo(m.Info)
	if err == nil && len(elsewhere.Warnings) > len(m.Warnings) {
		fmt.Fprintln(cmd.ErrOrStderr(), "note: files get other names on Windows or macOS:", scenario.Printable(elsewhere.Warnings[0]))
	}
}

// setOptions sets the options that depend on several flags or on the environment.
func (f *createFlags) setOptions() error {
	o := &f.options
	switch {
	case f.hybrid:
		o.Version = torrent.Hybrid
	case f.v2:
		o.Version = torrent.V2
	default:
		o.Version = torrent.V1
	}
	if o.Pad && o.Version != torrent.V1 {
		return usageError{fmt.Errorf("--pad is for --v1; a hybrid has padding files always, and version 2 needs none")}
	}
	if f.byString {
		if o.Version != torrent.V1 {
			return usageError{fmt.Errorf("--mktorrent-order is for --v1; version 2 has an order of its own (BEP 52)")}
		}
		o.Order = files.ByString
	}
	o.PieceLength = int64(f.pieceLength)
	o.Attributes = !f.noAttributes && (o.Version != torrent.V1 || o.Pad)
	o.KeepLinks = o.KeepLinks || o.Version != torrent.V1 && !f.followLinks
	return f.setDate(os.Getenv("SOURCE_DATE_EPOCH"))
}

// setDate reads --date, or else the variable SOURCE_DATE_EPOCH
// (https://reproducible-builds.org/specs/source-date-epoch/).
func (f *createFlags) setDate(epoch string) error {
	text, name := f.date, "--date"
	if text == "" {
		text, name = epoch, "SOURCE_DATE_EPOCH"
	}
	if text == "" {
		return nil
	}
	if text == "now" && name == "--date" {
		f.options.CreationDate = time.Now()
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n > 0 && n < 1<<40 {
		f.options.CreationDate = time.Unix(n, 0)
		return nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil || t.Unix() <= 0 {
		return usageError{fmt.Errorf("%s: %q is no date; write now, seconds since 1970, or as in 2026-01-31T12:00:00Z", name, text)}
	}
	f.options.CreationDate = t
	return nil
}

func parseNode(text string) (string, error) {
	if !torrent.IsHostPort(text) {
		return "", fmt.Errorf("%q is not a host and a port, such as router.example.org:6881", text)
	}
	return text, nil
}

// writeJSON writes a value with indentation.
func writeJSON(w interface{ Write([]byte) (int, error) }, value any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(value)
}

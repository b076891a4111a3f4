package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
	"swarmsim/cmd/flags"
	"swarmsim/torrent"
)

// getFlags are the flags of swarmsim get.
type getFlags struct {
	liveFlags
	selection
	folder      string
	list        bool
	sequential  bool
	rarest      bool
	preallocate bool
}

func getCommand() *cobra.Command {
	f := getFlags{folder: "."}
	c := &cobra.Command{
		Use:   "get TORRENT|MAGNET|URL...",
		Short: "Download torrents from other BitTorrent clients",
		Long: `Downloads the files of torrents: torrent files, - for one on standard input, their
http and https URLs, and magnet links. While it downloads, and after that with
--seed, it uploads what it has. What was interrupted, by whatever, continues with
the same command: no verified piece is fetched again.

Ctrl-C ends it after a last announce to the trackers; a second one ends it at once.

Exit codes: 0 all files are there, 1 failed or interrupted, 2 bad usage or torrent.`,
		Example: `  swarmsim get debian.torrent
  swarmsim get 'magnet:?xt=urn:btih:d2474e86c95b19b8bcfdb92bc12c9d44667cfa36' --dir ~/films
  swarmsim get https://example.org/some.torrent --files '*.flac' --seed-ratio 1.5
  swarmsim get some.torrent --list
  swarmsim get some.torrent --only 1,3-5 --sequential --download 2MB/s
  swarmsim get some.torrent --profile libtorrent-2 --set client.choker=random --record results/some`,
		Args: someTorrents("some.torrent"),
	}
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.folder, "folder", "downloads", flags.Text), "dir", "d", "folder for the files (default: the working directory)")
	f.selection.add(c)
	fs.BoolVar(&f.list, "list", false, "print the files with their numbers, and download nothing")
	fs.BoolVar(&f.sequential, "sequential", false, "download the pieces in order (as --set client.picker=sequential)")
	fs.BoolVar(&f.rarest, "rarest", false, "download the rarest pieces first (as --set client.picker=rarest-first)")
	fs.BoolVar(&f.goal.seed, "seed", false, "go on uploading when all files are there, until interrupted")
	f.goal.add(c)
	fs.BoolVar(&f.preallocate, "preallocate", false, "reserve the disk space of a file before its first block is written")
	f.liveFlags.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) })
	return c
}

func (f *getFlags) run(cmd *cobra.Command, args []string) error {
	switch {
	case f.sequential && f.rarest:
		return usageError{errors.New("--sequential and --rarest are different orders; choose one")}
	case f.sequential:
		f.setClient("client.picker", "sequential")
	case f.rarest:
		f.setClient("client.picker", "rarest-first")
	}
	if _, _, err := f.client(); err != nil {
		return err
	}
	if len(args) > 1 && len(f.numbers) > 0 {
		return usageError{errors.New("--only has the numbers of one torrent's files; name one torrent")}
	}
	if err := f.checkRecord(len(args)); err != nil {
		return err
	}
	sources, err := findSources(cmd, args)
	if err != nil {
		return err
	}
	if f.list {
		return f.printFiles(cmd, sources)
	}
	if err := checkDistinctFiles(sources); err != nil {
		return err
	}
	var jobs []*liveJob
	for _, s := range sources {
		o := live.Options{Folder: f.folder, Check: f.check, Preallocate: f.preallocate}
		if s.meta == nil {
			if !f.isEmpty() {
				o.Select = f.priorities
			}
		} else if o.Priorities, err = f.priorities(s.meta); err != nil {
			return err
		}
		jobs = append(jobs, &liveJob{source: s, options: o})
	}
	return f.exchange(cmd, jobs)
}

// errListed ends a torrent whose description was wanted for its list of files only.
var errListed = errors.New("its files are listed")

// printFiles prints the files of the torrents. The descriptions of magnet links come from peers.
func (f *getFlags) printFiles(cmd *cobra.Command, sources []*liveSource) error {
	for _, s := range sources {
		if s.meta == nil {
			var err error
			if s.meta, err = f.fetchMeta(cmd, s); err != nil {
				return err
			}
		}
		if len(sources) > 1 && !f.asJSON {
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n", s.meta.Name)
		}
		if err := listFiles(cmd.OutOrStdout(), s.meta, f.asJSON); err != nil {
			return err
		}
	}
	return nil
}

// fetchMeta fetches the description of a magnet link's torrent, and nothing else.
func (f *getFlags) fetchMeta(cmd *cobra.Command, s *liveSource) (*torrent.Meta, error) {
	var meta *torrent.Meta
	o := live.Options{Folder: f.folder, Select: func(m *torrent.Meta) ([]byte, error) {
		meta = m
		return nil, errListed
	}}
	quiet := f.liveFlags
	quiet.quiet, quiet.asJSON, quiet.record = true, false, ""
	err := quiet.exchange(cmd, []*liveJob{{source: s, options: o}})
	if errors.Is(err, errListed) {
		return meta, nil
	}
	return nil, err
}

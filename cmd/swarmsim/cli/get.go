package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
	"swarmsim/cmd/flags"
	"swarmsim/torrent"
)

// getFlags are the flags of swarmsim get.
type getFlags struct {
	liveFlags
	folder string
	seed   bool
}

func getCommand() *cobra.Command {
	var f getFlags
	c := &cobra.Command{
		Use:   "get TORRENT...",
		Short: "Download torrents from other BitTorrent clients",
		Long: `Downloads the files of torrents. While it downloads, and after it with --seed, it
uploads what it has. A download that was interrupted continues where it stopped.

Exit codes: 0 all files are there, 1 failed or interrupted, 2 bad usage or torrent.`,
		Example: `  swarmsim get debian.torrent
  swarmsim get film.torrent --dir ~/films --upload 1MB/s --seed
  swarmsim get some.torrent --profile libtorrent-2 --set client.picker=sequential`,
		Args: cobra.MinimumNArgs(1),
	}
	f.add(c)
	c.Flags().VarP(flags.Parsed(&f.folder, "folder", "downloads", flags.Text), "dir", "d", "folder for the files (default: the working directory)")
	c.Flags().BoolVar(&f.seed, "seed", false, "go on uploading when all files are there, until interrupted")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) })
	return c
}

func (f *getFlags) run(cmd *cobra.Command, args []string) error {
	if f.folder == "" {
		f.folder = "."
	}
	var metas []*torrent.Meta
	for _, arg := range args {
		m, err := readTorrent(cmd, arg)
		if err != nil {
			return err
		}
		metas = append(metas, m)
	}
	return f.exchange(cmd, metas, live.Options{Folder: f.folder, Check: f.check}, f.seed)
}

// closeTimeout is how long trackers may take to hear that the program ends.
const closeTimeout = 5 * time.Second

// exchange downloads and uploads torrents. Without stay it ends when all of them are complete;
// otherwise it is interrupted.
func (f *liveFlags) exchange(cmd *cobra.Command, metas []*torrent.Meta, o live.Options, stay bool) (err error) {
	s, err := f.session(cmd)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
		defer cancel()
		err = errors.Join(err, s.Close(closing))
	}()
	var torrents []*live.Torrent
	for _, m := range metas {
		t, err := s.Add(m, o)
		if err != nil {
			return err
		}
		t.AddPeers(f.peers)
		torrents = append(torrents, t)
	}
	status := &liveStatus{
		out: cmd.OutOrStdout(), err: cmd.ErrOrStderr(), json: f.asJSON, quiet: f.quiet, terminal: isTerminal(cmd.ErrOrStderr()),
	}
	return status.watch(ctx, torrents, stay)
}

// watch shows the torrents until all are complete or, with stay, until ctx ends.
func (s *liveStatus) watch(ctx context.Context, torrents []*live.Torrent, stay bool) error {
	ticker := time.NewTicker(s.interval())
	defer ticker.Stop()
	waiting := make(chan struct{})
	go func() {
		defer close(waiting)
		for _, t := range torrents {
			select {
			case <-t.Done():
			case <-ctx.Done():
			}
		}
	}()
	complete := waiting
	if stay {
		complete = nil
	}
	for {
		select {
		case <-ticker.C:
			s.update(torrents, false)
		case <-complete:
			s.update(torrents, true)
			return s.result(ctx, torrents)
		case <-ctx.Done():
			s.update(torrents, true)
			return s.result(ctx, torrents)
		}
	}
}

// result returns why not all torrents are complete; nil if they are.
func (s *liveStatus) result(ctx context.Context, torrents []*live.Torrent) error {
	for _, t := range torrents {
		if err := t.Err(); err != nil {
			return err
		}
		if x := t.Stats(); x.Left > 0 || t.State() == live.Checking {
			return fmt.Errorf("%s: interrupted with %.1f %% of the files; the same command continues", t.Meta().Name, percentDone(&x))
		}
	}
	return nil
}

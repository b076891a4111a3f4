package cli

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
	"swarmsim/torrent"
)

func seedCommand() *cobra.Command {
	var f liveFlags
	c := &cobra.Command{
		Use:   "seed TORRENT [PATH]",
		Short: "Upload the files of a torrent to other BitTorrent clients",
		Long: `Uploads files until it is interrupted. PATH is the file or the folder that the
torrent was made from; by default it is looked for beside the torrent file. The files are
hashed first unless they have not changed since the last time, and are not written to.

Exit codes: 0 interrupted after all files were found, 1 failed, 2 bad usage or torrent.`,
		Example: `  swarmsim seed film.torrent
  swarmsim seed film.torrent /srv/film --upload 4MB/s`,
		Args: cobra.RangeArgs(1, 2),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		m, err := readTorrent(cmd, args[0])
		if err != nil {
			return err
		}
		folder, err := seedFolder(m, args)
		if err != nil {
			return err
		}
		state, err := statePath(m.InfoHash)
		if err != nil {
			return err
		}
		return f.exchange(cmd, []*torrent.Meta{m}, live.Options{Folder: folder, StatePath: state, ReadOnly: true, Check: f.check}, true)
	})
	return c
}

// seedFolder returns the folder that has a torrent's file, or its folder.
func seedFolder(m *torrent.Meta, args []string) (string, error) {
	if len(args) == 1 {
		return filepath.Dir(args[0]), nil
	}
	path, err := filepath.Abs(args[1])
	if err != nil {
		return "", err
	}
	if filepath.Base(path) != m.Name {
		return "", usageError{fmt.Errorf("%s is not called %q, as the torrent's content is; rename it, or link to it under that name", args[1], m.Name)}
	}
	return filepath.Dir(path), nil
}

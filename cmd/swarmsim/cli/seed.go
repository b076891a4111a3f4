package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"swarmsim/bounded"
	"swarmsim/client/live"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/torrent"
)

// seedFlags are the flags of swarmsim seed.
type seedFlags struct {
	liveFlags
	folder       string
	superSeeding bool
}

func seedCommand() *cobra.Command {
	var f seedFlags
	c := &cobra.Command{
		Use:   "seed TORRENT [PATH] | TORRENT|FOLDER...",
		Short: "Upload the files of torrents to other BitTorrent clients",
		Long: `Uploads the files of torrents, or of all torrent files in a FOLDER, until it is
interrupted. PATH is the file or the folder that the torrent was made from, or the
folder that it is in; by default it is looked for beside the torrent file. Nothing is
written there. The files are hashed first, unless they have not changed since the
last time.

Exit codes: 0 interrupted or --seed-ratio or --seed-time reached, 1 failed, 2 bad
usage or torrent, or files that are not there.`,
		Example: `  swarmsim seed film.torrent
  swarmsim seed film.torrent /srv/film --upload 4MB/s
  swarmsim seed one.torrent two.torrent --dir /srv --seed-ratio 2
  swarmsim seed ~/torrents --dir /srv --super-seeding`,
		Args: someTorrents("some.torrent"),
	}
	c.Flags().VarP(flags.Parsed(&f.folder, "folder", "/srv", flags.Text), "dir", "d", "folder with the content (default: that of the torrent file)")
	c.Flags().BoolVar(&f.superSeeding, "super-seeding", false,
		"announce each neighbour one piece at a time, so that few copies are sent (BEP 16; as --set client.reveal=super-seeding)")
	f.goal.add(c)
	f.liveFlags.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args) })
	return c
}

func (f *seedFlags) run(cmd *cobra.Command, args []string) error {
	f.goal.seed = true
	if f.superSeeding {
		f.setClient("client.reveal", "super-seeding")
	}
	if _, _, err := f.client(); err != nil {
		return err
	}
	jobs, err := f.jobs(cmd, args)
	if err != nil {
		return err
	}
	if err := f.checkRecord(len(jobs)); err != nil {
		return err
	}
	pruneCache(maxResumeFiles)
	return f.exchange(cmd, jobs)
}

// jobs finds the torrents and their content.
func (f *seedFlags) jobs(cmd *cobra.Command, args []string) ([]*liveJob, error) {
	if len(args) == 2 && !isFolder(args[0]) {
		s, err := findSource(cmd, args[0])
		if err == nil && s.meta == nil {
			err = f.noContent(cmd)
		}
		if err != nil {
			return nil, err
		}
		if folder, ok := contentFolder(s.meta, args[1]); ok {
			return []*liveJob{seedJob(s, folder, f.check)}, nil
		}
		if !hasTorrentName(args[1]) && !(isFolder(args[1]) && len(torrentFiles(args[1])) > 0) && !isTorrent(args[1]) {
			return nil, usageError{fmt.Errorf("%s is neither %q, which the torrent was made from, nor a folder with it, nor a torrent", args[1], s.meta.Name)}
		}
	}
	var jobs []*liveJob
	for _, arg := range args {
		more, err := f.jobsOf(cmd, arg)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, more...)
	}
	seen := map[[20]byte]bool{}
	jobs = slices.DeleteFunc(jobs, func(j *liveJob) bool { // a folder may have a torrent that was named, too
		twice := seen[j.source.hash()]
		seen[j.source.hash()] = true
		return twice
	})
	return jobs, nil
}

func (f *seedFlags) noContent(cmd *cobra.Command) error {
	return usageError{fmt.Errorf("%s needs a torrent file; a magnet link has no content", cmd.CommandPath())}
}

// jobsOf returns the torrents of an argument. Content that is missing is an error; that of a torrent in
// a folder is a warning unless all are missing.
func (f *seedFlags) jobsOf(cmd *cobra.Command, arg string) ([]*liveJob, error) {
	if !isFolder(arg) {
		s, err := findSource(cmd, arg)
		if err == nil && s.meta == nil {
			err = f.noContent(cmd)
		}
		if err != nil {
			return nil, err
		}
		folder := f.folderOf(arg)
		if !results.Exists(filepath.Join(folder, s.meta.Name)) {
			return nil, usageError{fmt.Errorf("the content of %s, %q, is not in %s; name its folder with --dir", arg, s.meta.Name, folder)}
		}
		return []*liveJob{seedJob(s, folder, f.check)}, nil
	}
	names := torrentFiles(arg)
	if len(names) == 0 {
		return nil, usageError{fmt.Errorf("%s has no file that ends in .torrent", arg)}
	}
	var jobs []*liveJob
	for _, name := range names {
		more, err := f.jobsOf(cmd, name)
		if err != nil {
			fmt.Fprintln(cmd.ErrOrStderr(), "warning:", printable(err))
			continue
		}
		jobs = append(jobs, more...)
	}
	if len(jobs) == 0 {
		return nil, usageError{fmt.Errorf("no torrent in %s can be seeded", arg)}
	}
	return jobs, nil
}

// folderOf returns the folder that has a torrent's content.
func (f *seedFlags) folderOf(arg string) string {
	switch {
	case f.folder != "":
		return f.folder
	case arg == stdinName || isWebURL(arg):
		return "."
	}
	return filepath.Dir(arg)
}

// seedJob is the seeding of a torrent: no file is wanted, and what is there is uploaded.
func seedJob(s *liveSource, folder string, check bool) *liveJob {
	return &liveJob{source: s, options: live.Options{
		Folder: folder, StatePath: seedStatePath(s.meta.InfoHash), ReadOnly: true, Check: check,
		Priorities: make([]byte, len(s.meta.Files)),
	}}
}

// contentFolder returns the folder that a torrent's content is in, if a path leads to the content or to
// that folder.
func contentFolder(m *torrent.Meta, path string) (string, bool) {
	if results.Exists(filepath.Join(path, m.Name)) {
		return path, true
	}
	abs, err := filepath.Abs(path)
	if err != nil || filepath.Base(abs) != m.Name || !results.Exists(path) {
		return "", false
	}
	return filepath.Dir(abs), true
}

// isTorrent reports whether a file begins as a torrent file does.
func isTorrent(path string) bool {
	f, _, err := bounded.Open(results.OS, path)
	if err != nil {
		return false
	}
	defer f.Close()
	start := make([]byte, 16)
	n, _ := f.Read(start)
	return torrentStart.Match(start[:n])
}

func torrentFiles(folder string) []string {
	var all []string
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		if hasTorrentName(e.Name()) && !e.IsDir() {
			all = append(all, filepath.Join(folder, e.Name()))
		}
	}
	return all
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}

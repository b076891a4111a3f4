package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bench/format"
	"swarmsim/bounded"
	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
)

// maxHistory bounds the size of a history's file, in bytes.
const maxHistory = 64 << 20

// historyConfig is the file with the configuration of Otava.
const historyConfig = "otava.yaml"

func historyCommand() *cobra.Command {
	var commit string
	var at time.Time
	c := &cobra.Command{
		Use:   "history FOLDER RESULTS",
		Short: "Add results to a history, for Apache Otava",
		Long: `Adds results to a history: a folder with a CSV file per case and subject, with a row
per commit, and the configuration with which Apache Otava finds the commits that
changed a metric. Results of a commit that is there already replace its row.

Exit codes: 0 success, 1 failed, 2 bad usage, results or history.`,
		Example: `  bench history bench/history results/bench/standard
  OTAVA_CONFIG=bench/history/otava.yaml otava analyze crowd-8.swarmsim`,
		Args: arguments(2, 2, "a folder, and a results file or folder"),
	}
	c.Flags().Var(flags.Parsed(&commit, "commit", "4f1c2aa", flags.Text), "commit", "the commit of the results (default: HEAD)")
	c.Flags().Var(flags.Parsed(&at, "time", "2026-01-31T12:00:00Z", func(text string) (time.Time, error) {
		return time.Parse(time.RFC3339, text)
	}), "time", "the time of the commit (default: as git has it)")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		r, err := readResults(args[1])
		if err != nil {
			return err
		}
		point, err := historyPoint(cmd, commit, at)
		if err != nil {
			return err
		}
		return appendHistory(args[0], r, point)
	})
	return c
}

// historyPoint returns the commit of the results. What is not given is asked of git.
func historyPoint(cmd *cobra.Command, commit string, at time.Time) (format.Commit, error) {
	if commit != "" && !at.IsZero() {
		return format.Commit{ID: commit, Time: at}, nil
	}
	revision := "HEAD"
	if commit != "" {
		revision = commit
	}
	out, err := git(cmd.Context(), ".", "log", "-1", "--format=%H %cI", "--end-of-options", revision)
	if err != nil {
		return format.Commit{}, usageError{fmt.Errorf("give --commit and --time: %w", err)}
	}
	id, text, _ := strings.Cut(strings.TrimSpace(out), " ")
	if at.IsZero() {
		if at, err = time.Parse(time.RFC3339, text); err != nil {
			return format.Commit{}, err
		}
	}
	return format.Commit{ID: shortHash(id), Time: at}, nil
}

// appendHistory adds results to the files of a folder. All are read before one is written.
func appendHistory(folder string, r *bench.Results, at format.Commit) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return usageError{err}
	}
	texts := map[string][]byte{}
	var names []string
	for i := range r.Cells {
		c := &r.Cells[i]
		if len(c.Metrics) == 0 {
			continue
		}
		name := format.HistoryFile(c)
		path := filepath.Join(folder, name)
		old, err := bounded.ReadFile(results.OS, path, maxHistory)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return usageError{fmt.Errorf("cannot read the history %s: %w", path, err)}
		}
		if texts[name], err = format.AppendHistory(old, c, at); err != nil {
			return usageError{fmt.Errorf("%s is no history: %w", path, err)}
		}
		names = append(names, name)
	}
	create := results.Atomic(folder)
	for _, name := range names {
		if err := writeFile(create, name, texts[name]); err != nil {
			return err
		}
	}
	return writeWith(create, historyConfig, func(w io.Writer) error {
		return format.WriteHistoryConfig(w, r, filepath.ToSlash(folder))
	})
}

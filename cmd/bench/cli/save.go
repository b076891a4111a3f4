package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
)

func saveCommand() *cobra.Command {
	var f suiteFlags
	c := &cobra.Command{
		Use:   "save FILE [SUITE]",
		Short: "Play a suite and save its results as a baseline",
		Long: `Plays what is missing of a suite, the standard one by default, and writes its results
to a file that a project commits: bench compare FILE compares later versions with it.
The same program writes the same bytes. A file that is not a baseline is not
overwritten.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage, suite or file.`,
		Example: `  bench save bench/baseline.yaml bench/suite.yaml`,
		Args:    arguments(1, 2, "a file and at most one suite"),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		if len(f.cases)+len(f.subjects) > 0 {
			return usageError{errors.New("a baseline has all cases and subjects of its suite; leave out --case and --subject")}
		}
		path := args[0]
		if err := mayReplace(path); err != nil {
			return usageError{fmt.Errorf("%s is not overwritten: %w", path, err)}
		}
		in, r, _, err := f.playSuite(cmd, suiteName(args[1:]))
		if err != nil {
			return err
		}
		if err := save(path, in, r); err != nil {
			return err
		}
		if !f.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "baseline  %s\n", path)
		}
		return nil
	})
	return c
}

// mayReplace returns an error if path has a file that is not a baseline. A baseline with a merge
// conflict, or of a newer version, may be replaced.
func mayReplace(path string) error {
	text, err := bounded.ReadFile(results.OS, path, bench.MaxResults)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !bench.LooksLikeResults(text) {
		return errors.New("it is not a baseline")
	}
	return nil
}

// save writes a baseline. It names the suite's file, and holds no commands, which depend on the
// machine.
func save(path string, in *suiteInput, r *bench.Results) error {
	saved := *r
	saved.Cells = append([]bench.Cell(nil), r.Cells...)
	for i := range saved.Cells {
		saved.Cells[i].Replay = ""
	}
	dir := filepath.Dir(path)
	if in.path != "" {
		name, err := relative(dir, in.path)
		if err != nil {
			return err
		}
		saved.File = filepath.ToSlash(name)
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return usageError{err}
	}
	return writeWith(results.Atomic(dir), filepath.Base(path), saved.Write)
}

// relative returns the path of a file from a folder.
func relative(dir, path string) (string, error) {
	from, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	to, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

package cli

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/sim/record"
)

func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write manual pages, one per command, to a folder",
		Example: "  swarmsim man ~/.local/share/man/man1",
		Args:    oneArgument("a folder for the pages", "man1"),
		RunE: runE(func(_ *cobra.Command, args []string) error {
			if !results.Exists(args[0]) {
				return usageError{errors.New(args[0] + " does not exist; create the folder first")}
			}
			return writeManPages(root, results.Atomic(args[0]))
		}),
	}
}

// writeManPages writes the pages of a command and its subcommands. The date in them is
// fixed, so that the same program writes the same pages.
func writeManPages(c *cobra.Command, create record.Create) error {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			if err := writeManPages(sub, create); err != nil {
				return err
			}
		}
	}
	epoch := time.Unix(0, 0).UTC()
	var page bytes.Buffer
	header := &doc.GenManHeader{Title: "SWARMSIM", Section: "1", Source: "swarmsim", Date: &epoch}
	if err := doc.GenMan(c, header, &page); err != nil {
		return err
	}
	f, err := create(strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1")
	if err != nil {
		return usageError{err}
	}
	_, err = f.Write(bytes.ReplaceAll(page.Bytes(), []byte("[=false]"), nil)) // switches are shown without a value
	return errors.Join(err, f.Close())
}

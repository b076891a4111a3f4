package main

import (
	"bytes"
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"swarmsim/sim/record"
)

// manCommand writes manual pages.
func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:     "man FOLDER",
		Short:   "Write manual pages, one a command, into a folder",
		Example: "  swarmsim man ~/.local/share/man/man1",
		Args:    oneArgument("a folder for the pages", "man1"),
		RunE: does(func(_ *cobra.Command, args []string) error {
			if !exists(args[0]) {
				return usageError{errors.New(args[0] + " does not exist; make the folder first")}
			}
			return manPages(root, replacing(args[0]))
		}),
	}
}

// manPages writes the pages of a command and all below it. They carry no date of
// their own: the same program writes the same pages.
func manPages(c *cobra.Command, create record.Create) error {
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() && !sub.IsAdditionalHelpTopicCommand() {
			if err := manPages(sub, create); err != nil {
				return err
			}
		}
	}
	epoch := time.Unix(0, 0).UTC()
	var page bytes.Buffer
	if err := doc.GenMan(c, &doc.GenManHeader{Title: "SWARMSIM", Section: "1", Source: "swarmsim", Date: &epoch}, &page); err != nil {
		return err
	}
	f, err := create(strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1")
	if err != nil {
		return usageError{err}
	}
	_, err = f.Write(bytes.ReplaceAll(page.Bytes(), []byte("[=false]"), nil)) // a switch is given or not
	return errors.Join(err, f.Close())
}

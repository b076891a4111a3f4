package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"swarmsim/reports"
)

func reportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "report FOLDER",
		Short: "Draw the plots and the page of a results folder again, and print its table",
		Args:  cobra.ExactArgs(1),
		RunE: does(func(cmd *cobra.Command, args []string) error {
			dir := args[0]
			r, err := reports.Load(os.DirFS(dir))
			if err != nil {
				return usageError{fmt.Errorf("%s %w", dir, err)}
			}
			err = render(dir, func(name string) (io.WriteCloser, error) { return os.Create(filepath.Join(dir, name)) })
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if err := reports.Print(out, &r.Summary, colours(out)); err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "\npictures  %s\n", filepath.Join(dir, reports.PageFile))
			return err
		}),
	}
}

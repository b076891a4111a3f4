package cli

import (
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"swarmsim/bench"
)

// runAgainst plays a suite, and compares every other subject with one of them.
func runAgainst(cmd *cobra.Command, f *suiteFlags, o *outputFlags, subject, arg string) error {
	if len(f.subjects) > 0 && !slices.Contains(f.subjects, subject) {
		return usageError{fmt.Errorf("--against %s: --subject leaves that subject out", subject)}
	}
	in, err := findSuite(arg)
	if err != nil {
		return err
	}
	s, err := f.suite(in)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(s.Subjects, func(x bench.Subject) bool { return x.Name == subject }) || len(s.Subjects) < 2 {
		return usageError{errors.New("--against: the suite " + s.Name + " needs a subject " + subject + " and another one")}
	}
	_, r, dir, err := f.playSuite(cmd, arg)
	if err != nil {
		return err
	}
	c, err := bench.Against(r, subject, dir)
	if err != nil {
		return usageError{fmt.Errorf("--against: %w", err)}
	}
	if err := o.write(cmd.OutOrStdout(), true, r, c); err != nil {
		return err
	}
	for i := range c.Cells {
		printAgainst(cmd, &c.Cells[i], subject)
	}
	if c.Regressed() {
		return gateError{exitRegressed}
	}
	return nil
}

// printAgainst prints a sentence for each metric of a cell.
func printAgainst(cmd *cobra.Command, c *bench.CellComparison, subject string) {
	out := cmd.OutOrStdout()
	if len(c.Metrics) == 0 {
		fmt.Fprintf(out, "%s: %s\n", c.Name(), c.Note)
	}
	for i := range c.Metrics {
		fmt.Fprintln(out, c.Sentence(&c.Metrics[i], subject))
	}
}

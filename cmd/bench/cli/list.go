package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/bench"
	"swarmsim/bench/format"
	"swarmsim/sim"
)

func listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list [SUITE]",
		Short: "List the suites, metrics and formats, or the cases of a suite",
		Args:  arguments(0, 1, "at most one suite"),
		RunE: runE(func(cmd *cobra.Command, args []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 2, ' ', 0)
			if len(args) == 0 {
				if err := listAll(w); err != nil {
					return err
				}
				return w.Flush()
			}
			in, err := findSuite(args[0])
			if err != nil {
				return err
			}
			s, err := bench.LoadSuite(in.Source)
			if err != nil {
				return err
			}
			listSuite(w, s)
			return w.Flush()
		}),
	}
}

// listAll lists what there is.
func listAll(w io.Writer) error {
	fmt.Fprintln(w, "SUITES")
	for _, name := range bench.SuiteNames() {
		in, err := findSuite(name)
		if err != nil {
			return err
		}
		s, err := bench.LoadSuite(in.Source)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "  %s\t%s\n", name, s.About)
	}
	fmt.Fprintln(w, "\nMETRICS (and every measure that swarmsim list measures prints)")
	for _, m := range bench.StandardMetrics() {
		fmt.Fprintf(w, "  %s\t%s is better\t%s\n", m.Name, m.Direction, m.About)
	}
	fmt.Fprintln(w, "\nFORMATS")
	for _, f := range format.Formats() {
		fmt.Fprintf(w, "  %s\t%s\n", f.Name, f.About)
	}
	return nil
}

func listSuite(w io.Writer, s *bench.Suite) {
	fmt.Fprintln(w, "CASES")
	for i := range s.Cases {
		c := &s.Cases[i]
		fmt.Fprintf(w, "  %s\t%d seeds\t%s\n", c.Name, c.Seeds.Count, c.About)
	}
	fmt.Fprintln(w, "\nSUBJECTS")
	for i := range s.Subjects {
		fmt.Fprintf(w, "  %s\t%s\n", s.Subjects[i].Name, s.Subjects[i].About)
	}
	if len(s.Compositions) > 0 {
		fmt.Fprintln(w, "\nCOMPOSITIONS")
	}
	for i := range s.Compositions {
		fmt.Fprintf(w, "  %s\t%s\n", s.Compositions[i].Name, s.Compositions[i].About)
	}
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON schema of suite files, for editors",
		Args:  arguments(0, 0, "no argument"),
		RunE: runE(func(cmd *cobra.Command, _ []string) error {
			text, err := bench.Schema(sim.Catalogue())
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		}),
	}
}

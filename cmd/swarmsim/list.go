package main

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/lab"
	"swarmsim/scenarios"
	"swarmsim/sim/scenario"
)

func listCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "list",
		Short: "List the scenarios and sweeps of the library, the strategies and the profiles of known clients",
		Args:  cobra.NoArgs,
		RunE: does(func(cmd *cobra.Command, _ []string) error {
			w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 0, 3, ' ', 0)
			fmt.Fprintln(w, "SCENARIOS (swarmsim run NAME)\t")
			for _, name := range scenarios.Names() {
				s, _, err := load(name, nil, nil)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "  %s\t%s\n", name, s.About)
			}
			fmt.Fprintln(w, "\t\nSWEEPS (swarmsim sweep NAME)\t")
			for _, name := range scenarios.Sweeps() {
				src, _, err := findSweep(name)
				if err != nil {
					return err
				}
				s, err := lab.Load(src, nil)
				if err != nil {
					return err
				}
				fmt.Fprintf(w, "  %s\t%s\n", name, s.About)
			}
			fmt.Fprintln(w, "\t\nCHOKERS (--set client.choker=NAME)\t")
			for _, s := range choke.Strategies() {
				fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.About)
			}
			fmt.Fprintln(w, "\t\nPICKERS (--set client.picker=NAME)\t")
			for _, s := range pick.Strategies() {
				fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.About)
			}
			fmt.Fprintln(w, "\t\nRULES FOR REQUESTS (--set client.requests=NAME)\t")
			for _, s := range backlog.Strategies() {
				fmt.Fprintf(w, "  %s\t%s\n", s.Name, s.About)
			}
			fmt.Fprintln(w, "\t\nPROFILES OF KNOWN CLIENTS (--set client.profile=NAME)\t")
			for _, p := range scenario.Profiles() {
				fmt.Fprintf(w, "  %s\t%s\n", p.Name, p.About)
			}
			return w.Flush()
		}),
	}
}

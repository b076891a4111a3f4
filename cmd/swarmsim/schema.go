package main

import (
	"github.com/spf13/cobra"

	"swarmsim/lab"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "schema [scenario|sweep]",
		Short:     "Print the JSON schema of scenario files, or of sweep files, for editors",
		Args:      oneOf,
		ValidArgs: []string{"scenario", "sweep"},
		RunE: does(func(cmd *cobra.Command, args []string) error {
			of := scenario.Schema
			if len(args) == 1 && args[0] == "sweep" {
				of = lab.Schema
			}
			text, err := of(sim.Catalogue())
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		}),
	}
}

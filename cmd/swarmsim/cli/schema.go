package cli

import (
	"github.com/spf13/cobra"

	"swarmsim/lab/sweep"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:       "schema [scenario|sweep]",
		Short:     "Print the JSON schema of scenario files, or of sweep files, for editors",
		Args:      oneValidArgument,
		ValidArgs: []string{"scenario", "sweep"},
		RunE: runE(func(cmd *cobra.Command, args []string) error {
			schema := scenario.Schema
			if len(args) == 1 && args[0] == "sweep" {
				schema = sweep.Schema
			}
			text, err := schema(sim.Catalogue())
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(text)
			return err
		}),
	}
}

package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/sim/scenario"
)

// oneArgument requires exactly one argument. what describes it, with an example.
func oneArgument(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		path := cmd.CommandPath()
		if len(args) == 0 {
			return usageError{fmt.Errorf("%s needs %s, such as %s %s; %s --help says more", path, what, path, example, path)}
		}
		return usageError{fmt.Errorf("%s takes one argument, %s; found %d: %s",
			path, what, len(args), strings.Join(args, " "))}
	}
}

// oneValidArgument accepts no argument, or one of the command's ValidArgs.
func oneValidArgument(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes at most one argument; found %d: %s",
			cmd.CommandPath(), len(args), strings.Join(args, " "))}
	}
	if len(args) == 1 && !slices.Contains(cmd.ValidArgs, args[0]) {
		return usageError{fmt.Errorf("there is no %q%s; choose from %s",
			args[0], scenario.Nearest(args[0], cmd.ValidArgs), strings.Join(cmd.ValidArgs, ", "))}
	}
	return nil
}

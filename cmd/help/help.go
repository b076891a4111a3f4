// Package help formats the help of commands. cmd/swarmsim/cli and cmd/bench call
// PlainSwitches on their root commands.
package help

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// Templates of all commands share their functions. Commands may run at the same time, so the function
// is added before any does.
func init() { cobra.AddTemplateFunc("flagUsages", flagUsages) }

// PlainSwitches shows boolean flags without [=true|false] in the help of a command and its
// subcommands.
func PlainSwitches(root *cobra.Command) {
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "Flags.FlagUsages", "Flags | flagUsages"))
}

// flagUsages returns the usage of flags, with blanks in place of [=true|false].
func flagUsages(f *pflag.FlagSet) string {
	const value = "[=true|false]"
	return strings.TrimRight(strings.ReplaceAll(f.FlagUsages(), value, strings.Repeat(" ", len(value))), " \n")
}

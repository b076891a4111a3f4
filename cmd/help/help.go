// Package help makes the commands' help plain. cmd/swarmsim and cmd/bench call
// PlainSwitches on their root commands; nothing else may know it.
package help

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// PlainSwitches has a command's help, and that of all below it, show a switch as a
// switch: that it may also be given a value is not worth a column.
func PlainSwitches(root *cobra.Command) {
	cobra.AddTemplateFunc("flagUsages", flagUsages)
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "Flags.FlagUsages", "Flags | flagUsages"))
}

func flagUsages(f *pflag.FlagSet) string {
	const value = "[=true|false]"
	return strings.TrimRight(strings.ReplaceAll(f.FlagUsages(), value, strings.Repeat(" ", len(value))), " \n")
}

package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// oneArgument wants exactly one argument, and says what it is.
func oneArgument(what, example string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == 1 {
			return nil
		}
		path := cmd.CommandPath()
		if len(args) == 0 {
			return usageError{fmt.Errorf("%s needs %s, such as %s %s; %s --help says more", path, what, path, example, path)}
		}
		return usageError{fmt.Errorf("%s takes one argument, %s; found %d: %s", path, what, len(args), strings.Join(args, " "))}
	}
}

// setFlag adds --set, with completion.
func setFlag(c *cobra.Command, sets *[]string) {
	c.Flags().StringArrayVar(sets, "set", nil, "override a field, as in groups.leechers.count=200 (may be given again)")
	must(c.RegisterFlagCompletionFunc("set", completeSet))
}

// must is for what only a mistake in this program can make fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// flagError adds what was meant to what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) || len(unknown.GetSpecifiedName()) < 2 {
		return usageError{err}
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	name := unknown.GetSpecifiedName()
	meant := strings.NewReplacer(` "`, " --", `"`, "").Replace(scenario.Nearest(name, names))
	return usageError{fmt.Errorf("there is no flag --%s%s; %s --help shows them", name, meant, cmd.CommandPath())}
}

// completeNames completes the names of the library, and then files.
func completeNames(ofScenarios, ofSweeps bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		if ofScenarios {
			out = append(out, scenarios.Names()...)
		}
		if ofSweeps {
			out = append(out, scenarios.Sweeps()...)
		}
		return out, cobra.ShellCompDirectiveDefault
	}
}

// completeCases completes the names of validation's cases.
func completeCases(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, c := range validation.Cases() {
		if !slices.Contains(args, c.Name) {
			out = append(out, cobra.CompletionWithDesc(c.Name, c.About))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeSet completes FIELD=VALUE: fields, and the values of those that have a
// choice.
func completeSet(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var groups []string
	if len(args) > 0 {
		if f, err := find(args[0], nil); err == nil && !f.sweep {
			if s, err := scenario.Load(f.Source); err == nil {
				for i := range s.Groups {
					groups = append(groups, s.Groups[i].Name)
				}
			}
		}
	}
	var out []cobra.Completion
	field, _, hasValue := strings.Cut(typed, "=")
	for _, f := range scenario.Fields(sim.Catalogue(), groups) {
		switch {
		case hasValue && f.Path == field:
			for _, v := range f.Choices {
				out = append(out, field+"="+v)
			}
		case !hasValue && strings.HasPrefix(f.Path, typed):
			out = append(out, cobra.CompletionWithDesc(f.Path+"=", f.About))
		}
	}
	return out, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// completeChanges completes FIELD=VALUE,FIELD=VALUE: the last of them.
func completeChanges(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	cut := strings.LastIndexByte(typed, ',') + 1
	out, directive := completeSet(cmd, args, typed[cut:])
	for i := range out {
		out[i] = typed[:cut] + out[i]
	}
	return out, directive
}

// completeMeasures completes the summary's numbers.
func completeMeasures(_ *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return record.Measures(), cobra.ShellCompDirectiveNoFileComp
}

// oneOf wants at most one argument, of those that the command knows.
func oneOf(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes one argument at most; found %d: %s", cmd.CommandPath(), len(args), strings.Join(args, " "))}
	}
	if len(args) == 1 && !slices.Contains(cmd.ValidArgs, args[0]) {
		return usageError{fmt.Errorf("there is no %q%s; known are %s", args[0], scenario.Nearest(args[0], cmd.ValidArgs), strings.Join(cmd.ValidArgs, ", "))}
	}
	return nil
}

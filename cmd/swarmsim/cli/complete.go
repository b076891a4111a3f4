package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// completeNames completes the first argument: names from the library, then files.
func completeNames(withScenarios, withSweeps bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var out []cobra.Completion
		if withScenarios {
			out = append(out, scenarios.Names()...)
		}
		if withSweeps {
			out = append(out, scenarios.Sweeps()...)
		}
		return out, cobra.ShellCompDirectiveDefault
	}
}

// completeCases completes the names of validation cases.
func completeCases(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, c := range validation.Cases() {
		if !slices.Contains(args, c.Name) {
			out = append(out, cobra.CompletionWithDesc(c.Name, c.About))
		}
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// completeSet completes FIELD=VALUE: the fields of the scenario, and after the = the
// values of a field that has a fixed choice.
func completeSet(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	field, _, hasValue := strings.Cut(typed, "=")
	for _, f := range scenario.Fields(sim.Catalogue(), groupsOf(args)) {
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

// completeClientSet is completeSet for the fields of the client.
func completeClientSet(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	if strings.HasPrefix("client.", typed) {
		typed = "client."
	}
	out, directive := completeSet(cmd, nil, typed)
	return slices.DeleteFunc(out, func(c cobra.Completion) bool { return !strings.HasPrefix(c, "client.") }), directive
}

// completeProfiles completes the names of known clients.
func completeProfiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	var out []cobra.Completion
	for _, p := range scenario.Profiles() {
		out = append(out, cobra.CompletionWithDesc(p.Name, p.About))
	}
	return out, cobra.ShellCompDirectiveNoFileComp
}

// groupsOf returns the names of the groups of the scenario that the arguments name.
func groupsOf(args []string) []string {
	if len(args) == 0 {
		return nil
	}
	in, err := findInput(args[0], nil)
	if err != nil || in.isSweep {
		return nil
	}
	s, err := scenario.Load(in.Source)
	if err != nil {
		return nil
	}
	var groups []string
	for i := range s.Groups {
		groups = append(groups, s.Groups[i].Name)
	}
	return groups
}

// completeChanges completes the last item of FIELD=VALUE,FIELD=VALUE.
func completeChanges(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	cut := strings.LastIndexByte(typed, ',') + 1
	out, directive := completeSet(cmd, args, typed[cut:])
	for i := range out {
		out[i] = typed[:cut] + out[i]
	}
	return out, directive
}

// completeMeasures completes the names of the summary's measures.
func completeMeasures(_ *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return record.Measures(), cobra.ShellCompDirectiveNoFileComp
}

package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/lab/sweep"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// section is a part of the list.
type section struct {
	name, title string
	entries     func() ([]entry, error)
	onRequest   bool // listed only if its name is given
}

type entry struct{ name, about string }

var sections = []section{
	{name: "scenarios", title: "SCENARIOS (swarmsim run NAME)", entries: listScenarios},
	{name: "sweeps", title: "SWEEPS (swarmsim sweep NAME)", entries: listSweeps},
	{name: "chokers", title: "CHOKERS (--set client.choker=NAME)", entries: listStrategies("choker")},
	{name: "pickers", title: "PICKERS (--set client.picker=NAME)", entries: listStrategies("picker")},
	{
		name: "backlogs", title: "BACKLOG RULES: HOW MANY REQUESTS ARE OUTSTANDING (--set client.backlog=NAME)",
		entries: listStrategies("backlog"),
	},
	{
		name: "assignments", title: "ASSIGNMENT RULES: WHICH BLOCK TO REQUEST (--set client.assignment=NAME)",
		entries: listStrategies("assignment"),
	},
	{name: "endgames", title: "END GAMES (--set client.end_game=NAME)", entries: listStrategies("end_game")},
	{
		name: "reveals", title: "REVEAL STRATEGIES: WHICH PIECES A SEED ANNOUNCES (--set client.reveal=NAME)",
		entries: listStrategies("reveal"),
	},
	{name: "eventloops", title: "EVENT LOOPS (--set client.event_loop=NAME)", entries: listStrategies("event_loop")},
	{
		name: "profiles", title: "PROFILES OF KNOWN CLIENTS (--set client.profile=NAME)",
		entries: listAll(scenario.Profiles(), func(p scenario.Profile) entry { return entry{p.Name, p.About} }),
	},
	{
		name: "cases", title: "VALIDATION CASES (swarmsim validate NAME)",
		entries: listAll(validation.Cases(), func(c validation.Case) entry { return entry{c.Name, c.About} }),
	},
	{
		name: "measures", title: "MEASURES (for expect, --expect and --metric; the unit at the end of a part may be omitted)",
		entries: listMeasures, onRequest: true,
	},
	{
		name: "fields", title: "FIELDS (--set FIELD=VALUE; those of a group begin with groups.NAME.)",
		entries: listFields, onRequest: true,
	},
}

// listStrategies lists the strategies of a kind; see scenario.Catalogue.Of.
func listStrategies(kind string) func() ([]entry, error) {
	known := sim.Catalogue()
	return listAll(known.Of(kind), func(s scenario.Named) entry { return entry{s.Name, s.About} })
}

func listAll[T any](all []T, entryOf func(T) entry) func() ([]entry, error) {
	return func() ([]entry, error) {
		var out []entry
		for _, x := range all {
			out = append(out, entryOf(x))
		}
		return out, nil
	}
}

func listCommand() *cobra.Command {
	var names []string
	for _, s := range sections {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:   "list [" + strings.Join(names, "|") + "]",
		Short: "List the library, the strategies, the profiles of known clients, the validation cases",
		Long: `Lists all sections, or one of them. Measures and fields are long, and listed only
if they are named.`,
		Args:      oneValidArgument,
		ValidArgs: names,
		RunE: runE(func(cmd *cobra.Command, args []string) error {
			first := true
			for _, s := range sections {
				if len(args) == 0 && s.onRequest || len(args) == 1 && s.name != args[0] {
					continue
				}
				if !first {
					fmt.Fprintln(cmd.OutOrStdout())
				}
				first = false
				if err := s.print(cmd.OutOrStdout()); err != nil {
					return err
				}
			}
			return nil
		}),
	}
}

func (s *section) print(out io.Writer) error {
	entries, err := s.entries()
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	fmt.Fprintln(w, s.title)
	for _, e := range entries {
		fmt.Fprintf(w, "  %s\t%s\n", e.name, e.about)
	}
	return w.Flush()
}

func listScenarios() ([]entry, error) {
	return listInputs(scenarios.Names(), func(in *input) (string, error) {
		s, err := in.load(nil, io.Discard)
		if err != nil {
			return "", err
		}
		return s.About, nil
	})
}

func listSweeps() ([]entry, error) {
	return listInputs(scenarios.Sweeps(), func(in *input) (string, error) {
		s, err := sweep.Load(in.Source, nil)
		if err != nil {
			return "", err
		}
		return s.About, nil
	})
}

// listInputs lists files of the library with their descriptions.
func listInputs(names []string, about func(*input) (string, error)) ([]entry, error) {
	var out []entry
	for _, name := range names {
		in, err := findInput(name, nil)
		if err != nil {
			return nil, err
		}
		text, err := about(in)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name, text})
	}
	return out, nil
}

func listMeasures() ([]entry, error) {
	var out []entry
	for _, scope := range []struct {
		prefix, about string
		names         []string
	}{
		{"", "of all leechers", record.Measures()},
		{"groups.NAME.", "of a group of leechers", record.GroupMeasures()},
		{"groups.NAME.", "of a group of seeds", record.SeedMeasures()},
		{"regions.NAME.", "of a region", record.AreaMeasures()},
	} {
		for _, name := range scope.names {
			out = append(out, entry{scope.prefix + name, scope.about})
		}
	}
	return out, nil
}

func listFields() ([]entry, error) {
	var out []entry
	for _, f := range scenario.Fields(sim.Catalogue(), []string{"NAME"}) {
		out = append(out, entry{f.Path, f.About})
	}
	return out, nil
}

package main

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/lab"
	"swarmsim/scenarios"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// shelf is a part of the list.
type shelf struct {
	name, title string
	entries     func() ([]entry, error)
	asked       bool // shown only when it is asked for
}

type entry struct{ name, about string }

var shelves = []shelf{
	{name: "scenarios", title: "SCENARIOS (swarmsim run NAME)", entries: listScenarios},
	{name: "sweeps", title: "SWEEPS (swarmsim sweep NAME)", entries: listSweeps},
	{name: "chokers", title: "CHOKERS (--set client.choker=NAME)", entries: listAll(choke.Strategies(), func(s choke.Strategy) entry { return entry{s.Name, s.About} })},
	{name: "pickers", title: "PICKERS (--set client.picker=NAME)", entries: listAll(pick.Strategies(), func(s pick.Strategy) entry { return entry{s.Name, s.About} })},
	{name: "requests", title: "RULES FOR REQUESTS (--set client.backlog=NAME)", entries: listAll(backlog.Strategies(), func(s backlog.Strategy) entry { return entry{s.Name, s.About} })},
	{name: "profiles", title: "PROFILES OF KNOWN CLIENTS (--set client.profile=NAME)", entries: listAll(scenario.Profiles(), func(p scenario.Profile) entry { return entry{p.Name, p.About} })},
	{name: "cases", title: "CASES OF VALIDATION (swarmsim validate NAME)", entries: listAll(validation.Cases(), func(c validation.Case) entry { return entry{c.Name, c.About} })},
	{name: "measures", title: "MEASURES (for expect, --expect and --metric; a unit at a part's end may be left out)", entries: listMeasures, asked: true},
	{name: "fields", title: "FIELDS (--set FIELD=VALUE; those of a group behind groups.NAME.)", entries: listFields, asked: true},
}

func listAll[T any](all []T, of func(T) entry) func() ([]entry, error) {
	return func() ([]entry, error) {
		var out []entry
		for _, x := range all {
			out = append(out, of(x))
		}
		return out, nil
	}
}

func listCommand() *cobra.Command {
	var names []string
	for _, s := range shelves {
		names = append(names, s.name)
	}
	return &cobra.Command{
		Use:       "list [scenarios|sweeps|chokers|pickers|requests|profiles|cases|measures|fields]",
		Short:     "List the library, the strategies, the profiles of known clients, the cases of validation",
		Long:      "Lists what there is, or one kind of it. Measures and fields are long and only listed when they are asked for.",
		Args:      oneOf,
		ValidArgs: names,
		RunE: does(func(cmd *cobra.Command, args []string) error {
			first := true
			for _, s := range shelves {
				if len(args) == 0 && s.asked || len(args) == 1 && s.name != args[0] {
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

func (s *shelf) print(out io.Writer) error {
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
	return listFound(scenarios.Names(), func(f *found) (string, error) {
		s, err := f.load(nil, io.Discard)
		if err != nil {
			return "", err
		}
		return s.About, nil
	})
}

func listSweeps() ([]entry, error) {
	return listFound(scenarios.Sweeps(), func(f *found) (string, error) {
		s, err := lab.Load(f.Source, nil)
		if err != nil {
			return "", err
		}
		return s.About, nil
	})
}

// listFound lists files of the library with what they say they are about.
func listFound(names []string, about func(*found) (string, error)) ([]entry, error) {
	var out []entry
	for _, name := range names {
		f, err := find(name, nil)
		if err != nil {
			return nil, err
		}
		text, err := about(f)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name, text})
	}
	return out, nil
}

func listMeasures() ([]entry, error) {
	var out []entry
	for _, of := range []struct {
		before, about string
		names         []string
	}{
		{"", "of all leechers", record.Measures()}, {"groups.NAME.", "of a group of leechers", record.GroupMeasures()},
		{"groups.NAME.", "of a group of seeds", record.SeedMeasures()}, {"regions.NAME.", "of a region", record.AreaMeasures()},
	} {
		for _, name := range of.names {
			out = append(out, entry{of.before + name, of.about})
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

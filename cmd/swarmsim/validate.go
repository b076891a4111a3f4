package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/hugepages"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// errNotValid: some measure is not as near as it should be.
var errNotValid = errors.New("not everything came out as near as it should")

// validationFootprint is about the memory that the cases' runs take, in bytes.
const validationFootprint = 128 << 20

func validateCommand() *cobra.Command {
	var seeds, workers int
	var asJSON bool
	var page string
	c := &cobra.Command{
		Use:   "validate [CASE...]",
		Short: "Compare simulations with real clients, theory and published results",
		Long: `Plays each case over many seeds and prints what was measured, or follows from
theory, beside what the simulation came to. A case is a swarm of real clients
that was measured, a closed form, a result of a published simulator, a measured
swarm played packet by packet against block by block, or one flow over links of
some rate, likewise and against what they carry; without names
all of them are played. swarmsim list cases shows their names.

The exit code is 99 if a measure is farther from its value than the case allows.`,
		Example: `  swarmsim validate lt8
  swarmsim validate --seeds 20
  swarmsim validate aria8 ana8 --json
  swarmsim validate --page docs/validation.md`,
		ValidArgsFunction: completeCases,
		RunE: does(func(cmd *cobra.Command, args []string) error {
			if seeds < 1 || workers < 1 {
				return usageError{errors.New("--seeds and --workers must be at least 1")}
			}
			cases, err := chosenCases(args)
			if err != nil {
				return err
			}
			hugepages.Expect(validationFootprint)
			var results []*validation.Result
			met := true
			for i := range cases {
				r, err := validate(cmd.Context(), &cases[i], seeds, workers)
				if err != nil {
					return fmt.Errorf("case %s: %w", cases[i].Name, err)
				}
				results = append(results, r)
				met = met && r.Met()
				if !asJSON {
					printResult(cmd.OutOrStdout(), r)
				}
			}
			if asJSON {
				e := json.NewEncoder(cmd.OutOrStdout())
				e.SetIndent("", "  ")
				if err := e.Encode(results); err != nil {
					return err
				}
			}
			if page != "" {
				if err := writePage(page, results); err != nil {
					return err
				}
			}
			if !met {
				return errNotValid
			}
			return nil
		}),
	}
	c.Flags().IntVar(&seeds, "seeds", 20, "how many seeds to play of each case, from 1")
	c.Flags().IntVar(&workers, "workers", runtime.NumCPU(), "runs at a time")
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON, with every run's values")
	c.Flags().StringVar(&page, "page", "", "write a page of Markdown there too, its pictures in a folder img beside it")
	return c
}

func chosenCases(names []string) ([]validation.Case, error) {
	all := validation.Cases()
	if len(names) == 0 {
		return all, nil
	}
	var known []string
	for _, c := range all {
		known = append(known, c.Name)
	}
	var out []validation.Case
	for _, name := range names {
		i := slices.Index(known, name)
		if i < 0 {
			return nil, usageError{fmt.Errorf("there is no case %q%s; known are %s", name, scenario.Nearest(name, known), strings.Join(known, ", "))}
		}
		out = append(out, all[i])
	}
	return out, nil
}

// validate plays the seeds of a case, several at a time.
func validate(ctx context.Context, c *validation.Case, seeds, workers int) (*validation.Result, error) {
	if c.Fixed {
		seeds = 1
	}
	if c.Seeds > 0 {
		seeds = min(seeds, c.Seeds)
	}
	runs, errs := make([]map[string]float64, seeds), make([]error, seeds)
	var wg sync.WaitGroup
	next := make(chan int)
	for range min(workers, seeds) {
		wg.Go(func() {
			for i := range next {
				runs[i], errs[i] = c.Run(ctx, uint64(i+1))
			}
		})
	}
	for i := range seeds {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return validation.Check(c, runs)
}

// pictures is the folder of a page's pictures, beside it.
const pictures = "img"

func writePage(name string, results []*validation.Result) error {
	folder := filepath.Join(filepath.Dir(name), pictures)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := validation.WritePage(&text, results, pictures, replacing(folder)); err != nil {
		return err
	}
	f, err := replacing(filepath.Dir(name))(filepath.Base(name))
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	return errors.Join(err, f.Close())
}

func printResult(out io.Writer, r *validation.Result) {
	fmt.Fprintf(out, "%s - %s\n", r.Case, r.About)
	fmt.Fprintf(out, "expected: %s; simulated: %s\n", r.Source, validation.Plural(r.Seeds, "seed"))
	if r.How != "" {
		fmt.Fprintf(out, "how: %s\n", r.How)
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\texpected\tsimulated\t95 % interval\tdeviation\tallowed\t\t")
	for _, f := range r.Measures {
		allowed, verdict := "", ""
		if f.Within > 0 {
			allowed = fmt.Sprintf("%.0f %%", 100*f.Within)
			if !f.Met {
				verdict = "MISSED"
			}
		}
		number := func(x float64) string { return validation.Value(x, f.Unit) }
		fmt.Fprintf(w, "%s\t%s\t%s\t%s to %s\t%+.1f %%\t%s\t%s\t\n", f.Measure, number(f.Expected), number(f.Simulated),
			number(f.Low), number(f.High), 100*f.Deviation, allowed, verdict)
	}
	w.Flush()
	for _, f := range r.Measures {
		if f.Note != "" {
			fmt.Fprintf(out, "  %s: %s\n", f.Measure, f.Note)
		}
	}
	fmt.Fprintln(out)
}

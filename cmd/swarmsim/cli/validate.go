package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/hugepages"
	"swarmsim/sim/scenario"
	"swarmsim/validation"
)

// errOutOfTolerance ends a validation in which some measure is outside its tolerance.
var errOutOfTolerance = errors.New("some measures are outside their tolerances")

// validationFootprint is the approximate memory of the cases' runs, in bytes.
const validationFootprint = 128 << 20

// validateFlags are the flags of swarmsim validate.
type validateFlags struct {
	seeds, workers int
	asJSON         bool
	page           string
}

func (f *validateFlags) add(c *cobra.Command) {
	f.seeds = 20
	fs := c.Flags()
	fs.Var(flags.Count(&f.seeds, 1, 0, "20"), "seeds", "number of seeds for each case")
	addWorkers(c, &f.workers, "number of concurrent runs")
	fs.BoolVar(&f.asJSON, "json", false, "print JSON, with the values of every run")
	fs.Var(flags.Parsed(&f.page, "file", "docs/validation.md", flags.Text), "page",
		"also write a Markdown page, with its plots in a folder img beside it")
}

func validateCommand() *cobra.Command {
	var f validateFlags
	c := &cobra.Command{
		Use:   "validate [CASE...]",
		Short: "Compare simulations with real clients, theory and published results",
		Long: `Runs validation cases over several seeds and prints the simulated values beside
the expected ones. The expected values of a case come from measurements of real
clients, a closed-form model, a published simulator, or a simulation with packets
of 1,500 bytes instead of segments of 16 KiB. Without names all cases are run;
swarmsim list cases shows their names.

The exit code is 99 if a measure is outside its tolerance.`,
		Example: `  swarmsim validate lt8
  swarmsim validate --seeds 20
  swarmsim validate aria8 ana8 --json
  swarmsim validate --page docs/validation.md`,
		ValidArgsFunction: completeCases,
	}
	f.add(c)
	c.RunE = runE(f.run)
	return c
}

func (f *validateFlags) run(cmd *cobra.Command, args []string) error {
	cases, err := chosenCases(args)
	if err != nil {
		return err
	}
	hugepages.Expect(validationFootprint)
	var checked []*validation.Result
	met := true
	for i := range cases {
		r, err := validate(cmd.Context(), &cases[i], f.seeds, f.workers)
		if err != nil {
			return fmt.Errorf("case %s: %w", cases[i].Name, err)
		}
		checked = append(checked, r)
		met = met && r.Met()
		if !f.asJSON {
			printResult(cmd.OutOrStdout(), r)
		}
	}
	if f.asJSON {
		e := json.NewEncoder(cmd.OutOrStdout())
		e.SetIndent("", "  ")
		if err := e.Encode(checked); err != nil {
			return err
		}
	}
	if f.page != "" {
		if err := writePage(f.page, checked); err != nil {
			return err
		}
	}
	if !met {
		return errOutOfTolerance
	}
	return nil
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
			return nil, usageError{fmt.Errorf("there is no case %q%s; choose from %s",
				name, scenario.Nearest(name, known), strings.Join(known, ", "))}
		}
		out = append(out, all[i])
	}
	return out, nil
}

// validate plays a case with its seeds, several at a time.
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

// plotFolder is where the plots of a page are, beside the page.
const plotFolder = "img"

func writePage(name string, checked []*validation.Result) error {
	folder := filepath.Join(filepath.Dir(name), plotFolder)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var text bytes.Buffer
	if err := validation.WritePage(&text, checked, plotFolder, results.Atomic(folder)); err != nil {
		return err
	}
	f, err := results.Atomic(filepath.Dir(name))(filepath.Base(name))
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

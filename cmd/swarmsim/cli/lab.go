package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/sim"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
	"swarmsim/testbed"
	"swarmsim/testbed/driver"
	"swarmsim/testbed/netns"
)

// labFlags are the flags of swarmsim lab.
type labFlags struct {
	runFlags
	choices []testbed.Choice
	network netip.Prefix
	work    string
	check   bool
}

func (f *labFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.VarP(flags.Parsed(&f.out, "folder", "results/lab-1", flags.Text), "out", "o",
		"results folder (default results/NAME-lab, or the first free results/NAME-lab-2, NAME-lab-3 ...)")
	fs.Var(flags.Seed(&f.seed, "7"), "seed", "seed of arrivals, links and latencies (default: the scenario's)")
	addSet(c, &f.overrides)
	fs.Var(flags.List(&f.choices, "client", "libtorrent=8", testbed.ParseChoice), "client",
		"client of all peers (libtorrent), of the next 8 leechers (libtorrent=8) or of a group (leechers=libtorrent), "+
			"instead of the one that the profile names (repeatable)")
	fs.Var(flags.Parsed(&f.network, "prefix", "10.77.0.0/16", netip.ParsePrefix), "network",
		"addresses of the hosts (default: 198.18.0.0/15, which no client takes for a local network)")
	fs.Var(flags.Parsed(&f.work, "folder", "/tmp/lab", flags.Text), "work",
		"keep the content, the copies and the clients' logs in this new folder (default: a temporary folder, which is removed)")
	fs.BoolVar(&f.check, "check", false, "only report whether the scenario can be played here, and with which clients")
	fs.BoolVar(&f.force, "force", false, "replace an existing results folder")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no table")
	fs.BoolVar(&f.asJSON, "json", false, "print summary.json instead of the table")
	fs.BoolVar(&f.noPlots, "no-plots", false, "write no plots and no page; swarmsim report can draw them later")
}

func labCommand() *cobra.Command {
	var f labFlags
	c := &cobra.Command{
		Use:   "lab SCENARIO",
		Short: "Play a scenario with real clients and measure it",
		Long: `Plays a scenario with real clients in real time: each peer is a process in a network
namespace of its own, and an emulator joins them with the scenario's rates, queues
and latencies. The results folder is that of swarmsim run, so report draws it.

The client of a group is the one that its profile describes: libtorrent-2,
transmission-3, aria2, anacrolix-1.61, or swarmsim itself without a profile. The
scenario needs transport tcp. What real clients cannot do, such as strategies and
misbehaviour, is refused. Linux only, as root or with unprivileged user namespaces.

Exit codes: 0 success, 1 failed or interrupted, 2 bad usage or scenario, or something
is not installed or not permitted, 99 an expectation of the scenario is not met.`,
		Example: `  swarmsim lab validation/truth/swarm8.yaml --client libtorrent
  swarmsim lab swarm.yaml --client libtorrent=4 --client transmission=4 -o results/mixed
  swarmsim lab swarm.yaml --client aria2 --check`,
		Args:              oneArgument("a scenario", "validation/truth/swarm8.yaml"),
		ValidArgsFunction: completeNames(true, false),
	}
	f.add(c)
	c.RunE = runE(func(cmd *cobra.Command, args []string) error {
		s, in, err := f.load(cmd, args[0])
		if err != nil {
			return err
		}
		return f.play(cmd, s, in)
	})
	return c
}

// play checks what the scenario needs, and plays it into a results folder.
func (f *labFlags) play(cmd *cobra.Command, s *scenario.Scenario, in *input) error {
	plan, err := testbed.NewPlan(s, f.choices, f.network, sim.Catalogue())
	if err != nil {
		return usageError{err}
	}
	if code, again, err := netns.EnterUserNamespace(); again {
		return exitError{code}
	} else if err != nil {
		return usageError{err}
	}
	versions, err := plan.Installed(cmd.Context())
	var missing *driver.MissingError
	if errors.As(err, &missing) {
		return usageError{err}
	} else if err != nil {
		return err
	}
	if err := netns.Available(); err != nil {
		return usageError{err}
	}
	if f.check {
		_, err := fmt.Fprintln(cmd.OutOrStdout(), "can be played here with", clientVersions(versions))
		return err
	}
	work, remove, err := f.workFolder()
	if err != nil {
		return err
	}
	defer remove()
	folder, err := results.NewRun(f.out, s.Name+"-lab", f.force)
	if err != nil {
		return err
	}
	outcome, err := f.measure(cmd, plan, in, folder, testbed.Options{
		Files: in.Files, Dir: in.Dir, Work: work, Create: folder.Create, Versions: versions,
	}, s.Name)
	if err != nil {
		folder.Discard()
		return err
	}
	if err := folder.Commit(); err != nil {
		return err
	}
	return f.finish(cmd, outcome, folder.Path())
}

// clientVersions lists clients with their versions.
func clientVersions(versions map[string]string) string {
	var out []string
	for name, version := range versions {
		out = append(out, name+" "+version)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// workFolder makes the folder of --work, or a temporary one, and returns a function that removes
// the latter.
func (f *labFlags) workFolder() (path string, remove func(), err error) {
	if f.work == "" {
		path, err = os.MkdirTemp("", "swarmsim-lab-")
		return path, func() { os.RemoveAll(path) }, err
	}
	if err := os.Mkdir(f.work, 0o755); err != nil {
		return "", nil, usageError{fmt.Errorf("--work: %w; name a folder that does not exist yet", err)}
	}
	path, err = filepath.Abs(f.work)
	return path, func() {}, err
}

// measure plays the plan and writes all files of its results folder.
func (f *labFlags) measure(
	cmd *cobra.Command, plan *testbed.Plan, in *input, folder *results.RunFolder, o testbed.Options, name string,
) (*testbed.Result, error) {
	var show progress = noProgress{}
	if !f.quiet && !f.asJSON {
		fmt.Fprintf(cmd.ErrOrStderr(), "playing %s in real time with %s\n", in.Shown, plan.Clients())
		show = newProgress(cmd.ErrOrStderr(), name)
	}
	o.Progress = func(p testbed.Progress) {
		show.update(sim.Progress{Now: p.Now, Done: p.Done, Expected: p.Expected, Leechers: p.Leechers, Goodput: p.Goodput})
	}
	start, cpu := time.Now(), usage.CPU()
	outcome, err := plan.Run(cmd.Context(), o)
	show.end()
	if err != nil {
		return nil, err
	}
	meta := &record.Meta{
		WallS: time.Since(start).Seconds(), CPUS: (usage.CPU() - cpu).Seconds(), PeakRSSBytes: usage.PeakRSS(),
		Workers: runtime.NumCPU(), Version: results.Version(), GoVersion: runtime.Version(), Testbed: &outcome.Testbed,
	}
	if err := record.WriteMeta(folder.Create, meta); err != nil {
		return nil, err
	}
	if f.noPlots {
		return outcome, nil
	}
	return outcome, play.Draw(folder.TemporaryPath(), folder.Create)
}

// finish prints the results. It returns an error if the run was interrupted, or an expectation is
// not met.
func (f *labFlags) finish(cmd *cobra.Command, outcome *testbed.Result, path string) error {
	out := cmd.OutOrStdout()
	if err := f.print(out, &sim.Result{Summary: outcome.Summary}, path); err != nil {
		return err
	}
	if f.work != "" && !f.asJSON && !f.quiet {
		fmt.Fprintf(out, "logs      %s\n", f.work)
	}
	if outcome.Summary.Incomplete {
		return fmt.Errorf("interrupted; what was recorded so far is in %s, marked incomplete", path)
	}
	for _, e := range outcome.Summary.Expectations {
		if !e.Met {
			return fmt.Errorf("%w: %s (%s)", errUnmet, e.Expect, e.Actual)
		}
	}
	return nil
}

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/cluster"
	"swarmsim/lab/cluster/queue"
	"swarmsim/sim/scenario"
)

// workFlags are the flags of swarmsim work.
type workFlags struct {
	linkFlags
	workers int
	memory  memoryLimit
	from    string
	wait    time.Duration
	quiet   bool
}

func workCommand() *cobra.Command {
	f := workFlags{wait: 10 * time.Minute}
	c := &cobra.Command{
		Use:   "work HOST[:PORT]|URL",
		Short: "Play runs of a sweep that another machine hands out",
		Long: `Plays runs that swarmsim sweep --serve hands out at an address, or swarmsim sweep --nats
through a NATS server, until the sweep is finished. It needs the same build of the program,
and no files but those that the scenario names (--files).

Workers may come and go. Ctrl-C gives the runs that are being played back to the queue; those
of a worker that dies go to others after a while. A worker whose server is away waits for it.

Exit codes: 0 the sweep is finished, or the worker was told to stop, 1 failed, 2 bad usage.`,
		Example: `  swarmsim work desk1:4222 --token ...
  SWARMSIM_TOKEN=... swarmsim work tls://desk1:4222 --tls-ca ca.pem --workers 4`,
		Args: oneArgument("the address of a queue", "desk1:4222"),
	}
	fs := c.Flags()
	f.linkFlags.add(c)
	addWorkers(c, &f.workers, "number of concurrent runs")
	f.memory.add(c)
	fs.Var(flags.Parsed(&f.from, "folder", "scenarios", flags.Text), "files",
		"folder that the paths of files in the scenario start from (default: as on the server's machine)")
	fs.Var(flags.Parsed(&f.wait, "time", "10m", parseWait), "wait", "how long to wait for a server that is away (default 10m)")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but errors")
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) })
	return c
}

func parseWait(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%.100q is not a time such as 10m or 90s", text)
	}
	return d, nil
}

// run plays runs until there are no more.
func (f *workFlags) run(cmd *cobra.Command, address string) error {
	link, err := f.client(address)
	if err != nil {
		return err
	}
	program, err := results.ProgramDigest()
	if err != nil {
		return err
	}
	host, _ := os.Hostname() // empty if the system does not say
	note := func(text string) { fmt.Fprintln(cmd.ErrOrStderr(), "note:", printable(errors.New(text))) }
	played, err := queue.Work(cmd.Context(), queue.WorkerOptions{
		Link: link, Program: program, Version: results.Version(), Host: fmt.Sprintf("%s/%d", host, os.Getpid()),
		Slots: f.workers, Patience: f.wait, Note: note,
	}, func(text []byte) (cluster.Work, error) { return f.begin(cmd, text, program) })
	if err != nil {
		return fmt.Errorf("%w (%s played)", err, are(played, "run"))
	}
	if !f.quiet {
		fmt.Fprintf(cmd.OutOrStdout(), "%s played\n", are(played, "run"))
	}
	return nil
}

// begin returns the work that a server describes.
func (f *workFlags) begin(cmd *cobra.Command, text []byte, program string) (cluster.Work, error) {
	var j job
	if err := json.Unmarshal(text, &j); err != nil {
		return nil, fmt.Errorf("the server's description of the sweep: %w", err)
	}
	if f.from != "" {
		abs, err := filepath.Abs(f.from)
		if err != nil {
			return nil, usageError{err}
		}
		j.Dir = filepath.ToSlash(abs)
	}
	j.Program = program
	plan, err := planOf(j.Meta, "the server's sweep")
	if err != nil {
		return nil, err
	}
	check := func(s *scenario.Scenario) error {
		if err := f.memory.check(s, plan.Source(), f.workers); err != nil {
			return err
		}
		return play.ExpectHugePages(s, plan.Source().Files, plan.Source().Dir)
	}
	if err := plan.CheckScenarios(check); err != nil {
		return nil, err
	}
	if !f.quiet {
		fmt.Fprintf(cmd.ErrOrStderr(), "playing runs of %s, %d at a time\n", scenario.Printable(plan.Sweep.Name), f.workers)
	}
	return cluster.NewSweep(plan, program)
}

package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/lab/cluster"
	"swarmsim/lab/cluster/queue"
)

// queueFlags are the flags of swarmsim sweep that hand the runs to workers.
type queueFlags struct {
	linkFlags
	serve   string // address
	nats    string // URL of an existing server
	ackWait time.Duration
	metrics string
}

func (f *queueFlags) add(c *cobra.Command) {
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.serve, "addr", ":4222", queue.ParseListen), "serve",
		"play nothing, but hand the runs to swarmsim work on this and other machines, from a queue at this address")
	fs.Var(flags.Parsed(&f.nats, "url", "nats://nats1:4222", flags.Text), "nats",
		"like --serve, with the queue in an existing NATS server, whose JetStream must be enabled")
	f.ackWait = queue.DefaultAckWait
	fs.Var(flags.Parsed(&f.ackWait, "time", "20s", parseAckWait), "ack-wait",
		"with --serve or --nats: how long a worker may say nothing before its runs are given to others (default 20s)")
	fs.Var(flags.Parsed(&f.metrics, "addr", "127.0.0.1:9100", flags.Text), "metrics",
		"with --serve or --nats: address for Prometheus metrics")
	f.linkFlags.add(c)
}

func parseAckWait(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 100*time.Millisecond || d > time.Hour {
		return 0, fmt.Errorf("%.100q is not a time from 100ms to 1h, such as 20s", text)
	}
	return d, nil
}

// serves reports whether the runs are handed to workers.
func (f *queueFlags) serves() bool { return f.serve != "" || f.nats != "" }

// check refuses flags that do not go together.
func (f *queueFlags) check(cmd *cobra.Command, part *shardFlags) error {
	switch {
	case f.serve != "" && f.nats != "":
		return usageError{errors.New("--serve has a queue of its own, and --nats uses an existing server; give one of them")}
	case f.serves() && part.shard.Of > 0:
		return usageError{errors.New("--shard plays a part of the runs here, and a queue hands out all; give one of them")}
	case f.serves() && cmd.Flags().Changed("workers"):
		return usageError{errors.New("--workers is for runs that are played here; with a queue, give it to swarmsim work")}
	case f.serves():
		return nil
	}
	for _, name := range []string{"ack-wait", "metrics", "token", "queue", "tls-ca", "tls-cert", "tls-key"} {
		if cmd.Flags().Changed(name) {
			return usageError{fmt.Errorf("--%s is for a queue; give --serve or --nats too", name)}
		}
	}
	return nil
}

// job is what a worker is told: the description of the sweep in its meta.json.
type job struct {
	results.Meta
	Version string `json:"version"`
}

// playQueue hands the missing runs to workers, and returns the final number of seeds.
func (f *queueFlags) playQueue(
	cmd *cobra.Command, plan *lab.Plan, folder *results.SweepFolder, meta results.Meta, sweep *sweepFlags,
) (seeds int, err error) {
	if missing, seeds := plan.Next(folder.Rows()); len(missing) == 0 {
		return seeds, nil
	}
	work, err := cluster.NewSweep(plan, meta.Program)
	if err != nil {
		return 0, err
	}
	text, err := json.Marshal(job{meta, results.Version()})
	if err != nil {
		return 0, err
	}
	link, err := f.server()
	if err != nil {
		return 0, err
	}
	meta.Playing = sweep.playing(len(folder.Rows()))
	if err := folder.Begin(meta); err != nil {
		return 0, err
	}
	show := &queueProgress{w: cmd.ErrOrStderr(), quiet: sweep.quiet || sweep.asJSON}
	store := cluster.NewStore(work, folder.Rows(), folder.Append)
	err = queue.Serve(cmd.Context(), queue.Options{
		Link: link, Listen: f.serve, Metrics: f.metrics, AckWait: f.ackWait, Replace: sweep.force,
		Sweep: plan.Sweep.Name, Program: meta.Program, Version: results.Version(), Job: text,
		Total:    func() int { _, seeds := plan.Next(store.Rows()); return len(work.Runs(seeds)) },
		Describe: work.Describe,
		Ready:    func(string) { show.note(f.invitation(link)) },
		Note:     show.note,
		Progress: show.update,
	}, work.ID(), store)
	left := len(store.Missing())
	switch {
	case err == nil:
		_, seeds = plan.Next(folder.Rows())
		return seeds, nil
	case cmd.Context().Err() != nil:
		return 0, fmt.Errorf("interrupted with %d runs left; the finished runs are in %s, and the same command resumes there; "+
			"workers wait for it", left, folder.Path())
	case left == len(work.Runs(plan.Sweep.Seeds.Count)):
		return 0, err
	}
	return 0, fmt.Errorf("%w\n%d runs are left; the finished runs are in %s, and the same command resumes there; workers wait for it",
		err, left, folder.Path())
}

// invitation is the command of a worker.
func (f *queueFlags) invitation(link queue.Link) string {
	text := "workers may come: swarmsim work "
	if f.nats != "" {
		text += printableURL(f.nats)
	} else {
		host, port, _ := net.SplitHostPort(f.serve) // it has been listened at
		if host == "" {
			host, _ = os.Hostname()
		}
		text += net.JoinHostPort(host, port)
	}
	if link.Queue != queue.DefaultQueue {
		text += " --queue " + link.Queue
	}
	if f.caFile != "" || f.certFile != "" {
		text += " --tls-ca FILE"
	}
	switch {
	case f.generated:
		text += " --token " + link.Token
	case link.Token != "":
		text += " --token ..."
	}
	return text
}

// printableURL hides the password of a URL.
func printableURL(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if at := strings.LastIndex(rest, "@"); ok && at >= 0 {
		return scheme + "://..." + rest[at:]
	}
	return text
}

// queueProgress shows what the workers of a queue do.
type queueProgress struct {
	w     io.Writer
	quiet bool
	last  string
	at    time.Time
}

// note prints a line: what was refused is shown even with --quiet, and so is how workers get in.
func (p *queueProgress) note(text string) {
	if p.quiet && !strings.Contains(text, "refused") && !strings.Contains(text, "swarmsim work") {
		return
	}
	fmt.Fprintln(p.w, printable(errors.New(text)))
}

// update prints what all workers do: on a terminal every few seconds, else every lineInterval.
func (p *queueProgress) update(s cluster.Status) {
	interval := lineInterval
	if isTerminal(p.w) {
		interval = 5 * time.Second
	}
	if p.quiet || time.Since(p.at) < interval && s.Finished < s.Runs {
		return
	}
	p.at = time.Now()
	line := fmt.Sprintf("%d of %d runs, %s%s", s.Finished, s.Runs, plural(len(s.Workers), "worker"), speed(s.Rate, s.LeftS))
	for _, w := range s.Workers[:min(len(s.Workers), maxGaps)] {
		line += fmt.Sprintf("\n  %s: %d finished", w.Host, w.Finished)
		if len(w.Playing) > 0 {
			line += ", plays " + strings.Join(w.Playing[:min(len(w.Playing), 4)], "; ")
		}
	}
	if line != p.last {
		fmt.Fprintln(p.w, printable(errors.New(line)))
		p.last = line
	}
}

// queueStatus asks the server of a queue for its status.
func queueStatus(f *linkFlags, url string) (*cluster.Status, error) {
	link, err := f.client(url)
	if err != nil {
		return nil, err
	}
	return queue.Status(link)
}

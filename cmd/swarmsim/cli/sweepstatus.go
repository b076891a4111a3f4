package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab/cluster"
	"swarmsim/lab/trial"
	"swarmsim/sim/scenario"
)

func sweepStatusCommand() *cobra.Command {
	asJSON := false
	var link linkFlags
	c := &cobra.Command{
		Use:   "status FOLDER...|URL",
		Short: "Show how far a sweep and its shards are",
		Long: `Shows how many runs of a sweep are finished, in all and in each shard, how fast it goes,
and which machine plays what. It reads the folders that sweep and sweep --shard write, and
may be used while they are written. A folder stands for the shards in it.
A URL, such as nats://desk1:4222, is that of a queue: what its workers play is shown.`,
		Example: "  swarmsim sweep status results/slots-shards\n  swarmsim sweep status nats://desk1:4222",
		Args:    someFolders("results/slots-shards"),
		RunE: runE(func(cmd *cobra.Command, args []string) error {
			s, err := findStatus(&link, args)
			if err != nil {
				return err
			}
			if asJSON {
				text, err := json.MarshalIndent(s, "", "  ")
				if err != nil {
					return err
				}
				_, err = cmd.OutOrStdout().Write(append(text, '\n'))
				return err
			}
			return printStatus(cmd.OutOrStdout(), s, time.Now())
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the status as JSON")
	link.add(c)
	return c
}

// findStatus returns the status of the queue at a URL, or of the sweep in some folders.
func findStatus(link *linkFlags, args []string) (*cluster.Status, error) {
	if len(args) == 1 && strings.Contains(args[0], "://") {
		return queueStatus(link, args[0])
	}
	parts, err := results.FindParts(args)
	if err != nil {
		return nil, err
	}
	return statusOf(parts, time.Now())
}

// statusOf returns the status of the sweep of all parts, which must be the same.
func statusOf(parts []results.Part, now time.Time) (*cluster.Status, error) {
	work, _, err := (&mergeFlags{}).workOf(parts)
	if err != nil {
		return nil, err
	}
	all := trial.Rows{}
	for _, p := range parts {
		for key, row := range p.Rows {
			all[key] = row
		}
	}
	_, seeds := work.Plan().Next(all)
	runs := work.Runs(seeds)
	s := &cluster.Status{Sweep: work.Plan().Sweep.Name, Runs: len(runs), Finished: finished(runs, all)}
	divided := map[int][][]cluster.Run{}
	begun := map[cluster.Shard]bool{}
	for _, p := range parts {
		own, shard := runs, p.Meta.Shard
		if shard != nil {
			if _, err := cluster.ParseShard(shard.String()); err != nil {
				return nil, usageError{fmt.Errorf("%s: meta.json: shard: %w", p.Path, err)}
			}
			if divided[shard.Of] == nil {
				divided[shard.Of] = cluster.Partition(runs, shard.Of)
			}
			own, begun[*shard] = divided[shard.Of][shard.Index-1], true
		}
		s.Add(statusOfPart(&p, own, now))
	}
	for i := range shardsOf(parts) {
		if shard := (cluster.Shard{Index: i + 1, Of: shardsOf(parts)}); !begun[shard] {
			s.NotBegun = append(s.NotBegun, shard)
		}
	}
	return s, nil
}

func finished(runs []cluster.Run, rows trial.Rows) int {
	n := 0
	for _, r := range runs {
		if rows[r.Key] != nil {
			n++
		}
	}
	return n
}

func statusOfPart(p *results.Part, runs []cluster.Run, now time.Time) cluster.ShardStatus {
	s := cluster.ShardStatus{Folder: p.Path, Runs: len(runs), Finished: finished(runs, p.Rows), LastRun: p.LastRow.UTC()}
	if p.Meta.Shard != nil {
		s.Shard = p.Meta.Shard.String()
	}
	if by := p.Meta.Playing; by != nil {
		s.Host = by.Host
		rate, left := cluster.Progress{
			Finished: s.Finished, Before: by.Finished, Runs: s.Runs, Began: by.Began, LastRun: p.LastRow,
		}.Speed(now)
		s.Rate, s.LeftS = rate, left.Seconds()
	}
	return s
}

// printStatus prints a line for the sweep and one for each folder.
func printStatus(out io.Writer, s *cluster.Status, now time.Time) error {
	fmt.Fprintf(out, "%s: %d of %s finished%s\n\n", s.Sweep, s.Finished, are(s.Runs, "run"), speed(s.Rate, s.LeftS))
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(s.Shards) == 0 {
		return printWorkers(w, s, now)
	}
	fmt.Fprintln(w, "shard\tfinished\truns/s\tleft\tlast run\thost\tfolder")
	for _, p := range s.Shards {
		name, rate, left, last := p.Shard, "-", "-", "-"
		if name == "" {
			name = "all"
		}
		if p.Rate > 0 {
			rate, left = fmt.Sprintf("%.3g", p.Rate), seconds(p.LeftS)
		}
		if p.Finished > 0 {
			last = seconds(now.Sub(p.LastRun).Seconds()) + " ago"
		}
		fmt.Fprintf(w, "%s\t%d of %d\t%s\t%s\t%s\t%s\t%s\n", name, p.Finished, p.Runs, rate, left, last,
			scenario.Printable(p.Host), p.Folder)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if n := len(s.NotBegun); n > 0 {
		var names []string
		for _, shard := range s.NotBegun[:min(n, maxGaps)] {
			names = append(names, shard.String())
		}
		if n > maxGaps {
			names = append(names, "...")
		}
		fmt.Fprintf(out, "\n%s not in these folders: %s\n", are(n, "shard"), strings.Join(names, ", "))
	}
	return nil
}

// printWorkers prints a line for each worker of a queue.
func printWorkers(w *tabwriter.Writer, s *cluster.Status, now time.Time) error {
	fmt.Fprintln(w, "worker\tat a time\tfinished\theard\tplays")
	for _, p := range s.Workers {
		plays := strings.Join(p.Playing[:min(len(p.Playing), maxGaps)], "; ")
		fmt.Fprintf(w, "%s\t%d\t%d\t%s ago\t%s\n", scenario.Printable(p.Host), p.Slots, p.Finished,
			seconds(now.Sub(p.Heard).Seconds()), scenario.Printable(plays))
	}
	if s.Refused > 0 {
		fmt.Fprintf(w, "%s refused\n", are(s.Refused, "result"))
	}
	return w.Flush()
}

// speed describes how fast a sweep goes.
func speed(rate, left float64) string {
	if rate == 0 {
		return ""
	}
	return fmt.Sprintf(", at %.3g a second; about %s left for those that play", rate, seconds(left))
}

// seconds returns a duration, rounded for people.
func seconds(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(time.Second).String()
}

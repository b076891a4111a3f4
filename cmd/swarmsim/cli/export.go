package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/lab"
	"swarmsim/reports"
	"swarmsim/reports/export"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// exportFlags are the flags of swarmsim export.
type exportFlags struct {
	to      exportFormat
	out     string
	peer    int // 0 for none
	workers int
}

// exportFormat is what a record can be exported to.
type exportFormat struct {
	name  string
	file  func(*exportFlags) string // the name of the file; nil for a folder of files
	hint  string                    // what to do with it; "" if that is plain
	write func(*exportJob) error
}

// exportJob is an export that has been checked.
type exportJob struct {
	*exportFlags
	cmd    *cobra.Command
	dir    string // the results folder
	record *reports.Record
	create record.Create // in the folder of the export

	file    string // the name of the file there
	written int    // or how many files were written
}

func exportFormats() []exportFormat {
	return []exportFormat{
		{
			name:  "perfetto",
			file:  func(*exportFlags) string { return "trace.perfetto-trace" },
			hint:  "open it in https://ui.perfetto.dev, or with trace_processor",
			write: exportPerfetto,
		},
		{
			name:  "pcapng",
			file:  func(f *exportFlags) string { return fmt.Sprintf("peer-%d.pcapng", f.peer) },
			hint:  "open it in Wireshark, or with tshark",
			write: exportPcapng,
		},
		{
			name:  "vega-lite",
			hint:  "open one in https://vega.github.io/editor, and change it",
			write: func(j *exportJob) error { return j.plots(export.VegaLite) },
		},
		{
			name:  "pdf",
			write: func(j *exportJob) error { return j.plots(export.PDF) },
		},
	}
}

func parseExportFormat(text string) (exportFormat, error) {
	for _, f := range exportFormats() {
		if f.name == text {
			return f, nil
		}
	}
	return exportFormat{}, fmt.Errorf("there is no format %q%s; choose from %s",
		text, scenario.Nearest(text, exportNames()), strings.Join(exportNames(), ", "))
}

func exportNames() (names []string) {
	for _, f := range exportFormats() {
		names = append(names, f.name)
	}
	return names
}

// parsePeerNumber parses the number of a peer.
func parsePeerNumber(text string) (int, error) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not the number of a peer: a whole number from 1, such as 7", text)
	}
	return n, nil
}

func exportCommand() *cobra.Command {
	var f exportFlags
	c := &cobra.Command{
		Use:   "export RESULTS --to FORMAT",
		Short: "Write a run for other tools: Perfetto, Wireshark, Vega-Lite, PDF",
		Long: `Writes the record of a run for other tools:

  perfetto   a trace for https://ui.perfetto.dev: peers as threads, with their
             unchokes and why, transfers as arrows, rates and pieces; zoom, search, SQL
  pcapng     the messages of one peer (--peer) as a packet capture for Wireshark;
             the run is played again for it, which takes as long as the run did
  vega-lite  a specification of each plot with its data, NAME.vl.json, to restyle
  pdf        each plot as NAME.pdf

The files go to the results folder, or to the file or folder of -o. A file of the
same name is replaced.`,
		Example: `  swarmsim export results/flash-crowd --to perfetto
  swarmsim export results/flash-crowd --to perfetto -o /tmp/crowd.perfetto-trace
  swarmsim export results/flash-crowd --to pcapng --peer 7`,
		Args: oneArgument("a results folder", "results/flash-crowd"),
	}
	fs := c.Flags()
	fs.Var(flags.Parsed(&f.to, "format", "perfetto", parseExportFormat), "to", "what to write: "+strings.Join(exportNames(), ", "))
	fs.VarP(flags.Parsed(&f.out, "path", "/tmp/crowd.perfetto-trace", flags.Text), "out", "o",
		"the file, or the folder where FORMAT has several files (default: in RESULTS)")
	fs.Var(flags.Parsed(&f.peer, "number", "7", parsePeerNumber), "peer", "pcapng: the peer to capture, by its number in peers.csv")
	addWorkers(c, &f.workers, "pcapng: cores to use for the replay")
	must(c.RegisterFlagCompletionFunc("to", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return exportNames(), cobra.ShellCompDirectiveNoFileComp
	}))
	c.RunE = runE(func(cmd *cobra.Command, args []string) error { return f.run(cmd, args[0]) })
	return c
}

// run exports a results folder.
func (f *exportFlags) run(cmd *cobra.Command, dir string) error {
	if f.to.write == nil {
		return usageError{fmt.Errorf("export needs --to and a format, such as --to perfetto; there are %s",
			strings.Join(exportNames(), ", "))}
	}
	if f.peer != 0 && f.to.name != "pcapng" {
		return usageError{fmt.Errorf("--peer is for --to pcapng; %s has all peers", f.to.name)}
	}
	if !results.Exists(filepath.Join(dir, record.SummaryFile)) && results.Exists(filepath.Join(dir, lab.JournalFile)) {
		return usageError{fmt.Errorf("%s is the folder of a sweep; export takes the results folder of one run", dir)}
	}
	r, err := reports.Load(results.Files(dir))
	if err != nil {
		return usageError{fmt.Errorf("%s %w", dir, err)}
	}
	job := &exportJob{exportFlags: f, cmd: cmd, dir: dir, record: r}
	target, err := f.target(job)
	if err != nil {
		return usageError{err}
	}
	if err := f.to.write(job); err != nil {
		return err
	}
	if f.to.file == nil {
		target += fmt.Sprintf("  (%d files)", job.written)
	}
	if f.to.hint != "" {
		target += "\n" + f.to.hint
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%-9s %s\n", f.to.name, target)
	return err
}

// target finds out where the job's files go, and returns that path.
func (f *exportFlags) target(job *exportJob) (string, error) {
	folder := job.dir
	switch {
	case f.to.file == nil:
		if f.out != "" {
			folder = f.out
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return "", err
		}
		job.create = results.Atomic(folder)
		return folder, nil
	case f.out == "":
		job.file = f.to.file(f)
	default:
		folder, job.file = filepath.Split(f.out)
		folder = filepath.Clean(folder)
		if st, err := os.Stat(f.out); err == nil && st.IsDir() {
			return "", fmt.Errorf("%s is a folder; -o names the file to write, such as %s",
				f.out, filepath.Join(f.out, f.to.file(f)))
		}
		if st, err := os.Stat(folder); err != nil || !st.IsDir() {
			return "", fmt.Errorf("there is no folder %s for %s", folder, job.file)
		}
	}
	job.create = results.Atomic(folder)
	return filepath.Join(folder, job.file), nil
}

// inFolder completes an error that begins with the folder's name.
func (j *exportJob) inFolder(err error) error { return usageError{fmt.Errorf("%s %w", j.dir, err)} }

// writeFile writes the job's file. Nothing of it stays if it cannot be written.
func (j *exportJob) writeFile(text []byte) error {
	f, err := j.create(j.file)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}

func exportPerfetto(j *exportJob) error {
	log, err := export.Events(results.Files(j.dir))
	if err != nil {
		return j.inFolder(err)
	}
	var trace bytes.Buffer
	if err := export.Perfetto(j.record, log, &trace); err != nil {
		return j.inFolder(err)
	}
	return j.writeFile(trace.Bytes())
}

// plots writes the files of all plots.
func (j *exportJob) plots(write func(*reports.Record, record.Create) ([]string, error)) error {
	files, err := write(j.record, j.create)
	j.written = len(files)
	return err
}

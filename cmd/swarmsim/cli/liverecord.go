package cli

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/client/live/observe"
	"swarmsim/cmd/swarmsim/play"
	"swarmsim/cmd/swarmsim/results"
	"swarmsim/cmd/usage"
	"swarmsim/reports"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// liveRecord is the record of --record; nil for none.
type liveRecord struct {
	folder    *results.RunFolder
	recorder  *observe.Recorder
	began     time.Time
	beganCPU  time.Duration
	committed bool
}

// newRecord begins the record of the job.
func (f *liveFlags) newRecord(jobs []*liveJob, described *scenario.Scenario) (*liveRecord, error) {
	if f.record == "" {
		return nil, nil
	}
	j := jobs[0]
	folder, err := results.NewRun(f.record, "", f.force)
	if err != nil {
		return nil, err
	}
	what := "downloaded with swarmsim get"
	if j.options.ReadOnly {
		what = "uploaded with swarmsim seed"
	}
	text, err := clientText(described, j.source.name(), what)
	if err != nil {
		folder.Discard()
		return nil, err
	}
	r := &liveRecord{folder: folder, began: time.Now(), beganCPU: usage.CPU()}
	r.recorder = observe.New(folder.Create, observe.Options{
		Name: scenario.Printable(j.source.name()), About: what, Scenario: text,
		Upload: int64(f.uploadRate), Download: int64(f.downloadRate),
	})
	j.recorder = r.recorder
	return r, nil
}

// clientText describes the client as the section of a scenario. The rest of a scenario is the real
// world.
func clientText(described *scenario.Scenario, name, what string) ([]byte, error) {
	text, err := described.Print()
	if err != nil {
		return nil, err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "# %s, %s. The client that did it:\n\n", scenario.Printable(name), what)
	inside := false
	for line := range strings.Lines(string(text)) {
		if line[0] != ' ' && line[0] != '\n' {
			inside = strings.HasPrefix(line, "client:")
		}
		if inside {
			out.WriteString(line)
		}
	}
	return []byte(out.String()), nil
}

// sample takes the last sample, before the connections are closed.
func (r *liveRecord) sample() {
	if r != nil {
		r.recorder.Sample()
		r.recorder.Stop()
	}
}

// discard ends a record that was not written.
func (r *liveRecord) discard() {
	if r == nil {
		return
	}
	r.recorder.Stop()
	if !r.committed {
		r.folder.Discard()
	}
}

// write writes the record and draws it. The torrents have stopped.
func (r *liveRecord) write(cmd *cobra.Command, f *liveFlags, jobs []*liveJob) error {
	if r == nil {
		return nil
	}
	j := jobs[0]
	var size int64
	if m := j.torrent.Meta(); m != nil {
		size = m.Size()
	}
	if _, err := r.recorder.Write(size, j.isComplete()); errors.Is(err, observe.ErrNothing) {
		return fmt.Errorf("--record: %w", err)
	} else if err != nil {
		return fmt.Errorf("write the record: %w", err)
	}
	meta := &record.Meta{
		WallS: time.Since(r.began).Seconds(), CPUS: (usage.CPU() - r.beganCPU).Seconds(), PeakRSSBytes: usage.PeakRSS(),
		Workers: runtime.NumCPU(), Version: results.Version(), GoVersion: runtime.Version(),
	}
	if err := record.WriteMeta(r.folder.Create, meta); err != nil {
		return err
	}
	if err := play.Draw(r.folder.TemporaryPath(), r.folder.Create); err != nil {
		return err
	}
	r.committed = true // Commit keeps the files, whatever happens
	if err := r.folder.Commit(); err != nil {
		return err
	}
	if !f.quiet && !f.asJSON {
		fmt.Fprintf(cmd.OutOrStdout(), "record    %s\n", filepath.Join(r.folder.Path(), reports.PageFile))
	}
	return nil
}

package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/client/live"
	"swarmsim/reports"
	"swarmsim/sim/scenario"
)

// display shows what torrents are doing.
type display interface {
	update(jobs []*liveJob) // often; it chooses when to print
	note(text string)       // prints a line on what has happened
	warn(text string)
	end(jobs []*liveJob) // prints the results
	log() io.Writer      // for lines of others
}

// display returns the display that the flags and the terminal ask for.
func (f *liveFlags) display(cmd *cobra.Command) display {
	out, stderr := cmd.OutOrStdout(), cmd.ErrOrStderr()
	switch plain := (plainDisplay{out: out, err: stderr}); {
	case f.asJSON:
		return &jsonDisplay{plainDisplay: plain, states: map[*liveJob]string{}}
	case f.quiet:
		return &quietDisplay{plain}
	case isTerminal(stderr):
		return newTerminalDisplay(plain)
	default:
		return &lineDisplay{plainDisplay: plain}
	}
}

// plainDisplay prints lines.
type plainDisplay struct{ out, err io.Writer }

func (d *plainDisplay) log() io.Writer { return d.err }

func (d *plainDisplay) note(text string) { fmt.Fprintln(d.err, scenario.Printable(text)) }

func (d *plainDisplay) warn(text string) { fmt.Fprintln(d.err, "warning:", scenario.Printable(text)) }

func (d *plainDisplay) end(jobs []*liveJob) {
	for _, j := range jobs {
		if text := resultText(j); text != "" {
			fmt.Fprintln(d.out, scenario.Printable(text))
		}
	}
}

// quietDisplay prints warnings only.
type quietDisplay struct{ plainDisplay }

func (*quietDisplay) update([]*liveJob) {}
func (*quietDisplay) note(string)       {}
func (*quietDisplay) end([]*liveJob)    {}

// lineDisplay prints a line for each torrent every few seconds, and less often while it only uploads.
type lineDisplay struct {
	plainDisplay
	last, lastSeeding time.Time
}

const seedingLineInterval = time.Minute

func (d *lineDisplay) update(jobs []*liveJob) {
	now := time.Now()
	if d.last.IsZero() {
		d.last, d.lastSeeding = now, now
	}
	if now.Sub(d.last) < lineInterval {
		return
	}
	d.last = now
	seeding := now.Sub(d.lastSeeding) >= seedingLineInterval
	if seeding {
		d.lastSeeding = now
	}
	for _, j := range jobs {
		if !j.ended && (seeding || j.completed.IsZero()) {
			d.note(j.torrent.Name() + ": " + strings.Join(statusParts(j), ", "))
		}
	}
}

// statusParts describe what a torrent is doing, the most important part first.
func statusParts(j *liveJob) []string {
	t, x := j.torrent, j.torrent.Stats()
	peers := plural(x.Peers, "peer")
	switch t.State() {
	case live.FetchingMetadata:
		text := "fetching the description from peers"
		if n := t.MetadataFetched(); n > 0 {
			text += " (" + reports.Size(n) + ")"
		}
		return []string{text}
	case live.Checking:
		if done, total := t.Checked(); total > 0 {
			return []string{fmt.Sprintf("checking %.1f %%", 100*float64(done)/float64(total))}
		}
		return []string{"checking"}
	case live.Seeding:
		return []string{
			"seeding", rateText(x.UpRate) + " up", peers, reports.Size(x.Uploaded) + " uploaded", fmt.Sprintf("ratio %.2f", ratio(&x)),
		}
	case live.Downloading:
		parts := []string{fmt.Sprintf("%.1f %% of %s", percentDone(&x), reports.Size(x.Wanted)), rateText(x.DownRate) + " down"}
		if eta := x.ETA(); eta > 0 {
			parts = append(parts, timeText(eta)+" left")
		}
		return append(parts, peers, rateText(x.UpRate)+" up")
	}
	return []string{t.State().String()}
}

func rateText(bytesPerSec float64) string { return reports.Size(int64(bytesPerSec)) + "/s" }

// timeText returns a time with its two greatest units.
func timeText(d time.Duration) string {
	day := 24 * time.Hour
	switch {
	case d >= 100*day:
		return "over 100 days"
	case d >= day:
		return fmt.Sprintf("%dd%02dh", d/day, d%day/time.Hour)
	case d >= time.Hour:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d >= time.Minute:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%ds", (d+time.Second-1)/time.Second)
}

func percentDone(x *live.Stats) float64 {
	if x.Wanted == 0 {
		return 0 // not known yet
	}
	return 100 * float64(x.Wanted-x.Left) / float64(x.Wanted)
}

// completionText describes a download that has just been completed.
func completionText(j *liveJob, x *live.Stats) string {
	if x.Downloaded == 0 {
		return fmt.Sprintf("%s: all %s are there already", j.torrent.Name(), reports.Size(x.Wanted))
	}
	return fmt.Sprintf("%s: complete, %s in %s (%s)", j.torrent.Name(), reports.Size(x.Downloaded), tookText(j.took),
		rateText(float64(x.Downloaded)/max(j.took.Seconds(), 1e-3)))
}

func tookText(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", max(d.Milliseconds(), 1))
	}
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return timeText(d)
}

// resultText describes a torrent at the end; "" if its error says all.
func resultText(j *liveJob) string {
	if j.torrent == nil || j.err != nil || !j.isComplete() {
		return ""
	}
	x := j.torrent.Stats()
	uploaded := fmt.Sprintf("uploaded %s, ratio %.2f", reports.Size(x.Uploaded), ratio(&x))
	if j.options.ReadOnly {
		return j.torrent.Name() + ": " + uploaded
	}
	return completionText(j, &x) + ", " + uploaded
}

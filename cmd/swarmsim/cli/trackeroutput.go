package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/tracker/live"
)

// statsInterval is the time between lines of statistics.
const statsInterval = 10 * time.Second

// trackerOutput prints what a tracker does: lines for people, with statistics only on a terminal, or
// lines of JSON.
type trackerOutput struct {
	out, err io.Writer
	asJSON   bool
	log      *slog.Logger
	last     live.Stats
}

func newTrackerOutput(cmd *cobra.Command, asJSON bool) *trackerOutput {
	o := &trackerOutput{out: cmd.OutOrStdout(), err: cmd.ErrOrStderr(), asJSON: asJSON}
	o.log = slog.New(slog.NewTextHandler(o.err, nil))
	if asJSON {
		o.log = slog.New(slog.NewJSONHandler(o.err, nil))
	}
	return o
}

// event is a line of JSON. Numbers are those of live.Stats.
type trackerEvent struct {
	Event    string      `json:"event"` // started, stats or stopped
	Time     time.Time   `json:"time"`
	Announce []string    `json:"announce,omitempty"`
	Metrics  string      `json:"metrics,omitempty"`
	Stats    *live.Stats `json:"stats,omitempty"`
}

func (o *trackerOutput) print(e trackerEvent) {
	e.Time = time.Now().UTC()
	json.NewEncoder(o.out).Encode(e) // a reader that is gone does not stop the tracker
}

// started prints the announce URLs.
func (o *trackerOutput) started(s *live.Server) {
	if o.asJSON {
		o.print(trackerEvent{Event: "started", Announce: s.AnnounceURLs(), Metrics: s.MetricsURL()})
		return
	}
	fmt.Fprintln(o.out, "tracker:", strings.Join(s.AnnounceURLs(), " "))
	if m := s.MetricsURL(); m != "" {
		fmt.Fprintln(o.out, "metrics:", m)
	}
	if st := s.Stats(); st.Swarms > 0 {
		fmt.Fprintf(o.out, "from the snapshot: %d torrents, %d peers\n", st.Swarms, st.Seeds+st.Leechers)
	}
}

// stats prints statistics, for people only if they have changed.
func (o *trackerOutput) stats(s *live.Server) {
	st := s.Stats()
	if o.asJSON {
		o.print(trackerEvent{Event: "stats", Stats: &st})
		return
	}
	announces := st.HTTPAnnounces + st.UDPAnnounces - o.last.HTTPAnnounces - o.last.UDPAnnounces
	since := st.UptimeSec - o.last.UptimeSec
	o.last = st
	if announces > 0 && since > 0 && isTerminal(o.err) {
		fmt.Fprintf(o.err, "%d torrents, %d seeds, %d leechers; %.1f announces/s\n",
			st.Swarms, st.Seeds, st.Leechers, float64(announces)/float64(since))
	}
}

// stopped prints what the tracker has done.
func (o *trackerOutput) stopped(s *live.Server) {
	st := s.Stats()
	if o.asJSON {
		o.print(trackerEvent{Event: "stopped", Stats: &st})
		return
	}
	fmt.Fprintf(o.out, "stopped: %d torrents, %d peers; %d announces by HTTP, %d by UDP\n",
		st.Swarms, st.Seeds+st.Leechers, st.HTTPAnnounces, st.UDPAnnounces)
}

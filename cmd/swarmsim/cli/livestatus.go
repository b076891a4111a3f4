package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"swarmsim/client/live"
	"swarmsim/reports"
)

// liveStatus shows what torrents are doing.
type liveStatus struct {
	out, err io.Writer
	json     bool
	quiet    bool
	terminal bool
	last     time.Time
}

const (
	jsonInterval     = time.Second
	terminalInterval = 500 * time.Millisecond
)

// statusLine is a line of --json.
type statusLine struct {
	Torrent    string  `json:"torrent"`
	InfoHash   string  `json:"info_hash"`
	State      string  `json:"state"`
	Time       float64 `json:"time_s"`
	Length     int64   `json:"length"`
	Wanted     int64   `json:"wanted"`
	Left       int64   `json:"left"`
	Pieces     int     `json:"pieces"`
	Have       int     `json:"have"`
	Peers      int     `json:"peers"`
	Downloaded int64   `json:"downloaded"`
	Uploaded   int64   `json:"uploaded"`
	DownRate   float64 `json:"down_rate"`
	UpRate     float64 `json:"up_rate"`
	Error      string  `json:"error,omitempty"`
}

// interval returns the time between updates.
func (s *liveStatus) interval() time.Duration {
	switch {
	case s.json:
		return jsonInterval
	case s.terminal:
		return terminalInterval
	}
	return lineInterval
}

// update shows the torrents. last says that nothing more follows.
func (s *liveStatus) update(torrents []*live.Torrent, last bool) {
	for _, t := range torrents {
		x := t.Stats()
		switch {
		case s.json:
			s.printJSON(t, &x)
		case s.quiet:
		case s.terminal && len(torrents) == 1:
			fmt.Fprintf(s.err, "\r\x1b[K%s", statusText(t, &x))
			if last {
				fmt.Fprintln(s.err)
			}
		default:
			fmt.Fprintln(s.err, statusText(t, &x))
		}
	}
}

func (s *liveStatus) printJSON(t *live.Torrent, x *live.Stats) {
	line := statusLine{
		Torrent: t.Meta().Name, InfoHash: fmt.Sprintf("%x", t.Meta().InfoHash), State: t.State().String(),
		Time: x.Time.Seconds(), Length: x.Length, Wanted: x.Wanted, Left: x.Left, Pieces: x.Pieces, Have: x.Have,
		Peers: x.Peers, Downloaded: x.Downloaded, Uploaded: x.Uploaded, DownRate: x.DownRate, UpRate: x.UpRate,
	}
	if err := t.Err(); err != nil {
		line.Error = err.Error()
	}
	text, err := json.Marshal(line)
	must(err)
	fmt.Fprintf(s.out, "%s\n", text)
}

// statusText describes a torrent in one line.
func statusText(t *live.Torrent, x *live.Stats) string {
	name := t.Meta().Name
	switch t.State() {
	case live.Checking:
		done, total := t.Checked()
		return fmt.Sprintf("%s: checking %d of %d pieces", name, done, total)
	case live.Seeding:
		return fmt.Sprintf("%s: seeding, %d peers, %s up, %s/s", name, x.Peers, reports.Size(x.Uploaded), reports.Size(int64(x.UpRate)))
	case live.Failed:
		return fmt.Sprintf("%s: %v", name, t.Err())
	}
	text := fmt.Sprintf("%s: %.1f %% of %s, %d peers, %s/s down, %s/s up", name, percentDone(x), reports.Size(x.Wanted), x.Peers,
		reports.Size(int64(x.DownRate)), reports.Size(int64(x.UpRate)))
	if eta := x.ETA(); eta > 0 {
		text += ", " + eta.Round(time.Second).String() + " left"
	}
	return text
}

func percentDone(x *live.Stats) float64 {
	if x.Wanted == 0 {
		return 100
	}
	return 100 * float64(x.Wanted-x.Left) / float64(x.Wanted)
}

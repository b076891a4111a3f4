package cli

import (
	"encoding/json"
	"fmt"
	"time"

	"swarmsim/client/live"
)

// jsonDisplay prints a JSON object for each torrent every second, when its state changes, and at the
// end. What others say goes to standard error.
type jsonDisplay struct {
	plainDisplay
	last   time.Time
	states map[*liveJob]string // as it was last printed
}

const jsonInterval = time.Second

// statusLine is a line of --json. docs/live.md describes it.
type statusLine struct {
	Torrent      string   `json:"torrent"`
	InfoHash     string   `json:"info_hash"`
	State        string   `json:"state"`
	Time         float64  `json:"time_s"`
	Length       int64    `json:"length"`
	Wanted       int64    `json:"wanted"`
	Left         int64    `json:"left"`
	Pieces       int      `json:"pieces"`
	Have         int      `json:"have"`
	Peers        int      `json:"peers"`
	Downloaded   int64    `json:"downloaded"`
	Uploaded     int64    `json:"uploaded"`
	DownRate     float64  `json:"down_rate"`
	UpRate       float64  `json:"up_rate"`
	Ratio        float64  `json:"ratio"`
	ETA          *float64 `json:"eta_s"`
	Checked      int64    `json:"checked"`
	FailedPieces int64    `json:"failed_pieces"`
	Banned       int64    `json:"banned"`
	Bitfield     []byte   `json:"bitfield,omitempty"`
	Error        string   `json:"error,omitempty"`
}

func (d *jsonDisplay) note(string) {}

func (d *jsonDisplay) update(jobs []*liveJob) {
	now := time.Now()
	due := now.Sub(d.last) >= jsonInterval
	if due {
		d.last = now
	}
	for _, j := range jobs {
		if state := j.torrent.State().String(); !j.ended && (due || state != d.states[j]) {
			d.print(j, state)
		}
	}
}

func (d *jsonDisplay) end(jobs []*liveJob) {
	for _, j := range jobs {
		if j.torrent == nil {
			continue
		}
		state := "complete"
		switch {
		case j.err != nil:
			state = "failed"
		case !j.isComplete():
			state = "incomplete"
		}
		d.print(j, state)
	}
}

func (d *jsonDisplay) print(j *liveJob, state string) {
	d.states[j] = state
	x := j.torrent.Stats()
	checked, _ := j.torrent.Checked()
	line := statusLine{
		Torrent: j.torrent.Name(), InfoHash: fmt.Sprintf("%x", j.torrent.InfoHash()), State: state,
		Time: x.Time.Seconds(), Length: x.Length, Wanted: x.Wanted, Left: x.Left, Pieces: x.Pieces, Have: x.Have,
		Peers: x.Peers, Downloaded: x.Downloaded, Uploaded: x.Uploaded, DownRate: x.DownRate, UpRate: x.UpRate,
		Ratio: ratio(&x), Checked: checked, FailedPieces: x.FailedPieces, Banned: x.Banned, Bitfield: bitfield(j.torrent, &x),
	}
	if j.torrent.State() == live.Checking {
		line.Left = x.Length // what is there is not known yet
	}
	if eta := x.ETA().Seconds(); eta > 0 {
		line.ETA = &eta
	}
	if j.err != nil {
		line.Error = j.err.Error()
	}
	text, err := json.Marshal(line)
	must(err)
	fmt.Fprintf(d.out, "%s\n", text)
}

// maxBitfield bounds the number of pieces of a torrent whose lines have a bitfield.
const maxBitfield = 1 << 16

// bitfield returns a bit for each piece, the first in the highest bit (BEP 3), while a torrent is
// played; nil otherwise.
func bitfield(t *live.Torrent, x *live.Stats) []byte {
	state := t.State()
	if x.Pieces > maxBitfield || state != live.Downloading && state != live.Seeding {
		return nil
	}
	var out []byte
	t.View(func(v *live.View) {
		if v.Peer == nil {
			return
		}
		out = make([]byte, (t.Meta().Pieces()+7)/8)
		for i := range t.Meta().Pieces() {
			if v.Peer.Have(i) {
				out[i/8] |= 0x80 >> (i % 8)
			}
		}
	})
	return out
}

package scenario

import (
	"io/fs"
	"regexp"
	"slices"
	"time"

	"swarmsim/bounded"
)

// check reports what no single field shows: contradictions, names that refer to nothing and
// missing files.
func (d *decoder) check(s *Scenario, src Source) {
	if !validName.MatchString(s.Name) {
		d.failAt("name", "%q is not a name: letters, digits and dashes, at most 64", s.Name)
	}
	d.checkContent(s, src)
	d.checkPlayback(&s.Playback)
	d.checkNetwork(s)
	d.checkClient(&s.Client, "client")
	d.checkGroups(s, src)
	d.checkReach(s)
	d.checkEvents(s)
	d.checkExpect(s)
	if len(d.problems) == 0 {
		d.followLinks(s)
	}
	if s.Tracker.Expire <= s.Tracker.Interval {
		d.failAt("tracker.expire", "%v is not longer than interval %v: the tracker would remove peers between announces",
			s.Tracker.Expire, s.Tracker.Interval)
	}
	if s.Tracker.Up < minRate || s.Tracker.Down < minRate {
		d.failAt("tracker", "up and down must be at least 1 kB/s each; for an outage use the event tracker-outage")
	}
	if s.Record.Interval.Std() < 10*time.Millisecond {
		d.failAt("record.interval", "%v is too short; the minimum is 10 ms", s.Record.Interval)
	}
	d.checkMessages(s)
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
}

// maxRecorded limits the peers whose messages are recorded.
const maxRecorded = 100

func (d *decoder) checkMessages(s *Scenario) {
	peers := s.Peers()
	for _, peer := range s.Record.Messages {
		if peer < 1 || peer > peers {
			d.failAt("record.messages", "there is no peer %d; the peers are 1 to %d, in the order of the groups", peer, peers)
		}
	}
	if n := len(s.Record.Messages); n > maxRecorded {
		d.failAt("record.messages", "lists %d peers; at most %d can be recorded", n, maxRecorded)
	}
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// Limits on content, so that no number overflows.
const (
	maxContent = 1 << 44 // 16 TiB
	maxPieces  = 1 << 22
	maxPiece   = 1 << 30
	maxBlock   = 512 << 10 // a block message must fit a client's limit on message length
)

// MaxReal limits the bytes of real content of all peers together: 8 GiB.
const MaxReal = 8 << 30

func (d *decoder) checkContent(s *Scenario, src Source) {
	c := &s.Content
	given := 0
	for _, present := range []bool{c.Size > 0, c.Torrent != "", c.Path != ""} {
		if present {
			given++
		}
	}
	if c.Block < 16<<10 || c.Block > maxBlock {
		d.failAt("content.block", "%v is out of range; a block is 16 KiB to 512 KiB long", c.Block)
	}
	switch {
	case given != 1:
		d.failAt("content", "needs exactly one of size (above 0), torrent and path")
		return
	case c.Torrent != "":
		d.checkFile(src, "content.torrent", c.Torrent)
		if c.Piece != 0 {
			d.failAt("content.piece", "contradicts content.torrent: a .torrent file has its own piece length")
		}
		if s.Payload == PayloadReal {
			d.failAt("payload", "real needs the content itself, and a .torrent file holds only its hashes; use content.path")
		}
		return
	case c.Path != "":
		d.checkFile(src, "content.path", c.Path)
	}
	if c.Piece == 0 {
		c.Piece = 256 << 10
	}
	peers := s.Peers()
	if s.Payload == PayloadReal && float64(c.Size)*float64(peers) > MaxReal {
		d.failAt("payload", "real keeps %v in memory for each of %d peers; the limit is %v in total",
			c.Size, peers, Bytes(MaxReal))
	}
	if c.Piece < 1024 || c.Piece > maxPiece {
		d.failAt("content.piece", "%v is out of range; a piece is 1 KiB to 1 GiB long", c.Piece)
	}
	if c.Size > maxContent || c.Size/c.Piece > maxPieces {
		d.failAt("content.size", "%v in pieces of %v is too large; the limits are 16 TiB and 4,194,304 pieces",
			c.Size, c.Piece)
	}
}

func (d *decoder) checkPlayback(p *Playback) {
	_, buffered := d.places["playback.buffer"]
	switch {
	case p.Rate == 0 && buffered:
		d.failAt("playback", "needs a rate above 0")
	case p.Rate > 0 && p.Rate < minRate:
		d.failAt("playback.rate", "%v is too low; the minimum is 1 kB/s", p.Rate)
	case p.Rate > 0 && !buffered:
		p.Buffer = Duration(10 * time.Second)
	}
}

func (d *decoder) checkFile(src Source, field, name string) {
	if st, err := fs.Stat(src.Files, FilePath(src.Dir, name)); err != nil {
		d.failAt(field, "cannot read %q: %v", name, bounded.Reason(err))
	} else if !st.Mode().IsRegular() && (field != "content.path" || !st.IsDir()) {
		d.failAt(field, "%q is %s, not a file", name, bounded.Kind(st.Mode()))
	}
}

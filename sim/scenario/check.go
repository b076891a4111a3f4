package scenario

import (
	"io/fs"
	"regexp"
	"slices"
	"time"

	"swarmsim/bounded"
)

// check finds what no single field shows: contradictions, names that lead
// nowhere, files that are not there.
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
		d.failAt("tracker.expire", "%v contradicts interval %v: peers would be forgotten between announces", s.Tracker.Expire, s.Tracker.Interval)
	}
	if s.Tracker.Up < minRate || s.Tracker.Down < minRate {
		d.failAt("tracker", "up and down must be at least 1 kB/s each; for a tracker that is away there is an event")
	}
	if s.Record.Interval.Std() < 10*time.Millisecond {
		d.failAt("record.interval", "%v is too short; 10 ms is the least", s.Record.Interval)
	}
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
}

var validName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$`)

// Limits on content, so that no number in the program overflows.
const (
	maxContent = 1 << 44 // 16 TiB
	maxPieces  = 1 << 22
	maxPiece   = 1 << 30
	maxBlock   = 512 << 10 // with its header it must fit what a client reads
)

// MaxReal bounds the bytes of real content that all peers keep: 8 GiB.
const MaxReal = 8 << 30

func (d *decoder) checkContent(s *Scenario, src Source) {
	c := &s.Content
	given := 0
	for _, yes := range []bool{c.Size > 0, c.Torrent != "", c.Path != ""} {
		if yes {
			given++
		}
	}
	if c.Block < 16<<10 || c.Block > maxBlock {
		d.failAt("content.block", "%v cannot be asked for at a time; 16 KiB to 512 KiB can", c.Block)
	}
	switch {
	case given != 1:
		d.failAt("content", "needs exactly one of size (above 0), torrent and path")
		return
	case c.Torrent != "":
		d.checkFile(src, "content.torrent", c.Torrent)
		if c.Piece != 0 {
			d.failAt("content.piece", "contradicts the .torrent file, which has a piece length of its own")
		}
		if s.Payload == PayloadReal {
			d.failAt("payload", "real needs the content itself, and a .torrent file has only its hashes; use content.path")
		}
		return
	case c.Path != "":
		d.checkFile(src, "content.path", c.Path)
	}
	if c.Piece == 0 {
		c.Piece = 256 << 10
	}
	peers := 0
	for _, g := range s.Groups {
		peers += g.Count
	}
	if s.Payload == PayloadReal && float64(c.Size)*float64(peers) > MaxReal {
		d.failAt("payload", "real keeps %v for each of %d peers in memory; at most %v in all", c.Size, peers, Bytes(MaxReal))
	}
	if c.Piece < 1024 || c.Piece > maxPiece {
		d.failAt("content.piece", "%v is no useful piece length; 1 KiB to 1 GiB is", c.Piece)
	}
	if c.Size > maxContent || c.Size/c.Piece > maxPieces {
		d.failAt("content.size", "%v in pieces of %v is too much: at most 16 TiB and 4,194,304 pieces", c.Size, c.Piece)
	}
}

func (d *decoder) checkPlayback(p *Playback) {
	_, buffered := d.places["playback.buffer"]
	switch {
	case p.Rate == 0 && buffered:
		d.failAt("playback", "needs a rate above 0: how much is watched in a second")
	case p.Rate > 0 && p.Rate < minRate:
		d.failAt("playback.rate", "%v is too slow; 1 kB/s is the least", p.Rate)
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

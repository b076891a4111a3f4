package reveal

import "swarmsim/client/pieces"

var smartSeedEntry = Entry{
	Name:     "smart-seed",
	About:    "a different piece to each neighbour, the next once it is sent (Bharambe and others, INFOCOM 2006)",
	Defaults: noSettings,
	New:      func(any) Strategy { return &smartSeed{} },
}

// smartSeed announces a different piece to each neighbour, and the next as soon as that piece has
// been sent. No piece is uploaded again before every piece has been uploaded once (the smart seed
// of Bharambe, Herley and Padmanabhan, INFOCOM 2006).
type smartSeed struct {
	oneByOne
	excluded pieces.Bitset // scratch
}

func (s *smartSeed) On(v *View, e Event, out []Announcement) ([]Announcement, bool) {
	switch e.Kind {
	case Begin:
		s.begin(v)
		s.excluded = pieces.NewBitset(s.remaining)
	case Joined:
		s.join(e.Neighbour)
		out = s.announceNext(v, e.Neighbour, out)
	case Left:
		s.stopAwaiting(v, e.Neighbour)
	case PeerHas:
		if s.onUploaded(e.Piece) {
			return out, true
		}
		out = s.announceNextTo(v, out, func(id int) bool { return s.neighbours[id].awaited == e.Piece })
	case BlockSent:
		return s.onBlockSent(v, e, out)
	case Rechoked:
		out = s.announceNextTo(v, out, func(id int) bool { return s.idle(v, id) })
	case Check:
		if s.stalled(v) {
			out = s.announceNextTo(v, out, func(int) bool { return true })
		}
	}
	return out, false
}

// onBlockSent announces the next piece to a neighbour that has been sent all blocks of the last.
func (s *smartSeed) onBlockSent(v *View, e Event, out []Announcement) ([]Announcement, bool) {
	s.lastSent = v.Now
	n := &s.neighbours[e.Neighbour]
	if n.awaited != e.Piece {
		return out, false
	}
	if n.sent += int64(e.Length); n.sent < v.Layout.PieceSize(e.Piece) {
		return out, false
	}
	if s.onUploaded(e.Piece) {
		return out, true
	}
	return s.announceNext(v, e.Neighbour, out), false
}

// announceNextTo announces the next piece to each neighbour for which the condition holds.
func (s *smartSeed) announceNextTo(v *View, out []Announcement, condition func(id int) bool) []Announcement {
	for i := range v.Neighbours.Count() {
		if id := v.Neighbours.ID(i); condition(id) {
			out = s.announceNext(v, id, out)
		}
	}
	return out
}

// idle reports whether a neighbour has an upload slot and no piece to download: another neighbour
// got the awaited piece meanwhile.
func (s *smartSeed) idle(v *View, id int) bool {
	n := v.Neighbours.Get(id)
	awaited := s.neighbours[id].awaited
	return n.Unchoked && !n.Uploading && (awaited == none || s.uploaded.Has(awaited))
}

func (s *smartSeed) announceNext(v *View, id int, out []Announcement) []Announcement {
	s.stopAwaiting(v, id)
	s.excludeUploads(v)
	return s.announceRarest(v, id, s.excluded, out)
}

// excludeUploads writes to s.excluded the pieces that have been uploaded or that a neighbour is
// downloading.
func (s *smartSeed) excludeUploads(v *View) {
	copy(s.excluded, s.uploaded)
	for i := range v.Neighbours.Count() {
		id := v.Neighbours.ID(i)
		if n := &s.neighbours[id]; n.awaited != none && downloads(v, id, n) {
			s.excluded.Set(n.awaited)
		}
	}
}

// downloads reports whether a neighbour downloads the piece that it awaits, or has been unchoked
// recently and will request it.
func downloads(v *View, id int, n *neighbourState) bool {
	if n.sent > 0 {
		return true
	}
	c := v.Neighbours.Get(id)
	return c.Uploading || c.Unchoked && v.Now-max(n.announcedAt, c.ChokeChangedAt) < v.SnubTimeout
}

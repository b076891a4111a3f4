package reveal

var superSeedingEntry = Entry{
	Name:     "super-seeding",
	About:    "one piece at a time to each neighbour, the next once another peer has it (BEP 16)",
	Defaults: noSettings,
	New:      func(any) Strategy { return &superSeeding{} },
}

// superSeeding announces one piece to each neighbour, and the next when another neighbour has that
// piece: the neighbour has passed it on (BEP 16). With a single neighbour, the next is announced
// when the neighbour itself has the piece.
//
// When nothing has been sent for the snub timeout, it announces the next piece to every neighbour
// without that proof. From then on it also announces the next piece to a neighbour that itself has
// its piece, until a piece is passed on again. BitTornado does so while fewer neighbours are
// interested than it has slots (Choker.py, _round_robin; PiecePicker.py, next_have: looser_upload).
type superSeeding struct {
	oneByOne
	withoutProof bool // a neighbour need not have passed on its piece
}

func (s *superSeeding) On(v *View, e Event, out []Announcement) ([]Announcement, bool) {
	switch e.Kind {
	case Begin:
		s.begin(v)
	case Joined:
		s.join(e.Neighbour)
		out = s.announceNext(v, e.Neighbour, out)
	case Left:
		s.stopAwaiting(v, e.Neighbour)
	case PeerHas:
		if s.onUploaded(e.Piece) {
			return out, true
		}
		out = s.onPeerHas(v, e, out)
	case BlockSent:
		s.lastSent = v.Now
	case Check:
		if s.stalled(v) {
			s.withoutProof = true
			for i := range v.Neighbours.Count() {
				out = s.announceNext(v, v.Neighbours.ID(i), out)
			}
		}
	}
	return out, false
}

// onPeerHas announces the next piece to the neighbours that have passed on theirs.
func (s *superSeeding) onPeerHas(v *View, e Event, out []Announcement) []Announcement {
	for i := range v.Neighbours.Count() {
		id := v.Neighbours.ID(i)
		if s.neighbours[id].awaited != e.Piece {
			continue
		}
		passedOn := id != e.Neighbour
		if passedOn {
			s.withoutProof = false
		}
		if passedOn || s.withoutProof || v.Neighbours.Count() == 1 {
			out = s.announceNext(v, id, out)
		}
	}
	return out
}

func (s *superSeeding) announceNext(v *View, id int, out []Announcement) []Announcement {
	s.stopAwaiting(v, id)
	return s.announceRarest(v, id, nil, out)
}

package reveal

// Strategy decides which pieces to announce to which neighbour. A strategy belongs to one peer and
// may keep state.
//
// If a strategy also implements pieces.CopiesWatcher, it learns how many copies each piece has,
// provided that there are more than pick.IndexThreshold pieces.
type Strategy interface {
	// On handles an event. It appends to out the announcements to send, in their order. Each is of
	// a piece that the neighbour lacks and that has not been announced to it. If all is true, every
	// piece is to be announced to every neighbour now, and the strategy is handed no more events.
	On(v *View, e Event, out []Announcement) (announcements []Announcement, all bool)

	// Awaited returns the announced piece that a neighbour is expected to download next, and false
	// if there is none. While the neighbour lacks it, the client does not act on a NOT INTERESTED
	// before the next choke round.
	Awaited(neighbour int) (piece int, ok bool)
}

// Announcement is a piece to announce to a neighbour.
type Announcement struct {
	Neighbour int
	Piece     int
}

// Event is what a strategy reacts to.
type Event struct {
	Kind      Kind
	Neighbour int    // the neighbour that it concerns; not for Begin, Rechoked and Check
	Piece     int    // for PeerHas and BlockSent
	Length    uint32 // for BlockSent: bytes
}

// Kind is the kind of an event.
type Kind uint8

// The kinds of events.
const (
	// Begin comes first, and once. There are no neighbours yet.
	Begin Kind = iota
	// Joined says that a neighbour has connected. Nothing has been announced to it, and its
	// bitfield has not been received.
	Joined
	// Left says that a neighbour has disconnected. It is not among View.Neighbours any more, and
	// its pieces are not in View.Copies.
	Left
	// PeerHas says that a neighbour has announced one more piece. A bitfield causes an event for
	// each of its pieces.
	PeerHas
	// BlockSent says that a block of a piece was handed to the network for a neighbour.
	BlockSent
	// Rechoked says that the upload slots have been assigned anew.
	Rechoked
	// Check comes every few seconds.
	Check
)

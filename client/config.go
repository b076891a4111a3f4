package client

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
	"swarmsim/client/reveal"
)

// Config is what a peer is made of. All fields are required unless it is said otherwise. The first
// ones, up to Trace, are read for every block.
type Config struct {
	Store   Store
	Backlog backlog.Rule   // how many requests are outstanding at a neighbour; peers may share one
	Assign  assign.Rule    // which block to request from a neighbour
	EndGame assign.EndGame // which block to request twice
	Trace   Trace          // nil for none; may be a DecisionTrace

	Picker pick.Picker // which piece to start
	Loop   Loop        // when the peer acts on what it knows
	Rand   *rand.Rand

	Torrent    *Torrent // peers may share one, and its cache lines
	ID         PeerID
	Complete   bool          // it has all pieces from the start: a seed
	Have       pieces.Bitset // the pieces that it has from the start, unless it is complete; nil for none
	Priorities []byte        // of each piece: 0 to skip it, 1 to 7 for pieces that are started the earlier the greater it is; nil for 1 each
	Choker     choke.Choker  // while downloading
	SeedChoker choke.Choker  // once complete
	Trackers   []int         // the number of trackers in each tier (BEP 12); nil for one tracker
	Uplink     int64         // bytes per second, for chokers that use it; 0 for unknown
	Settings   *Settings     // peers may share them
	Scratch    *Scratch      // see there; nil for its own

	// Reveal decides which pieces a seed announces; nil for all. Peers do not share one.
	Reveal reveal.Strategy

	// Viewer watches the content as it downloads, for pickers that follow it; nil for none.
	Viewer Viewer

	// For neighbours that support the extension protocol (BEP 10): the name and version of the
	// client, the port at which this peer accepts connections, and the bytes of the torrent's info
	// dictionary (BEP 9). Any of them may be absent.
	Addr       netip.AddrPort // this peer's own address, as others see it; may be invalid
	ClientName string
	ListenPort uint16
	Info       []byte

	// Heard returns when a part of a message last arrived on a connection; nil where the network
	// does not say.
	Heard func(ConnID) time.Duration
}

// Viewer watches the content.
type Viewer interface {
	// Position returns the piece that is being watched, or waited for.
	Position(now time.Duration) int
}

// Note is a kind of thing that a Trace is told.
type Note uint8

// The notes. The argument is a piece where nothing else is said.
const (
	PieceDone   Note = iota // verified
	PieceFailed             // its hash did not match
	Finished                // all pieces are there; no argument
	Unchoked                // we unchoked a neighbour; 1 if its slot is an optimistic one, 0 if not or if the choker cannot tell
	Choked                  // we choked a neighbour; no argument
	Slotted                 // the slot of a neighbour has become an optimistic one (1), or an earned one (0)
	Met                     // a connection to a neighbour is established; no argument
	Parted                  // it is gone; no argument
	Wanting                 // we have become interested in a neighbour (1), or are no longer (0)
)

// Trace is told what a peer does, for the record. It changes nothing.
type Trace interface {
	// Note is told of something that concerns a connection or, where the kind says so, the peer.
	Note(now time.Duration, n Note, conn ConnID, arg uint32)
}

package client

import (
	"math/rand/v2"
	"time"

	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/reveal"
)

// Config is what a peer is made of.
type Config struct {
	Store   Store
	Backlog backlog.Rule // how many requests a neighbour is kept supplied with; peers may share one
	Picker  pick.Picker
	Loop    Loop           // when the peer acts on what it knows
	Assign  assign.Rule    // which block a neighbour is sent a request for
	EndGame assign.EndGame // which block is requested twice
	Rand    *rand.Rand
	Trace   Trace   // may be nil
	Swarm   []int32 // copies of each piece in the whole swarm, for pickers that are oracles; nil where nobody knows
	// SwarmIndex has all pieces by those copies, where there are many; nil otherwise.
	SwarmIndex *pick.Index

	Torrent    *Torrent // peers may share one, and its cache lines
	ID         PeerID
	Complete   bool         // it has all the content: a seed
	Choker     choke.Choker // while downloading
	SeedChoker choke.Choker // once complete
	Uplink     int64        // bytes per second, for chokers that reckon with it; 0 for unknown
	Settings   *Settings    // peers may share them
	Scratch    *Scratch     // likewise, see there; nil for its own

	Reveal reveal.Strategy // which pieces a seed announces; nil for all. It has a state for each peer

	// Viewer watches the content as it downloads, for pickers that follow it; nil for none.
	Viewer Viewer

	// Extensions handles the messages of the extension protocol (BEP 10); nil for no such protocol.
	Extensions Extensions

	// Heard is when a part of a message came last on a connection; nil where the
	// network does not tell.
	Heard func(ConnID) time.Duration
}

// Viewer watches the content.
type Viewer interface {
	// Position returns the piece that is being watched, or waited for.
	Position(now time.Duration) int
}

// Settings are the numbers of the session rules. DefaultSettings says where
// each comes from.
type Settings struct {
	Rechoke       time.Duration // between regular rounds of the choker
	FirstRound    time.Duration // from the start until the first one; 0 for any part of Rechoke
	ChokeAtRounds bool          // interest that comes or goes waits for the round

	ChokeAtBlocks    bool          // the choker is asked anew after every block, and as a neighbour comes
	ChokeOnRelease   bool          // with ChokeAtRounds: a slot that its holder gives up is filled at once
	ChokeOnInterest  bool          // interest of a choked neighbour is a round
	Fast             bool          // speaks the fast extension (BEP 6): a request ends with its block or a reject, not with a choke
	KeepWhenChoked   bool          // requests stay through a choke, until it is lifted; with those who speak the fast extension
	AnswerCancels    bool          // a request that a neighbour cancels is rejected (BEP 6)
	CountCancels     bool          // a request that we cancel counts until it is answered, by a neighbour that answers
	DiscardUnasked   bool          // our own requests end with a choke all the same, and a block that comes nevertheless is thrown away
	AllowedFast      int           // pieces that a neighbour may have while choked (BEP 6)
	NoAllowedFast    bool          // what a neighbour would send while it chokes us is not asked for
	FastOnInterest   bool          // they are told once it is interested, without those that it has
	InterestAtRounds bool          // our own interest is decided in rounds
	SendQueueBlocks  int           // blocks handed to the network beyond what it has taken
	SendQueueTime    time.Duration // or a time's worth of the neighbour's upload rate, if that is more
	ServeAnyOrder    bool          // requests are served at random, not in their order
	RateWindow       time.Duration // how far back the rates of neighbours look; 0 for mainline's average over 20 s
	ReadDelay        time.Duration // from a request that comes to an idle upload until blocks are ready to go
	MaxPeerRequests  int           // requests of a neighbour that are kept; more are dropped

	Snub            time.Duration // without a block that was asked for
	AdaptiveTimeout bool          // less where a neighbour's blocks usually take less, and then one block a second is given up
	KeepAlive       time.Duration // of silence before we say that we live
	Idle            time.Duration // of silence before we hang up
	Inactive        time.Duration // with neither a request nor a block before we hang up, half of it where neither is interested; 0 for never; only with Refresh
	Handshake       time.Duration // to complete a handshake
	MaxUnverified   int64         // bytes of missing pieces that are looked at; 0 for all
	NoParole        bool          // a piece that fails with several senders is fetched again like any other
	Suggest         int           // pieces that a complete peer suggests to a neighbour at a time (BEP 6)
	FileEndsFirst   bool          // the pieces that files begin and end with come before others
	DialTarget      int           // stop dialing at so many connections
	MaxConnections  int           // stop accepting at so many connections
	MinPeers        int           // below so many connections ask the tracker for more
	NumWant         int           // peers asked of the tracker
	AllowDuplicates bool          // two peers that dial each other keep both connections

	// FastDerivation is how the pieces that a neighbour may have while choked follow from its address.
	FastDerivation AllowedFastDerivation
}

// DefaultSettings are Cohen's mainline 4.x where it has the number: rechoke,
// keep-alive, idle, 60 dialed, 80 in all, 20 for low. Snub is the community
// specification's 60 s. The end game is
// libtorrent's, which wastes less.
func DefaultSettings() Settings {
	return Settings{
		Rechoke:         10 * time.Second,
		SendQueueBlocks: 1,
		MaxPeerRequests: 500,
		Snub:            60 * time.Second,
		KeepAlive:       120 * time.Second,
		Idle:            300 * time.Second,
		Handshake:       20 * time.Second,
		DialTarget:      60,
		MaxConnections:  80,
		MinPeers:        20,
		NumWant:         50,
	}
}

// Note is something a Trace hears of.
type Note uint8

// What a trace hears of. The argument is a piece where nothing else is said.
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

// Trace hears what a peer does, for the record. It changes nothing.
type Trace interface {
	Note(now time.Duration, n Note, conn ConnID, arg uint32)
}

package client

import (
	"math/rand/v2"
	"time"

	"swarmsim/client/choke"
	"swarmsim/client/pick"
)

// Config is what a peer is made of.
type Config struct {
	Torrent    Torrent
	ID         PeerID
	Complete   bool // it has all the content: a seed
	Store      Store
	Rand       *rand.Rand
	Choker     choke.Choker // while downloading
	SeedChoker choke.Choker // once complete
	Picker     pick.Picker
	Trace      Trace // may be nil
	Settings   Settings
}

// Settings are the numbers of the session rules. DefaultSettings says where
// each comes from.
type Settings struct {
	Rechoke       time.Duration // between regular rounds of the choker
	Snub          time.Duration // without a block that was asked for
	KeepAlive     time.Duration // of silence before we say that we live
	Idle          time.Duration // of silence before we hang up
	Handshake     time.Duration // to complete a handshake
	RequestsMin   int           // requests in flight to a neighbour whose rate is not known yet
	RequestsMax   int           // and to any at most
	RequestsTime  time.Duration // of a neighbour's rate kept in flight beyond the round trip
	EndGame       bool          // ask everybody for the last blocks
	Initiate      int           // stop dialing at so many connections
	Total         int           // stop accepting at so many connections
	Low           int           // below so many connections ask the tracker for more
	NumWant       int           // peers asked of the tracker
	OneConnPerIP  bool          // do not dial an address that is connected already
	CorruptChance float64       // chance that a block sent is corrupt: a fault to inject
}

// DefaultSettings are Cohen's mainline 4.x where it has the number: rechoke,
// keep-alive, idle, 60 dialed, 80 in all, 20 for low. Snub is the community
// specification's 60 s. The number of requests in flight follows the rate, as
// in libtorrent, with half a second to spare.
func DefaultSettings() Settings {
	return Settings{
		Rechoke:      10 * time.Second,
		Snub:         60 * time.Second,
		KeepAlive:    120 * time.Second,
		Idle:         300 * time.Second,
		Handshake:    20 * time.Second,
		RequestsMin:  5,
		RequestsMax:  250,
		RequestsTime: 500 * time.Millisecond,
		EndGame:      true,
		Initiate:     60,
		Total:        80,
		Low:          20,
		NumWant:      50,
		OneConnPerIP: true,
	}
}

// Note is something a Trace hears of.
type Note uint8

// What a trace hears of. The argument is a piece, except for Finished.
const (
	PieceDone   Note = iota // verified
	PieceFailed             // its hash did not match
	Finished                // all pieces are there
	Unchoked                // we unchoked a neighbour; no argument
	Choked                  // we choked a neighbour; no argument
)

// Trace hears what a peer does, for the record. It changes nothing.
type Trace interface {
	Note(now time.Duration, n Note, conn ConnID, arg uint32)
}

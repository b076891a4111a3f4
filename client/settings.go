package client

import "time"

// Settings are the numbers and switches of the session rules. A simulation sets all of them from its
// scenario, whose defaults are in sim/scenario/defaults.go.
type Settings struct {
	Choking     ChokingSettings
	Requests    RequestSettings
	Upload      UploadSettings
	Fast        FastSettings
	Connections ConnectionSettings
	Timeouts    TimeoutSettings
	Extensions  ExtensionSettings
}

// ChokingSettings say when the choker decides which neighbours are unchoked, and when the peer
// decides in which neighbours it is interested.
type ChokingSettings struct {
	Interval   time.Duration // between rounds of the choker
	FirstRound time.Duration // from the start until the first round; 0 for a random part of Interval
	RateWindow time.Duration // averaging window of the neighbours' rates; 0 for mainline's 20 s average

	Unchoke          UnchokeMode
	InterestAtRounds bool // our own interest is decided at rounds
}

// UnchokeMode says when the choker decides, besides its regular rounds.
type UnchokeMode uint8

const (
	// UnchokeImmediately: a slot that becomes free, because its holder is not interested any more or
	// disconnects or because the peer completes, is given away at once, and a free slot is given to
	// the next neighbour that is interested.
	UnchokeImmediately UnchokeMode = iota
	// UnchokeOnInterest: likewise, and the choker decides whenever a choked neighbour becomes interested.
	UnchokeOnInterest
	// UnchokeOnRelease: only a slot that its holder gives up is given away at once.
	UnchokeOnRelease
	// UnchokeAtRounds: all waits for the next round.
	UnchokeAtRounds
	// UnchokePerBlock: as UnchokeImmediately, and the choker decides after every block and when a
	// neighbour comes.
	UnchokePerBlock
)

// waits reports whether a change of interest waits for the next round, other than giving up a slot.
func (m UnchokeMode) waits() bool { return m == UnchokeAtRounds || m == UnchokeOnRelease }

// RequestSettings say which blocks are requested, and when a request is given to another.
type RequestSettings struct {
	// SnubTimeout is how long a neighbour may take for a block, up to ten times as long while our
	// own downlink is full. With AdaptiveTimeout the timeout follows the neighbour's pace, up to
	// SnubTimeout, and 20 s without a block are always too long; then one block a second is
	// requested from others.
	SnubTimeout     time.Duration
	AdaptiveTimeout bool
	MaxUnverified   int64 // bytes of missing pieces that may be requested; 0 for all
	FileEndsFirst   bool  // the pieces that hold the ends of files come before others
	Parole          bool  // a piece that fails and came from several senders is downloaded again from one alone
}

// UploadSettings say how neighbours' requests are served.
type UploadSettings struct {
	QueueBlocks int           // blocks handed to the network that it has not taken
	QueueTime   time.Duration // or as many as we send to the neighbour in this time, if that is more
	MaxRequests int           // requests of a neighbour that are kept; more are rejected
	AnyOrder    bool          // requests are served in random order
	ReadDelay   time.Duration // from a request that comes to an idle upload until blocks have been read from storage
}

// FastSettings are those of the fast extension (BEP 6).
type FastSettings struct {
	Enabled        bool // it is offered in the handshake; between two peers that do, requests outlive a choke until they are rejected
	KeepWhenChoked bool // requests of a neighbour wait through a choke
	AnswerCancels  bool // a request that a neighbour cancels is rejected
	CountCancels   bool // a request that we cancel is outstanding until it is answered, if the neighbour answers cancels
	DiscardLate    bool // a choke voids our requests nevertheless, and a block that comes after it is discarded

	SetSize    int                   // pieces that a choked neighbour may request: the allowed-fast set
	Derivation AllowedFastDerivation // of the set from the neighbour's address
	OnInterest bool                  // the set is sent when the neighbour is interested, without the pieces that it has
	IgnoreSet  bool                  // we do not request allowed-fast pieces while we are choked

	Suggest int // pieces that a complete peer suggests to a neighbour at a time
}

// ConnectionSettings limit the number of connections.
type ConnectionSettings struct {
	DialTarget      int  // connections up to which addresses are dialed
	Max             int  // connections up to which others are accepted
	MinPeers        int  // connections below which the tracker is asked for more peers
	NumWant         int  // peers that the tracker is asked for
	AllowDuplicates bool // two peers that dial each other keep both connections
	// CanonicalPriority says that a full peer makes room for a connection of a higher rank (BEP 40).
	CanonicalPriority bool
	SharedAddresses   bool // several peers may have the same IP address, with different ports
}

// TimeoutSettings end connections.
type TimeoutSettings struct {
	Handshake time.Duration // from opening a connection to the neighbour's handshake
	KeepAlive time.Duration // of our own silence until a keep-alive is sent
	Idle      time.Duration // of the neighbour's silence until the connection is closed
	Inactive  time.Duration // without a request or a block until the connection is closed, half of it if neither side is interested; 0 for never
}

// ExtensionSettings are those of the extension protocol (BEP 10). What is off is neither offered to
// neighbours nor understood. The info dictionary (BEP 9) is served if Config.Info has it.
type ExtensionSettings struct {
	Enabled    bool // the protocol is offered in the handshake
	PEX        bool // neighbours tell each other of peers (BEP 11), unless the torrent is private (BEP 27)
	DontHave   bool // a lost piece is taken back (BEP 54)
	Holepunch  bool // peers behind NATs connect by way of a common neighbour (BEP 55)
	UploadOnly bool // a peer that only uploads says so, and gets no slot (BEP 21)
}

// DefaultSettings returns settings for tests: numbers of Cohen's mainline where it has them. The snub
// timeout of 60 s is that of the community specification.
func DefaultSettings() Settings {
	return Settings{
		Choking:     ChokingSettings{Interval: 10 * time.Second},
		Requests:    RequestSettings{SnubTimeout: 60 * time.Second, Parole: true},
		Upload:      UploadSettings{QueueBlocks: 1, MaxRequests: 500},
		Connections: ConnectionSettings{DialTarget: 60, Max: 80, MinPeers: 20, NumWant: 50},
		Timeouts: TimeoutSettings{
			Handshake: 20 * time.Second,
			KeepAlive: 120 * time.Second,
			Idle:      300 * time.Second,
		},
	}
}

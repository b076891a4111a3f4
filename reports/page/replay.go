package page

// Replay is what the replay of a run shows: its peers, and the rows of its event log that concern
// them, in order of time. The page holds it as JSON.
//
// Columns have small numbers, so that they compress well. A column has a number for each row, or for
// each row of the kinds that its comment names. A peer is an index into Peers, followed by Outside.
// The senders and pieces of transfers are coded by peer, most recent first: below 32 is how many other
// senders, or pieces, there were since the last transfer with this one; otherwise it is the number plus
// 32.
type Replay struct {
	TickNS  int64          `json:"tick_ns"` // unit of times
	End     int64          `json:"end"`     // ticks until the run ended
	Pieces  int            `json:"pieces"`
	Arrived int            `json:"arrived"` // peers that arrived in the run, shown or not
	Groups  []string       `json:"groups"`
	Peers   ReplayPeers    `json:"peers"`   // those that are shown
	Outside ReplayMentions `json:"outside"` // those that rows mention as a neighbour
	Kinds   []string       `json:"kinds"`   // what the numbers of Kind mean
	Whys    []string       `json:"whys"`    // what the numbers of Why mean

	Kind []int   `json:"kind"`
	DT   []int64 `json:"dt"` // ticks since the row before
	Peer []int   `json:"peer"`

	Other  []int   `json:"other"`  // transfer, received, unchoked, choked, candidate
	Piece  []int   `json:"piece"`  // transfer, received, piece, bad-piece, pick
	Why    []int   `json:"why"`    // gone, unchoked, candidate, pick
	Span   []int64 `json:"span"`   // transfer, received: 0 if it began as the one before of the pair ended; otherwise 1 + its ticks
	Blocks []int64 `json:"blocks"` // transfer, received: blocks of 16 KiB or, if they are not whole, minus its bytes
	Rate   []int64 `json:"rate"`   // candidate: bytes per second
	Copies []int   `json:"copies"` // pick
	Least  []int   `json:"least"`  // pick
}

// ReplayMentions are columns of peers that are mentioned and not shown.
type ReplayMentions struct {
	Number []int `json:"number"` // as in peers.csv
	Group  []int `json:"group"`
}

// ReplayPeers are columns of the peers that are shown. Seed is 1 for those that are seeds from the
// start, and Decided for those whose decisions were recorded.
type ReplayPeers struct {
	ReplayMentions
	Seed    []int `json:"seed"`
	Decided []int `json:"decided"`
}

// ReplayKinds are the kinds of rows of a Replay. A row gone is a departure, and its why the outcome. A
// row received is a transfer that completes its piece.
var ReplayKinds = []string{
	"arrived", "gone", "piece", "bad-piece", "completed", "unchoked", "choked", "transfer", "received",
	"candidate", "pick",
}

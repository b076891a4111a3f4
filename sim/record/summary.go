package record

// Summary is summary.json: the results of a run. Times are virtual seconds.
type Summary struct {
	Scenario   string `json:"scenario"`
	About      string `json:"about,omitempty"` // the scenario's description
	Seed       uint64 `json:"seed"`
	Ended      Ending `json:"ended"`
	Incomplete bool   `json:"incomplete"`         // the run was interrupted; all else covers the time until then
	Measured   bool   `json:"measured,omitempty"` // with real clients in real time, not simulated
	// Observer is the group of the live client that saw all of this; the other groups are its
	// neighbours. "" for the record of a whole swarm.
	Observer     string  `json:"observer,omitempty"`
	VirtualS     Seconds `json:"virtual_s"`
	Peers        int     `json:"peers"` // that arrived
	ContentBytes int64   `json:"content_bytes"`
	Pieces       int     `json:"pieces"`

	CompletionS Completion `json:"completion_s"`
	// BoundS is a lower bound on completion_s.last for any protocol; null if no leecher completed.
	BoundS *Seconds `json:"bound_s"`
	Blocks Blocks   `json:"blocks"`
	// UplinkUtilization is the content that leechers sent until the last completion, over the
	// capacity of their uplinks until then.
	UplinkUtilization Ratio `json:"uplink_utilization"`
	// SeedCopies is the content that the initial seeds sent, in sizes of the content: in total,
	// until every piece was on some leecher, and until the last completion. Null if that never
	// happened.
	SeedCopies        Ratio  `json:"seed_copies"`
	SeedCopiesAtUnion *Ratio `json:"seed_copies_at_union"`
	SeedCopiesAtDone  *Ratio `json:"seed_copies_at_done"`
	ControlOverhead   Ratio  `json:"control_overhead"` // share of the bytes on the links that is not content

	Unfinished int `json:"unfinished"` // leechers that arrived and did not complete
	GaveUp     int `json:"gave_up"`    // leechers that departed without the content
	// Waiting is set if leechers were still downloading at a deadline although the run was to end
	// when all are done.
	Waiting        *Waiting `json:"waiting,omitempty"`
	PiecesGone     int      `json:"pieces_gone"`      // pieces without a copy at the end
	PiecesGoneList string   `json:"pieces_gone_list"` // their numbers, such as 3,7-9
	Corrupt        Corrupt  `json:"corrupt"`

	FirstPieceS   Completion `json:"first_piece_s"`    // from a leecher's arrival until its first piece
	FirstTenS     Completion `json:"first_ten_s"`      // from its arrival until its tenth piece
	UntilLastTenS Completion `json:"until_last_ten_s"` // from its arrival until ten pieces were left
	LastTenS      Completion `json:"last_ten_s"`       // from then until its completion

	Fairness     Fairness    `json:"fairness"`
	Redundancy   *Redundancy `json:"redundancy"`    // null if no block was delivered
	PieceEntropy *Entropies  `json:"piece_entropy"` // null if no sample has copies on leechers
	// Clustering is that of all groups together, see Group; null if no two groups of leechers
	// downloaded at the same time.
	Clustering *Ratio `json:"clustering"`
	// CrossRegion is the share of the content received that came from another region; null without
	// regions.
	CrossRegion *Ratio `json:"cross_region"`
	Regions     []Area `json:"regions,omitempty"`
	Routers     []Area `json:"routers,omitempty"` // the peers behind each router
	// Interest is that of all groups, see Group.Interested; only with record.interest.
	Interest *Spread `json:"interest,omitempty"`
	// Graph is the graph when half of the leechers had completed; only with record.graph.
	Graph *Graph `json:"graph,omitempty"`

	Groups       []Group             `json:"groups"`
	Playback     *Playback           `json:"playback,omitempty"` // only with playback
	Events       []ScriptedEvent     `json:"events,omitempty"`
	Expectations []ExpectationResult `json:"expectations"`
	// Notes name the limits other than the links that may have decided the result.
	Notes []string `json:"notes,omitempty"`
}

// ScriptedEvent is an event of the scenario.
type ScriptedEvent struct {
	AtS    Seconds `json:"at_s"`
	Event  string  `json:"event"`            // a short description, such as "seed: crash"
	UntilS Seconds `json:"until_s,omitzero"` // for events that last
}

// Blocks counts blocks. Every block that was sent was delivered, duplicate or lost, or is in
// flight.
type Blocks struct {
	Sent      int64 `json:"sent"`
	Delivered int64 `json:"delivered"` // arrived and kept
	Duplicate int64 `json:"duplicate"` // arrived at a peer that had it already or no longer needed it
	Lost      int64 `json:"lost"`      // sent to a peer that had departed, or over a connection that closed
	InFlight  int64 `json:"in_flight"` // at the end
}

// Corrupt counts corrupt content and its consequences.
type Corrupt struct {
	BlocksSent   int64 `json:"blocks_sent"`
	PiecesCaught int64 `json:"pieces_caught"` // failed hash checks
	Banned       int64 `json:"banned"`        // times that a peer banned a neighbour
}

// Group is the results of one group of peers.
type Group struct {
	Name            string     `json:"name"`
	Seed            bool       `json:"seed"`
	Peers           int        `json:"peers"` // that arrived
	CompletionS     Completion `json:"completion_s"`
	UploadedBytes   int64      `json:"uploaded_bytes"`   // of content
	DownloadedBytes int64      `json:"downloaded_bytes"` // of content, without duplicates
	Playback        *Playback  `json:"playback,omitempty"`
	ShareRatio      *Ratio     `json:"share_ratio"` // uploaded over downloaded; null if nothing was downloaded

	// ReceivedFromBytes is, for leechers, the content received by the group that sent it,
	// duplicates included.
	ReceivedFromBytes map[string]int64 `json:"received_from_bytes,omitempty"`

	// For leechers: the shares that groups of leechers had of the group's slot time, while both
	// peers downloaded, and what the shares would be if each slot went to any other downloading
	// leecher with equal probability. Left out if the slot time is 0.
	// SlotsCounted is "regular", or "all" if the choker does not mark optimistic unchokes.
	SlotsCounted    string           `json:"slots_counted,omitempty"`
	Unchoked        map[string]Ratio `json:"unchoked,omitempty"`
	UnchokedUniform map[string]Ratio `json:"unchoked_uniform,omitempty"`
	// Clustering is the slot time given to the own group over what it would be with equal
	// probabilities, while leechers of other groups downloaded too.
	Clustering *Ratio `json:"clustering,omitempty"`

	// With record.interest: of the time that two leechers were connected, the share in which a
	// peer of the group was interested in its neighbour, and the share in which the neighbour was
	// interested in the peer.
	Interested *Spread `json:"interested,omitempty"`
	Wanted     *Spread `json:"wanted,omitempty"`
}

// Area is the content that the peers of a region, or behind a router, received from each other
// and from outside, and sent to the outside.
type Area struct {
	Name              string           `json:"name"`
	WithinBytes       int64            `json:"within_bytes"`
	InBytes           int64            `json:"in_bytes"`
	OutBytes          int64            `json:"out_bytes"`
	ReceivedFromBytes map[string]int64 `json:"received_from_bytes,omitempty"` // for a region, by region
}

// ExpectationResult is an expectation of the scenario and whether it was met.
type ExpectationResult struct {
	Expect string `json:"expect"`
	Met    bool   `json:"met"`
	Actual string `json:"actual"`
}

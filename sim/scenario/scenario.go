package scenario

// Scenario is the whole input of a run, except the number of cores that play it.
type Scenario struct {
	Name     string        `json:"name" jsonschema:"short name, used for the results folder too"`
	About    string        `json:"about,omitempty" jsonschema:"what the scenario shows, in one or two sentences"`
	Seed     uint64        `json:"seed,omitempty" jsonschema:"seed of the random number generators; the same seed gives the same bytes" zero:"print"`
	Content  Content       `json:"content" jsonschema:"the content to distribute"`
	Playback Playback      `json:"playback,omitempty" jsonschema:"leechers watch the content while they download it"`
	Payload  Payload       `json:"payload,omitempty" jsonschema:"virtual: only sizes are simulated; real: bytes cross the links and pieces are verified by SHA-1"`
	Wire     Wire          `json:"wire,omitempty" jsonschema:"compact: messages are passed as values; real: every message is encoded to its bytes and decoded on its way"`
	Tracker  Tracker       `json:"tracker,omitempty" jsonschema:"the tracker"`
	Network  Network       `json:"network,omitempty" jsonschema:"the network between the peers"`
	Client   Client        `json:"client,omitempty" jsonschema:"the client of all groups that do not override it"`
	Groups   []Group       `json:"groups" jsonschema:"the peers, in groups of the same kind"`
	Events   []Event       `json:"events,omitempty" jsonschema:"events at given times"`
	Stop     Stop          `json:"stop,omitempty" jsonschema:"when the run ends"`
	Record   Record        `json:"record,omitempty" jsonschema:"what the run records"`
	Expect   []Expectation `json:"expect,omitempty" jsonschema:"conditions that the summary must meet, such as completion.p95 < 300 s"`

	Comment  string    `json:"-"` // the comment lines at the top of the file, each with its #
	Warnings []Problem `json:"-"` // unusual settings that are not errors
}

// Content is what the swarm distributes: a size, a .torrent file, or a file or folder.
type Content struct {
	Size    Bytes  `json:"size,omitempty" jsonschema:"size of synthetic content"`
	Piece   Bytes  `json:"piece,omitempty" jsonschema:"piece length"`
	Block   Bytes  `json:"block,omitempty" jsonschema:"block length, the unit of a request: 16 KiB in every real swarm; the piece length to exchange whole pieces"`
	Torrent string `json:"torrent,omitempty" jsonschema:"a .torrent file, for its lengths and hashes; path relative to the scenario file"`
	Private bool   `json:"private,omitempty" jsonschema:"peers come from the tracker alone, and not by peer exchange (BEP 27); a .torrent file may say so itself"`
	Path    string `json:"path,omitempty" jsonschema:"a file or folder; path relative to the scenario file"`
}

// Playback describes viewers. Without a rate leechers watch nothing.
type Playback struct {
	Rate   Rate     `json:"rate,omitempty" jsonschema:"playback rate of the content"`
	Buffer Duration `json:"buffer,omitempty" jsonschema:"contiguous content, as playback time, that must be downloaded before playback starts, and before it resumes after a stall; 10 s by default" zero:"print"`
}

// Tracker describes the tracker and its links.
type Tracker struct {
	Interval      Duration      `json:"interval,omitempty" jsonschema:"interval between a peer's regular announces" min:"1 s"`
	MinInterval   Duration      `json:"min_interval,omitempty" jsonschema:"shortest interval after which a peer may announce again to get more peers" min:"1 s"`
	Expire        Duration      `json:"expire,omitempty" jsonschema:"time without an announce after which the tracker removes a peer" min:"1 s"`
	Timeout       Duration      `json:"timeout,omitempty" jsonschema:"time a peer waits for a response; by default 30 s, or six times the longest latency if that is more" min:"1 s"`
	MaxPeers      int           `json:"max_peers,omitempty" jsonschema:"maximum number of peers in a response" min:"1" max:"1000"`
	PeerSelection PeerSelection `json:"peer_selection,omitempty" jsonschema:"which peers a response lists: all, or only seeds"`
	Up            Rate          `json:"up,omitempty" jsonschema:"uplink rate"`
	Down          Rate          `json:"down,omitempty" jsonschema:"downlink rate"`
	Region        string        `json:"region,omitempty" jsonschema:"region of the tracker, if the network has regions"`
}

// Stop describes when a run ends.
type Stop struct {
	When     StopWhen `json:"when,omitempty" jsonschema:"done: when no leecher is downloading or still to arrive; deadline: at the deadline"`
	Deadline Duration `json:"deadline,omitempty" jsonschema:"latest end of the run" min:"1 s"`
}

// Record describes what a run records.
type Record struct {
	Interval  Duration    `json:"interval,omitempty" jsonschema:"interval between rows of the time series" min:"10 ms"`
	Events    bool        `json:"events,omitempty" jsonschema:"have the event log list what happens to every peer"`
	Transfers RecordPeers `json:"transfers,omitempty" jsonschema:"have the event log list the pieces that peers send each other: off, sample (some 250 peers) or all"`
	Decisions RecordPeers `json:"decisions,omitempty" jsonschema:"have the event log list why neighbours are unchoked and pieces picked: off, sample (some 50 peers) or all"`
	Messages  []int       `json:"messages,omitempty" jsonschema:"have the event log list all messages of these peers, by their numbers in peers.csv"`
	Interest  bool        `json:"interest,omitempty" jsonschema:"measure how long the leechers of each pair are interested in each other"`
	Graph     RecordGraph `json:"graph,omitempty" jsonschema:"measure the connection graph, into graph.csv: half (once half of the leechers have completed), or samples (with every row of the time series too)"`
}

// Peers returns the number of peers of all groups.
func (s *Scenario) Peers() int { return s.Leechers() + s.count(true) }

// Leechers returns the number of peers that are not seeds from the start.
func (s *Scenario) Leechers() int { return s.count(false) }

func (s *Scenario) count(seeds bool) (n int) {
	for i := range s.Groups {
		if s.Groups[i].Seed == seeds {
			n += s.Groups[i].Count
		}
	}
	return n
}

// EventLog reports whether the run has an event log.
func (r *Record) EventLog() bool {
	return r.Events || r.Transfers.Some() || r.Decisions.Some() || len(r.Messages) > 0
}

// WithoutEventLog returns r without what makes an event log.
func (r Record) WithoutEventLog() Record {
	r.Events, r.Transfers, r.Decisions, r.Messages = false, "", "", nil
	return r
}

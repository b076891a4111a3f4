package scenario

// Group is a number of peers of the same kind.
type Group struct {
	Name      string       `json:"name" jsonschema:"name in events, tables and plots"`
	Count     int          `json:"count" jsonschema:"number of peers" min:"0" max:"1000000"`
	Seed      bool         `json:"seed,omitempty" jsonschema:"they start with the complete content"`
	Link      Link         `json:"link" jsonschema:"their access links"`
	Disk      Disk         `json:"disk,omitempty" jsonschema:"their disks; one that takes no time by default"`
	Region    string       `json:"region,omitempty" jsonschema:"their region, if the network has regions"`
	NAT       float64      `json:"nat,omitempty" jsonschema:"share that cannot be dialed, 0 to 1" min:"0" max:"1"`
	Arrival   Arrival      `json:"arrival,omitempty" jsonschema:"when they arrive"`
	Stay      DurationDist `json:"stay,omitempty" jsonschema:"how long they stay once complete; forever by default"`
	GiveUp    DurationDist `json:"give_up,omitempty" jsonschema:"time after which they leave without the content; forever by default"`
	Crash     float64      `json:"crash,omitempty" jsonschema:"share that leaves without closing connections or telling the tracker, 0 to 1" min:"0" max:"1"`
	SeedRatio float64      `json:"seed_ratio,omitempty" jsonschema:"copies of the content that they upload, once complete, before they leave; 0 for no limit" min:"0" max:"1000000"`
	Sybils    int          `json:"sybils,omitempty" jsonschema:"fault: number of unreachable peers that each member registers at the tracker; the members do nothing else" min:"0" max:"10000"`
	Corrupt   float64      `json:"corrupt,omitempty" jsonschema:"fault: probability, 0 to 1, that a block they send is corrupt" min:"0" max:"1"`
	Client    *Client      `json:"client,omitempty" jsonschema:"settings that differ from the scenario's client"`
}

// Disk says how long a peer's disk takes, and its processor for hashes. 0 stands for no time.
type Disk struct {
	Read   Rate     `json:"read,omitempty" jsonschema:"rate at which blocks are read"`
	Write  Rate     `json:"write,omitempty" jsonschema:"rate at which blocks are written"`
	Access Duration `json:"access,omitempty" jsonschema:"time before a block that does not follow the last one"`
	Hash   Rate     `json:"hash,omitempty" jsonschema:"rate at which pieces are hashed"`
}

// Link is an access link, or a mix of links that peers are drawn from.
type Link struct {
	Up   RateDist  `json:"up,omitempty" jsonschema:"uplink rate, or a distribution of rates"`
	Down RateDist  `json:"down,omitempty" jsonschema:"downlink rate, or a distribution of rates"`
	Mix  []LinkMix `json:"mix,omitempty" jsonschema:"several links, each for a share of the group; replaces up and down"`
}

// LinkMix is one link of a mix.
type LinkMix struct {
	Share float64  `json:"share" jsonschema:"its share of the group, relative to the sum of all shares" min:"0"`
	Up    RateDist `json:"up" jsonschema:"uplink rate"`
	Down  RateDist `json:"down" jsonschema:"downlink rate"`
}

// Arrival describes when the peers of a group arrive.
type Arrival struct {
	Pattern ArrivalPattern `json:"pattern,omitempty" jsonschema:"at-once, spread (evenly over a time), poisson (at a rate), flash-crowd (at a rate that decays exponentially) or trace (from a file)"`
	Start   Duration       `json:"start,omitempty" jsonschema:"earliest arrival"`
	Over    Duration       `json:"over,omitempty" jsonschema:"spread: the time between the first and the last arrival"`
	Rate    Frequency      `json:"rate,omitempty" jsonschema:"poisson: mean arrival rate"`
	Decay   Duration       `json:"decay,omitempty" jsonschema:"flash-crowd: the time in which the rate falls to 1/e"`
	File    string         `json:"file,omitempty" jsonschema:"trace: a file with one arrival time in seconds per line; path relative to the scenario file"`
	Times   []Duration     `json:"-"` // arrivals of a trace, sorted
}

// Event is an event at a given time.
type Event struct {
	At     Duration `json:"at" jsonschema:"time of the event"`
	Action Action   `json:"action" jsonschema:"leave (closing connections), crash (without), link (new rates), tracker-outage, or partition (a group cannot reach the others)"`
	Group  string   `json:"group,omitempty" jsonschema:"affected group"`
	Share  float64  `json:"share,omitempty" jsonschema:"share of the group's members, 0 to 1" min:"0" max:"1"`
	For    Duration `json:"for,omitempty" jsonschema:"tracker-outage and partition: duration"`
	Up     Rate     `json:"up,omitempty" jsonschema:"link: the new uplink rate"`
	Down   Rate     `json:"down,omitempty" jsonschema:"link: the new downlink rate"`
}

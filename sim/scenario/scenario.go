package scenario

// Scenario is everything a run is made of, but for how many cores play it.
type Scenario struct {
	Name    string        `json:"name" jsonschema:"short name, also of the results folder"`
	About   string        `json:"about,omitempty" jsonschema:"what the scenario shows, in a sentence or two"`
	Seed    uint64        `json:"seed,omitempty" jsonschema:"seed of all randomness; the same seed gives the same bytes" zero:"says"`
	Content Content       `json:"content" jsonschema:"what is distributed"`
	Player  Playback      `json:"playback,omitempty" jsonschema:"leechers watch the content as it comes"`
	Payload string        `json:"payload,omitempty" jsonschema:"virtual (sizes only) or real (bytes cross the links and are checked by SHA-1)" oneof:"virtual real"`
	Wire    string        `json:"wire,omitempty" jsonschema:"compact, or real: every message is encoded to its bytes and decoded on its way" oneof:"compact real"`
	Tracker Tracker       `json:"tracker,omitempty" jsonschema:"the tracker"`
	Network Network       `json:"network,omitempty" jsonschema:"what lies between the peers"`
	Client  Client        `json:"client,omitempty" jsonschema:"the client that all groups run, unless they say otherwise"`
	Groups  []Group       `json:"groups" jsonschema:"the peers, in groups of equals"`
	Events  []Event       `json:"events,omitempty" jsonschema:"what happens at given times"`
	Stop    Stop          `json:"stop,omitempty" jsonschema:"when the run ends"`
	Record  Record        `json:"record,omitempty" jsonschema:"what is written down"`
	Expect  []Expectation `json:"expect,omitempty" jsonschema:"what must be true of the summary at the end, such as completion.p95 < 300 s"`

	Comment  string    `json:"-"` // the lines above it in its file, each behind a #
	Warnings []Problem `json:"-"` // what is odd about it and no mistake
}

// Content is what is distributed: a size, a .torrent, or a file or folder.
type Content struct {
	Size    Bytes  `json:"size,omitempty" jsonschema:"how much, for content that is only a size"`
	Piece   Bytes  `json:"piece,omitempty" jsonschema:"piece length"`
	Block   Bytes  `json:"block,omitempty" jsonschema:"what is asked for at a time: 16 KiB in every real swarm; as much as a piece to exchange pieces whole"`
	Torrent string `json:"torrent,omitempty" jsonschema:"a .torrent file, for its lengths and hashes; path from the scenario file's folder"`
	Path    string `json:"path,omitempty" jsonschema:"a file or folder; path from the scenario file's folder"`
}

// Playback is how leechers watch. Nothing is watched without a rate.
type Playback struct {
	Rate   Rate     `json:"rate,omitempty" jsonschema:"content watched in a second"`
	Buffer Duration `json:"buffer,omitempty" jsonschema:"how much, in time, must be there in order before it begins, and before it goes on after a stall; 10 s unless said" zero:"says"`
}

// Tracker is how the tracker behaves and how it is connected.
type Tracker struct {
	Interval    Duration `json:"interval,omitempty" jsonschema:"between a peer's regular announces" min:"1 s"`
	MinInterval Duration `json:"min_interval,omitempty" jsonschema:"before a peer may ask for more neighbours" min:"1 s"`
	Expire      Duration `json:"expire,omitempty" jsonschema:"silence after which a peer is forgotten" min:"1 s"`
	Timeout     Duration `json:"timeout,omitempty" jsonschema:"how long a peer waits for an answer; 30 s unless said, or six times the longest latency if that is more" min:"1 s"`
	MaxPeers    int      `json:"max_peers,omitempty" jsonschema:"peers handed out at most" min:"1" max:"1000"`
	HandOut     string   `json:"hand_out,omitempty" jsonschema:"who is handed out: everyone, or only seeds" oneof:"everyone seeds"`
	Up          Rate     `json:"up,omitempty" jsonschema:"its uplink"`
	Down        Rate     `json:"down,omitempty" jsonschema:"its downlink"`
	Place       string   `json:"place,omitempty" jsonschema:"its region, where the network has regions"`
}

// Network is what lies between the hosts' links.
type Network struct {
	Transport  string       `json:"transport,omitempty" jsonschema:"how connections share the network: ideal (a fixed window, nothing is lost), tcp, or utp (LEDBAT, which yields to TCP)" oneof:"ideal tcp utp"`
	Congestion string       `json:"congestion,omitempty" jsonschema:"tcp: what decides the window" oneof:"cubic reno"`
	Latency    DurationDist `json:"latency,omitempty" jsonschema:"one-way latency of a pair of hosts: one value, or a range that pairs are spread over evenly"`
	Map        string       `json:"map,omitempty" jsonschema:"a set of regions with realistic latencies; replaces latency and regions" oneof:"world"`
	Regions    []Region     `json:"regions,omitempty" jsonschema:"regions with latencies of their own; replaces latency"`
	Jitter     Duration     `json:"jitter,omitempty" jsonschema:"tcp and utp: how much longer a packet may take, evenly spread"`
	Loss       float64      `json:"loss,omitempty" jsonschema:"tcp and utp: the chance, 0 to 0.5, that a path loses a packet" min:"0" max:"0.5"`
	Control    string       `json:"control,omitempty" jsonschema:"ideal: in-line, or express: what is not content crosses in the latency alone and costs nothing, as in simulators that know only content" oneof:"in-line express"`
	Window     Bytes        `json:"window,omitempty" jsonschema:"bytes a connection may have in flight; with tcp and utp the receive window; follows rate and latency where links are fast and long"`
	Segment    Bytes        `json:"segment,omitempty" jsonschema:"bytes a connection sends at a turn: 16 KiB is fast, 1500 B is one packet"`
	Queue      Queue        `json:"queue,omitempty" jsonschema:"tcp and utp: the queues before the links"`
	Routers    []Router     `json:"routers,omitempty" jsonschema:"tcp and utp: bottlenecks that groups share"`
}

// Queue is what waits before a link; what does not fit is lost.
type Queue struct {
	Up         Bytes    `json:"up,omitempty" jsonschema:"what the queue of an uplink holds"`
	Down       Bytes    `json:"down,omitempty" jsonschema:"what the queue of a downlink holds"`
	Time       Duration `json:"time,omitempty" jsonschema:"a queue holds at least what its link sends in that time; the longest round trip unless up, down or this is said where links are fast and long, else 0 s"`
	Discipline string   `json:"discipline,omitempty" jsonschema:"of uplinks: drop-tail, or fq-codel, which keeps flows apart and delays short" oneof:"drop-tail fq-codel"`
}

// Router is a line that the members of groups share: a campus, an ISP's transit.
type Router struct {
	Name    string   `json:"name" jsonschema:"what it is called"`
	Groups  []string `json:"groups" jsonschema:"who is behind it; among themselves they do not use it"`
	Up      Rate     `json:"up" jsonschema:"its rate out"`
	Down    Rate     `json:"down" jsonschema:"its rate in"`
	Queue   Bytes    `json:"queue,omitempty" jsonschema:"what its queue holds, each way; 1 MiB unless said"`
	Latency Duration `json:"latency,omitempty" jsonschema:"what it adds to a path, one way; 1 ms unless said"`
}

// Region is a place with its latencies to others.
type Region struct {
	Name string              `json:"name" jsonschema:"what groups call it"`
	To   map[string]Duration `json:"to" jsonschema:"one-way latency to each region, itself included; said once for a pair it is that of both ways"`
}

// Client is what a peer runs.
type Client struct {
	Profile     string      `json:"profile,omitempty" jsonschema:"a known client whose settings all others here start from"`
	Transport   string      `json:"transport,omitempty" jsonschema:"what it dials with, where the network's transport is not ideal" oneof:"tcp utp"`
	Choker      Strategy    `json:"choker,omitempty" kind:"choker" jsonschema:"who gets upload slots while downloading"`
	SeedChoker  Strategy    `json:"seed_choker,omitempty" kind:"choker" jsonschema:"who gets upload slots once complete"`
	Picker      Strategy    `json:"picker,omitempty" kind:"picker" jsonschema:"which piece comes next"`
	Rechoke     Duration    `json:"rechoke,omitempty" jsonschema:"between rounds of the choker" min:"100 ms"`
	FirstRound  Duration    `json:"first_round,omitempty" jsonschema:"from a peer's start until its first round; 0 s for any part of rechoke, drawn for each peer" zero:"says"`
	Unchoke     string      `json:"unchoke,omitempty" jsonschema:"at-once: a free slot goes to the next who is interested; on-interest: whenever a choked neighbour is interested there is a round; on-release: a slot given up is filled, all else waits for the round; at-rounds: all waits for it; at-blocks: the choker is asked after every block" oneof:"at-once on-interest on-release at-rounds at-blocks"`
	Fast        bool        `json:"fast_extension,omitempty" jsonschema:"speaks the fast extension (BEP 6): between two that do, a choke leaves requests standing until they are rejected" zero:"says"`
	OnChoke     string      `json:"on_choke,omitempty" jsonschema:"what becomes of requests: drop; keep: those of others who speak the fast extension wait until the choke is lifted; discard: ours end, and what comes all the same is thrown away" oneof:"drop keep discard"`
	Interest    string      `json:"interest,omitempty" jsonschema:"at-once: as soon as a neighbour has something; at-rounds: decided in rounds, for neighbours whose blocks need not be cancelled" oneof:"at-once at-rounds"`
	OnCancel    string      `json:"on_cancel,omitempty" jsonschema:"what becomes of a request that is cancelled, with those who speak the fast extension: drop; answer (a neighbour's is rejected); count (likewise, and ours counts until it is answered, by a neighbour that answers)" oneof:"drop answer count"`
	Requests    Strategy    `json:"requests,omitempty" kind:"requests" jsonschema:"how many requests a neighbour is kept supplied with"`
	Sharing     string      `json:"sharing,omitempty" jsonschema:"how neighbours share started pieces: strict (any goes on with the rarest), own (each goes on with its own), runs (each gets runs of whole pieces), fewest-open (the one with the fewest blocks left to ask for), rarest (started or not), as-picked (what the picker names, started or not)" oneof:"strict own runs fewest-open rarest as-picked"`
	Suggest     int         `json:"suggest,omitempty" jsonschema:"pieces that a complete peer suggests to a neighbour at a time, in turn (BEP 6); what becomes of it is up to the neighbour's picker" min:"0" max:"100" zero:"says"`
	Parole      string      `json:"parole,omitempty" jsonschema:"a piece that fails and came from several: alone (it is had again from one neighbour, so that whoever sends corrupt blocks is found out), off (it is had again from anybody; only who sent all of a bad piece is)" oneof:"alone off"`
	EndsFirst   bool        `json:"ends_first,omitempty" jsonschema:"the pieces that files begin and end with before others" zero:"says"`
	Unverified  Bytes       `json:"unverified,omitempty" jsonschema:"of missing pieces only so much is looked at: those that have blocks, then the rarest in their order; 0 B for all" zero:"says"`
	EndGame     string      `json:"end_game,omitempty" jsonschema:"once every missing block is asked for: off, one (an idle neighbour is asked for one of them too), pair (two at most are asked for a block), all (everybody is asked for any), steal (a shorter backlog takes over), busy (as one, at random, as soon as every piece is started; a neighbour for whom too few blocks are left is asked when it is idle)" oneof:"off one pair all steal busy"`
	Offer       string      `json:"offer,omitempty" jsonschema:"how a seed shows its pieces until each has gone out once: all; super-seed (one at a time to each neighbour, the next when another has it; BEP 16); never-twice (to each neighbour a piece of its own, the next when it is sent)" oneof:"all super-seed never-twice"`
	AllowedFast int         `json:"allowed_fast,omitempty" jsonschema:"pieces that a neighbour may have while choked (BEP 6)" min:"0" max:"100" zero:"says"`
	IgnoreFast  bool        `json:"ignore_allowed_fast,omitempty" jsonschema:"pieces that a neighbour would send while it chokes are not asked for" zero:"says"`
	FastTold    string      `json:"allowed_fast_told,omitempty" jsonschema:"when a neighbour hears of them, and by what they are drawn: at-once (its network), on-interest (its whole address; those it lacks, and it gets what it asked for of them through a choke)" oneof:"at-once on-interest"`
	Pulse       Duration    `json:"pulse,omitempty" jsonschema:"requests are made and messages sent so often; 0 s for whenever there is reason to" zero:"says"`
	RateTime    Duration    `json:"rate_time,omitempty" jsonschema:"how far back the rates of neighbours look that decide on slots, requests and upload.ahead_time; 0 s for an average over 20 s as in mainline" zero:"says"`
	HaveDelay   Duration    `json:"have_delay,omitempty" jsonschema:"how long the news of a piece may wait for company; needs pulse" zero:"says"`
	Refresh     Duration    `json:"refresh,omitempty" jsonschema:"a look at everything is had so often: a neighbour hears of decisions and is asked for blocks in its turn, which comes then and whenever something comes from it or has gone to it; 0 s for at once" zero:"says"`
	Upload      Upload      `json:"upload,omitempty" jsonschema:"how requests are served"`
	Snub        Duration    `json:"snub,omitempty" jsonschema:"without a block after which a neighbour counts as snubbing" min:"1 s"`
	Patience    string      `json:"patience,omitempty" jsonschema:"with a neighbour that owes blocks: fixed (all it owes is asked of others after snub), paced (the less, the faster its blocks came, snub at most; one block a second is asked of others)" oneof:"fixed paced"`
	KeepAlive   Duration    `json:"keep_alive,omitempty" jsonschema:"silence before a keep-alive" min:"1 s"`
	Idle        Duration    `json:"idle,omitempty" jsonschema:"silence before a connection is ended" min:"1 s"`
	Inactive    Duration    `json:"inactive,omitempty" jsonschema:"time with neither a request nor a block before a connection is ended, half of it where neither side is interested; needs refresh; 0 s for no such limit" zero:"says"`
	Handshake   Duration    `json:"handshake,omitempty" jsonschema:"time to answer a dial and to complete a handshake" min:"100 ms"`
	Connections Connections `json:"connections,omitempty" jsonschema:"limits on connections"`

	Misbehaviour Misbehaviour `json:"misbehaviour,omitempty" jsonschema:"what it does that no honest client does"`
}

// Misbehaviour is what a client does to the cost of others.
type Misbehaviour struct {
	Claim   float64  `json:"claim,omitempty" jsonschema:"share of the pieces that it lacks that it claims to have, 0 to 1" min:"0" max:"1"`
	Answer  string   `json:"answer,omitempty" jsonschema:"to who asks for a piece that is only claimed: nothing (unless said), reject, or garbage" oneof:"nothing reject garbage"`
	Hide    float64  `json:"hide,omitempty" jsonschema:"share of the pieces that it has that it keeps silent about, 0 to 1" min:"0" max:"1"`
	Trickle Rate     `json:"trickle,omitempty" jsonschema:"what a neighbour that it has unchoked is sent at most"`
	Insist  Duration `json:"insist,omitempty" jsonschema:"while it has fewer connections than connections.low it asks the tracker for more so often, whatever the tracker says" min:"0 s"`
}

// Upload is how requests are served. What has been handed to the network cannot
// be cancelled any more.
type Upload struct {
	Ahead     int      `json:"ahead,omitempty" jsonschema:"blocks handed over beyond what the network has taken" min:"1" max:"250"`
	AheadTime Duration `json:"ahead_time,omitempty" jsonschema:"or a time's worth of the rate to the neighbour, if that is more" zero:"says"`
	Unsent    Bytes    `json:"unsent,omitempty" jsonschema:"tcp and utp: what a send buffer takes beyond what has been sent; 0 B for the system's own measure" zero:"says"`
	Turns     bool     `json:"turns,omitempty" jsonschema:"blocks are handed over together, when the network has taken all before, and requests of ours wait for that" zero:"says"`
	Read      Duration `json:"read,omitempty" jsonschema:"from a request that comes while nothing is being sent until blocks are ready to go; 0 s for at once" zero:"says"`
	Requests  int      `json:"requests,omitempty" jsonschema:"of a neighbour that are kept; more are dropped" min:"1" max:"100000"`
	Order     string   `json:"order,omitempty" jsonschema:"fifo, or any: at random" oneof:"fifo any"`
}

// Connections limits connections.
type Connections struct {
	Initiate int  `json:"initiate,omitempty" jsonschema:"stop dialing at so many" min:"1" max:"100000"`
	Total    int  `json:"total,omitempty" jsonschema:"stop accepting at so many" min:"1" max:"100000"`
	Low      int  `json:"low,omitempty" jsonschema:"below so many ask the tracker again" min:"1" max:"100000"`
	NumWant  int  `json:"numwant,omitempty" jsonschema:"peers asked of the tracker" min:"1" max:"1000"`
	Twice    bool `json:"twice,omitempty" jsonschema:"two peers that dial each other keep both connections"`
}

// Strategy is a choker, picker or rule for requests by name, with its settings: a name alone, or
// a mapping with name and settings.
type Strategy struct {
	Name     string
	Settings any // pointer to the strategy's settings
}

// Group is a number of peers of one kind.
type Group struct {
	Name    string       `json:"name" jsonschema:"what events, tables and plots call it"`
	Count   int          `json:"count" jsonschema:"how many peers" min:"0" max:"1000000"`
	Seed    bool         `json:"seed,omitempty" jsonschema:"they have all the content from the start"`
	Link    Link         `json:"link" jsonschema:"their access links"`
	Place   string       `json:"place,omitempty" jsonschema:"their region, where the network has regions"`
	NAT     float64      `json:"nat,omitempty" jsonschema:"share that cannot be dialed, 0 to 1" min:"0" max:"1"`
	Arrival Arrival      `json:"arrival,omitempty" jsonschema:"when they come"`
	Stay    DurationDist `json:"stay,omitempty" jsonschema:"how long they stay once complete; forever is possible"`
	GiveUp  DurationDist `json:"give_up,omitempty" jsonschema:"how long they try before they leave without the content; forever is possible"`
	Crash   float64      `json:"crash,omitempty" jsonschema:"share that vanishes without a farewell when it leaves, 0 to 1" min:"0" max:"1"`
	Gives   float64      `json:"gives,omitempty" jsonschema:"copies of the content that they send, once complete, before they leave; 0 for no such limit" min:"0" max:"1000000"`
	Sybils  int          `json:"sybils,omitempty" jsonschema:"a fault: each registers so many peers at the tracker, none of which ever answers, and does nothing else" min:"0" max:"10000"`
	Corrupt float64      `json:"corrupt,omitempty" jsonschema:"a fault: the chance, 0 to 1, that a block they send is corrupt" min:"0" max:"1"`
	Client  *Client      `json:"client,omitempty" jsonschema:"what differs from the scenario's client"`
}

// Link is an access link, or a mix of links that peers draw from.
type Link struct {
	Up   RateDist  `json:"up,omitempty" jsonschema:"uplink rate, or a distribution of rates"`
	Down RateDist  `json:"down,omitempty" jsonschema:"downlink rate, or a distribution of rates"`
	Mix  []LinkMix `json:"mix,omitempty" jsonschema:"several links, each for a share of the group; replaces up and down"`
}

// LinkMix is one link of a mix.
type LinkMix struct {
	Share float64  `json:"share" jsonschema:"its share of the group; shares are relative to their sum" min:"0"`
	Up    RateDist `json:"up" jsonschema:"uplink rate"`
	Down  RateDist `json:"down" jsonschema:"downlink rate"`
}

// Arrival is when the peers of a group come.
type Arrival struct {
	Pattern string     `json:"pattern,omitempty" jsonschema:"at-once, spread (evenly over a time), poisson (at a rate), flash-crowd (at a rate that decays exponentially) or trace (from a file)" oneof:"at-once spread poisson flash-crowd trace"`
	Start   Duration   `json:"start,omitempty" jsonschema:"when the first may come"`
	Over    Duration   `json:"over,omitempty" jsonschema:"spread: the time they are spread over"`
	Rate    Frequency  `json:"rate,omitempty" jsonschema:"poisson: mean arrivals"`
	Decay   Duration   `json:"decay,omitempty" jsonschema:"flash-crowd: the time in which the rate falls to 1/e"`
	File    string     `json:"file,omitempty" jsonschema:"trace: a file with an arrival time in seconds a line; path from the scenario file's folder"`
	Times   []Duration `json:"-"` // of a trace, sorted
}

// Event is something that happens at a given time.
type Event struct {
	At     Duration `json:"at" jsonschema:"when"`
	Action string   `json:"action" jsonschema:"leave (with a farewell), crash (without), link (rates change), tracker-away, or split (a group cannot reach the others)" oneof:"leave crash link tracker-away split"`
	Group  string   `json:"group,omitempty" jsonschema:"whom it concerns"`
	Share  float64  `json:"share,omitempty" jsonschema:"share of the group's members, 0 to 1" min:"0" max:"1"`
	For    Duration `json:"for,omitempty" jsonschema:"tracker-away and split: how long"`
	Up     Rate     `json:"up,omitempty" jsonschema:"link: the new uplink rate"`
	Down   Rate     `json:"down,omitempty" jsonschema:"link: the new downlink rate"`
}

// Stop is when a run ends.
type Stop struct {
	When     string   `json:"when,omitempty" jsonschema:"done: when no leecher is left, or to come, that still downloads; deadline: at the deadline" oneof:"done deadline"`
	Deadline Duration `json:"deadline,omitempty" jsonschema:"when it ends at the latest" min:"1 s"`
}

// Record is what a run writes down.
type Record struct {
	Interval Duration `json:"interval,omitempty" jsonschema:"between rows of the time series" min:"10 ms"`
	Events   bool     `json:"events,omitempty" jsonschema:"write the event log too"`
	Pairs    bool     `json:"pairs,omitempty" jsonschema:"measure how long leechers are interested in one another"`
	Graph    string   `json:"graph,omitempty" jsonschema:"measure the graph of connections, into graph.csv: half (when half of the leechers have completed), or samples (with every row of the time series too)" oneof:"half samples"`
}

package scenario

// Network describes what connects the hosts' access links.
type Network struct {
	Transport       Transport       `json:"transport,omitempty" jsonschema:"transport protocol: ideal (a fixed window, no loss), tcp, or utp (LEDBAT, which yields to TCP)"`
	Congestion      Congestion      `json:"congestion,omitempty" jsonschema:"tcp: congestion control algorithm"`
	Latency         DurationDist    `json:"latency,omitempty" jsonschema:"one-way latency of a pair of hosts: one value, or a range over which pairs are distributed uniformly"`
	Map             RegionMap       `json:"map,omitempty" jsonschema:"a predefined set of regions with measured latencies; replaces latency and regions"`
	Regions         []Region        `json:"regions,omitempty" jsonschema:"regions with their latencies; replaces latency"`
	Jitter          Duration        `json:"jitter,omitempty" jsonschema:"tcp and utp: maximum extra delay of a packet, uniformly distributed"`
	Loss            float64         `json:"loss,omitempty" jsonschema:"tcp and utp: probability, 0 to 0.5, that a path loses a packet" min:"0" max:"0.5"`
	ControlMessages ControlMessages `json:"control_messages,omitempty" jsonschema:"ideal: in-band, or out-of-band: messages other than blocks take only the latency and no bandwidth, as in block-level simulators"`
	Window          Bytes           `json:"window,omitempty" jsonschema:"maximum bytes in flight on a connection; with tcp and utp the receive window; follows rate and latency on paths with a large bandwidth-delay product"`
	Segment         Bytes           `json:"segment,omitempty" jsonschema:"bytes a connection sends per turn: 16 KiB is fast, 1500 B is one packet"`
	Queue           Queue           `json:"queue,omitempty" jsonschema:"tcp and utp: the queues before the access links"`
	Routers         []Router        `json:"routers,omitempty" jsonschema:"tcp and utp: bottlenecks shared by groups"`
}

// Queue describes the queues before a peer's access links. What does not fit is dropped.
type Queue struct {
	Up         Bytes      `json:"up,omitempty" jsonschema:"capacity of an uplink's queue"`
	Down       Bytes      `json:"down,omitempty" jsonschema:"capacity of a downlink's queue"`
	Time       Duration   `json:"time,omitempty" jsonschema:"minimum capacity of a queue, as the time its link takes to send it; 0 s by default, or the longest round trip on paths with a large bandwidth-delay product if none of up, down and time is given"`
	Discipline Discipline `json:"discipline,omitempty" jsonschema:"queue discipline of uplinks: drop-tail, or fq-codel, which isolates flows and keeps delays short (RFC 8290)"`
}

// Router is a bottleneck that the members of some groups share, such as a campus link or
// an ISP's transit.
type Router struct {
	Name    string   `json:"name" jsonschema:"name of the router"`
	Groups  []string `json:"groups" jsonschema:"groups behind the router; traffic among them does not cross it"`
	Up      Rate     `json:"up" jsonschema:"rate from the groups to all others"`
	Down    Rate     `json:"down" jsonschema:"rate from all others to the groups"`
	Queue   Bytes    `json:"queue,omitempty" jsonschema:"queue capacity in each direction; 1 MiB by default"`
	Latency Duration `json:"latency,omitempty" jsonschema:"one-way latency the router adds to a path; 1 ms by default"`
}

// Region is a location with latencies to other regions.
type Region struct {
	Name string              `json:"name" jsonschema:"name that groups refer to"`
	To   map[string]Duration `json:"to" jsonschema:"one-way latency to each region, itself included; given once for a pair it holds in both directions"`
}

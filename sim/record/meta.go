package record

// Meta is meta.json: what depends on the machine and the wall clock instead of the scenario.
type Meta struct {
	WallS          float64 `json:"wall_s"`
	CPUS           float64 `json:"cpu_s"`
	BlocksPerCPUS  float64 `json:"blocks_per_cpu_s"`
	EventsPerBlock float64 `json:"events_per_block"`
	PeakRSSBytes   int64   `json:"peak_rss_bytes"`
	Workers        int     `json:"workers"`
	Version        string  `json:"version"`
	GoVersion      string  `json:"go_version"`

	Testbed *Testbed `json:"testbed,omitempty"` // of a measured run
}

// Testbed describes with what a run was measured, and whether its emulated network kept time.
type Testbed struct {
	Clients    []TestbedClient `json:"clients"`
	Kernel     string          `json:"kernel"`
	Congestion string          `json:"congestion"` // congestion control of TCP
	RealTime   bool            `json:"real_time"`  // the emulator had real-time priority

	Packets      int64   `json:"packets"`      // that the emulator delivered
	UpDrops      int64   `json:"up_drops"`     // packets that the uplinks' queues dropped
	DownDrops    int64   `json:"down_drops"`   // packets that the downlinks' queues dropped
	LatePackets  int64   `json:"late_packets"` // of those delivered, the ones more than 1 ms late
	LateMeanS    Seconds `json:"late_mean_s"`
	LateMaxS     Seconds `json:"late_max_s"`
	EmulatorCPUS float64 `json:"emulator_cpu_s"`
}

// TestbedClient is a client of a measured run.
type TestbedClient struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Peers   int    `json:"peers"`
}

// WriteMeta writes meta.json.
func WriteMeta(create Create, m *Meta) error { return writeJSON(create, MetaFile, m) }

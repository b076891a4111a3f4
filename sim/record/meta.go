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
}

// WriteMeta writes meta.json.
func WriteMeta(create Create, m *Meta) error { return writeJSON(create, MetaFile, m) }

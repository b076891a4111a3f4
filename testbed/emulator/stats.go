package emulator

import "time"

// Traffic is what a host has sent and received, in IP bytes and packets.
type Traffic struct {
	SentBytes       int64 `json:"sent_bytes"` // that left by the uplink
	ReceivedBytes   int64 `json:"received_bytes"`
	SentPackets     int64 `json:"sent_packets"`
	ReceivedPackets int64 `json:"received_packets"`
	UpDrops         int64 `json:"up_drops"` // packets that the uplink's queue dropped
	DownDrops       int64 `json:"down_drops"`
	Lost            int64 `json:"lost"` // packets that the path lost
}

// Lateness is how late packets were handed over, compared with the time at which the emulated
// network would have.
type Lateness struct {
	Packets int64         `json:"packets"`
	Mean    time.Duration `json:"mean"`
	Max     time.Duration `json:"max"`
	Above   int64         `json:"above"` // packets that were more than a millisecond late
}

// lateLimit: a packet that is later than this counts as late.
const lateLimit = time.Millisecond

// Stats is what an emulator has counted so far.
type Stats struct {
	Hosts       []Traffic     `json:"hosts"` // in the order of Config.Hosts
	Lateness    Lateness      `json:"lateness"`
	RealTime    bool          `json:"real_time"`    // the thread has real-time priority
	WriteErrors int64         `json:"write_errors"` // packets that a host's device did not take
	CPU         time.Duration `json:"cpu"`          // processor time of the thread
}

package emulator

import (
	"errors"
	"fmt"
	"net/netip"
	"time"
)

// Config describes the hosts and the paths between them.
type Config struct {
	Hosts []Host
	// Latency is the one-way latency between two hosts, by their indices.
	Latency func(from, to int) time.Duration
	Jitter  time.Duration // most extra latency of a packet, uniformly distributed; packets keep their order
	Loss    float64       // probability that a path loses a packet
	Seed    uint64        // of jitter and loss
}

// Host is a host with its access link.
type Host struct {
	Addr      netip.Addr `json:"addr"`
	FD        int        `json:"-"`  // where its packets are read and written
	Up        int64      `json:"up"` // bytes per second, 0 for no limit
	Down      int64      `json:"down"`
	UpQueue   int64      `json:"up_queue"` // bytes, 0 for no limit
	DownQueue int64      `json:"down_queue"`
	FQCoDel   bool       `json:"fq_codel"` // instead of drop-tail at the uplink (RFC 8290)
}

func (c *Config) check() error {
	if c.Latency == nil {
		return errors.New("emulator: no latency is given")
	}
	if c.Loss < 0 || c.Loss >= 1 || c.Jitter < 0 {
		return fmt.Errorf("emulator: a loss of %v and a jitter of %v are out of range", c.Loss, c.Jitter)
	}
	seen := map[netip.Addr]bool{}
	for i, h := range c.Hosts {
		if !h.Addr.Is4() || seen[h.Addr] {
			return fmt.Errorf("emulator: host %d has the address %v; each needs an IPv4 address of its own", i, h.Addr)
		}
		if h.Up < 0 || h.Down < 0 || h.UpQueue < 0 || h.DownQueue < 0 {
			return fmt.Errorf("emulator: host %d has a negative rate or queue", i)
		}
		seen[h.Addr] = true
	}
	return nil
}

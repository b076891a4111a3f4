package sim

import (
	"io/fs"
	"time"

	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Effort estimates what a run of the scenario costs, in deliveries of messages. It serves to
// divide runs among machines: only ratios of efforts mean something. It depends on the scenario
// alone, so that every machine computes the same.
func Effort(s *scenario.Scenario, files fs.FS, dir string) (int64, error) {
	c, err := content.Open(s, files, dir)
	if err != nil {
		return 0, err
	}
	peers := s.Peers()
	block := max(1, int64(s.Content.Block))
	blocks, pieces := (c.Torrent.Length+block-1)/block, int64(c.Torrent.Pieces())
	perBlock := int64(effortPerBlock)
	if s.Network.Transport != scenario.TransportIdeal {
		perBlock += block / bytesPerUnit
	}
	total := int64(effortPerRun)
	for i := range s.Groups {
		g := &s.Groups[i]
		neighbours := int64(min(clientOf(s, g).Connections.Max, peers))
		each := neighbours * effortPerConn
		if s.Stop.When == scenario.StopDeadline {
			each += neighbours * int64(s.Stop.Deadline.Std()/effortRound)
		}
		if !g.Seed {
			each += blocks*perBlock + pieces*neighbours // a HAVE to each neighbour
		}
		total += int64(g.Count) * each
	}
	return min(total, maxEffort), nil
}

// The weights were fitted to the CPU time of 32 scenarios of 6 to 401 peers, 1 to 64 MiB, ideal and tcp,
// whose runs took 2 ms to 7 s: a unit is 0.23 us, and within a factor of two for all but the shortest runs.
const (
	effortPerRun   = 1000
	effortPerBlock = 4 // a request, the block, its acknowledgement and what the receiver does with it
	effortPerConn  = 30
	effortRound    = 10 * time.Second // between two decisions of a choker
	bytesPerUnit   = 3000             // two packets cost about as much as a message
	maxEffort      = 1 << 42          // so that a million runs can be added up
)

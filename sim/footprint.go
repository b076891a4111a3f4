package sim

import (
	"io/fs"

	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Footprint estimates the memory that a run of the scenario takes if all its peers are present at
// once, in bytes. Paths in the scenario are relative to dir in files. A command may refuse a run
// that does not fit, or ask for huge pages (package hugepages); Run does neither.
func Footprint(s *scenario.Scenario, files fs.FS, dir string) (int64, error) {
	c, err := content.Open(s, files, dir)
	if err != nil {
		return 0, err
	}
	peers := s.Peers()
	pieces := int64(c.Torrent.Pieces())
	perConn := bytesPerConn + pieces/8 // a bit for each piece of the neighbour
	if s.Network.Transport != scenario.TransportIdeal {
		perConn += bytesPerFlow
	}
	bytes := int64(bytesPerRun)
	for i := range s.Groups {
		g := &s.Groups[i]
		perPeer := bytesPerPeer + pieces*bytesPerPiece
		perPeer += perConn * int64(min(clientOf(s, g).Connections.Max, peers))
		if s.Payload == scenario.PayloadReal {
			perPeer += c.Torrent.Length
		}
		bytes += int64(g.Count) * perPeer
	}
	return bytes, nil
}

// Measured with cmd/bench, including what the heap reserves for its next growth. See docs/speed.md.
const (
	bytesPerRun   = 8 << 20
	bytesPerPeer  = 16 << 10
	bytesPerConn  = 2 << 10
	bytesPerFlow  = 1200
	bytesPerPiece = 10
)

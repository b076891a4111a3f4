package sim

import (
	"io/fs"

	"swarmsim/sim/content"
	"swarmsim/sim/scenario"
)

// Footprint is about how much memory a scenario's run takes, in bytes, if all its
// peers are there at once. Paths start from dir in files.
func Footprint(s *scenario.Scenario, files fs.FS, dir string) (int64, error) {
	c, err := content.Open(s, files, dir)
	if err != nil {
		return 0, err
	}
	bytes := footprint(s, c.Torrent.Pieces())
	if s.Payload == "real" {
		for i := range s.Groups {
			bytes += int64(s.Groups[i].Count) * c.Torrent.Length
		}
	}
	return bytes, nil
}

// footprint is about what a run takes, in bytes: a client with its connections, a bit for
// each piece on each of them, and what it keeps of its own pieces. See docs/speed.md.
func footprint(s *scenario.Scenario, pieces int) int64 {
	peers := 0
	for i := range s.Groups {
		peers += s.Groups[i].Count
	}
	perConn := int64(bytesPerConn + pieces/8)
	if s.Network.Transport != "ideal" {
		perConn += bytesPerFlow
	}
	bytes := int64(bytesOfRun)
	for i := range s.Groups {
		g := &s.Groups[i]
		conns := int64(min(clientOf(s, g).Connections.Total, peers))
		bytes += int64(g.Count) * (bytesPerPeer + int64(pieces)*bytesPerPiece + conns*perConn)
	}
	return bytes
}

// Measured with cmd/bench; with what the heap keeps for its next growth.
const (
	bytesOfRun    = 8 << 20
	bytesPerPeer  = 16 << 10
	bytesPerConn  = 2 << 10
	bytesPerFlow  = 1200
	bytesPerPiece = 10
)

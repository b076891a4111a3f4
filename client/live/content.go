package live

import (
	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// layoutOf returns how the state machine sees a torrent.
func layoutOf(m *torrent.Meta) *client.Torrent {
	t := &client.Torrent{
		InfoHash: m.InfoHash,
		Layout:   pieces.Layout{Length: m.Length, PieceLength: m.PieceLength},
		Files:    m.Lengths(),
		Private:  m.Private,
	}
	if m.Version == torrent.Hybrid {
		t.SecondHash = m.Truncated()
	}
	if m.Version == torrent.V2 {
		for piece := range m.Pieces() {
			t.Sizes = append(t.Sizes, uint32(m.PieceSize(piece)))
		}
	}
	return t
}

package content

import (
	"fmt"
	"io/fs"

	"swarmsim/bounded"
	"swarmsim/client"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// parseTorrent reads the torrent file at name. Errors call it by its name in the scenario, shown.
func (c *Content) parseTorrent(files fs.FS, name, shown string) error {
	text, err := bounded.ReadFile(files, name, torrent.MaxFile)
	if err != nil {
		return fmt.Errorf("cannot read %q: %w", shown, err)
	}
	m, err := torrent.Parse(text)
	if err != nil {
		return fmt.Errorf("%q %w", shown, err)
	}
	if m.Trailing > 0 {
		warning := fmt.Sprintf("%q goes on for %d bytes after its end; they are left out", shown, m.Trailing)
		c.Warnings = append(c.Warnings, warning)
	}
	for _, w := range m.Warnings {
		c.Warnings = append(c.Warnings, fmt.Sprintf("%q: %s", shown, w))
	}
	c.Torrent = client.Torrent{
		InfoHash: m.InfoHash,
		Layout:   pieces.Layout{Length: m.Length, PieceLength: m.PieceLength},
		Files:    m.Lengths(),
		Private:  m.Private,
	}
	c.hashes = m.Hashes
	return nil
}

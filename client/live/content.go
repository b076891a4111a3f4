package live

import (
	"fmt"
	"strings"

	"swarmsim/client"
	"swarmsim/client/live/storage"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// layoutOf returns how the state machine sees a torrent.
func layoutOf(m *torrent.Meta) *client.Torrent {
	return &client.Torrent{
		InfoHash: m.InfoHash,
		Layout:   pieces.Layout{Length: m.Length, PieceLength: m.PieceLength},
		Files:    m.Lengths(),
	}
}

// contentOf returns how the storage sees a torrent.
func contentOf(m *torrent.Meta) storage.Content {
	c := storage.Content{
		ID: fmt.Sprintf("%x", m.InfoHash), PieceLength: m.PieceLength, Length: m.Length,
		NewHash: func() storage.PieceHash { return pieceHash{m.NewHasher()} },
	}
	for i := range m.Files {
		f := &m.Files[i]
		file := storage.File{
			Path: pathOf(m, f.Path), Offset: f.Offset, Length: f.Length,
			Padding: f.Padding(), Executable: f.Attr.Has(torrent.Executable),
		}
		if f.Attr.Has(torrent.Symlink) {
			file.Symlink = pathOf(m, f.Symlink)
		}
		c.Files = append(c.Files, file)
	}
	return c
}

// pathOf returns the components of a file's path in the download folder: the files of a torrent
// with several are in a folder with its name.
func pathOf(m *torrent.Meta, path string) []string {
	parts := strings.Split(path, "/")
	if m.Single {
		return parts
	}
	return append([]string{m.Name}, parts...)
}

// pieceHash verifies pieces for the storage.
type pieceHash struct{ *torrent.Hasher }

func (h pieceHash) Good() bool { return h.Check() == nil }

package torrent

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"swarmsim/torrent/bencode"
)

// Limits. The lengths are in bytes.
const (
	// MaxFile is the largest torrent file: it has room for the hashes of 1.6 million pieces, and is
	// three times as large as libtorrent's default limit.
	MaxFile = 32 << 20

	MaxLength      = 1 << 44 // of the content: 16 TiB
	MinPieceLength = 1 << 10
	MaxPieceLength = 1 << 30
	MaxFiles       = 1 << 20 // number of files
	maxPathDepth   = 128     // folders in a path
)

// Parse reads the contents of a torrent file, with the path rules of this system. The text of an
// error completes the sentence "the file ...", for example "is not a torrent file: it has no info
// dictionary".
func Parse(text []byte) (*Meta, error) { return NativePaths().Parse(text) }

// ParseInfo reads an info dictionary, which a client that has only a magnet link receives from its
// peers (BEP 9), with the path rules of this system. The piece layers of files of version 2 are
// missing; see SetLayer. The caller compares the info hash with the magnet link's.
func ParseInfo(info []byte) (*Meta, error) { return NativePaths().ParseInfo(info) }

// Parse is the function Parse with these path rules.
func (p Paths) Parse(text []byte) (*Meta, error) {
	if len(text) > MaxFile {
		return nil, fmt.Errorf("has %d bytes; at most %d are read", len(text), MaxFile)
	}
	if len(text) == 0 || text[0] != 'd' {
		return nil, errors.New("is not a torrent file: it does not begin with a bencoded dictionary")
	}
	m := &Meta{}
	info, layers, end, err := m.readOuter(bytes.Clone(text))
	if err != nil {
		return nil, fmt.Errorf("is not a torrent file: it %w", err)
	}
	m.Trailing = len(text) - end
	if len(info) == 0 {
		return nil, errors.New("is not a torrent file: it has no info dictionary")
	}
	if err := p.readInfo(m, info); err != nil {
		return nil, err
	}
	if !m.Single {
		endWithSlash(m.WebSeeds)
	}
	return m, m.readLayers(layers)
}

// endWithSlash adds the slash that the web seeds of a torrent with a folder must have (BEP 19), and
// that many torrents lack.
func endWithSlash(seeds []string) {
	for i, seed := range seeds {
		if !strings.HasSuffix(seed, "/") && !strings.Contains(seed, "?") {
			seeds[i] = seed + "/"
		}
	}
}

// ParseInfo is the function ParseInfo with these path rules.
func (p Paths) ParseInfo(info []byte) (*Meta, error) {
	if len(info) > MaxFile {
		return nil, fmt.Errorf("has %d bytes; at most %d are read", len(info), MaxFile)
	}
	m := &Meta{}
	info = bytes.Clone(info)
	r := bencode.NewReader(info)
	if err := r.Skip(); err != nil {
		return nil, fmt.Errorf("has an info dictionary that %w", err)
	}
	if r.Offset() != len(info) {
		return nil, fmt.Errorf("has an info dictionary that goes on for %d bytes after its end", len(info)-r.Offset())
	}
	return m, p.readInfo(m, info)
}

// setHashes sets the info hashes of Info.
func (m *Meta) setHashes() {
	m.InfoHashV1, m.InfoHashV2 = [20]byte{}, [32]byte{}
	if m.Version.HasV2() {
		m.InfoHashV2 = sha256.Sum256(m.Info)
		m.InfoHash = m.Truncated()
	}
	if m.Version.HasV1() {
		m.InfoHashV1 = sha1.Sum(m.Info)
		m.InfoHash = m.InfoHashV1
	}
}

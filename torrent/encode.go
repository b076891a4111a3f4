package torrent

import (
	"fmt"
	"maps"
	"slices"

	"swarmsim/torrent/bencode"
)

// Encode returns the contents of a torrent file. Info is written byte for byte, so that the info
// hashes stay, and keys that have no field in Meta are kept. Piece layers
// that are not known are left out. It is an error if the file would be larger than Parse reads.
func (m *Meta) Encode() ([]byte, error) {
	f := bencode.Fields{}
	maps.Copy(f, m.extra)
	f["info"] = m.Info
	m.encodeTrackers(f)
	seeds := slices.Clone(m.WebSeeds)
	if !m.Single {
		endWithSlash(seeds)
	}
	setStrings(f, "url-list", seeds)
	setStrings(f, "httpseeds", m.HTTPSeeds)
	if err := m.encodeNodes(f); err != nil {
		return nil, err
	}
	setString(f, "comment", m.Comment)
	setString(f, "created by", m.CreatedBy)
	setString(f, "encoding", m.Encoding)
	if !m.CreationDate.IsZero() {
		f["creation date"] = bencode.AppendInt(nil, m.CreationDate.Unix())
	}
	m.encodeLayers(f)
	out := f.Append(nil)
	if len(out) > MaxFile {
		return nil, fmt.Errorf("the torrent file has %d bytes; at most %d are read: make the pieces longer", len(out), MaxFile)
	}
	return out, nil
}

// encodeTrackers writes the first tracker for clients that do not know BEP 12, and the tiers where
// there is more than one tracker.
func (m *Meta) encodeTrackers(f bencode.Fields) {
	n := 0
	var first string
	tiers := []byte{'l'}
	for _, tier := range m.Trackers {
		if len(tier) == 0 {
			continue
		}
		if n == 0 {
			first = tier[0]
		}
		n += len(tier)
		tiers = bencode.AppendStrings(tiers, tier)
	}
	setString(f, "announce", first)
	if n > 1 {
		f["announce-list"] = append(tiers, 'e')
	}
}

func (m *Meta) encodeNodes(f bencode.Fields) error {
	if len(m.Nodes) == 0 {
		return nil
	}
	out := []byte{'l'}
	for _, node := range m.Nodes {
		host, port, ok := splitHostPort(node)
		if !ok {
			return fmt.Errorf("the DHT node %q is not a host and a port, such as router.example.org:6881", node)
		}
		out = append(out, 'l')
		out = bencode.AppendString(out, host)
		out = bencode.AppendInt(out, int64(port))
		out = append(out, 'e')
	}
	f["nodes"] = append(out, 'e')
	return nil
}

func (m *Meta) encodeLayers(f bencode.Fields) {
	if !m.Version.HasV2() {
		return
	}
	layers := bencode.Fields{}
	for i := range m.Files {
		file := &m.Files[i]
		if file.Padding() || file.Length <= m.PieceLength {
			continue
		}
		if layer := m.Layer(i); layer != nil {
			layers[string(file.Root[:])] = bencode.AppendString(nil, layer)
		}
	}
	// libtorrent writes the key for torrents without layers too.
	f["piece layers"] = layers.Append(nil)
}

func setString(f bencode.Fields, key, value string) {
	if value != "" {
		f[key] = bencode.AppendString(nil, value)
	}
}

// setStrings writes a single URL as a string, which old clients expect (BEP 19).
func setStrings(f bencode.Fields, key string, list []string) {
	switch len(list) {
	case 0:
	case 1:
		f[key] = bencode.AppendString(nil, list[0])
	default:
		f[key] = bencode.AppendStrings(nil, list)
	}
}

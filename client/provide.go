package client

import (
	"time"

	"swarmsim/client/extension"
)

// The info dictionary for peers that know its hash alone, from a magnet link (BEP 9). Package metadata
// has the other side.

// A neighbour may request the dictionary this often at once, and this much more as time passes.
// Those of real torrents have up to a few hundred pieces.
const (
	metadataCopies   = 2
	metadataSlack    = 16
	metadataInterval = 100 * time.Millisecond
)

// servesMetadata reports whether neighbours may request the info dictionary. As in libtorrent
// (ut_metadata.cpp: create_ut_metadata_plugin), that of a private torrent is not given away.
func (p *Peer) servesMetadata() bool {
	return p.settings.Extensions.Enabled && len(p.cfg.Info) > 0 && !p.torrent.Private
}

// onMetadata handles a message of ut_metadata: a request is answered by the piece, or by a reject
// (BEP 9).
func (p *Peer) onMetadata(id ConnID, data []byte) bool {
	var m extension.MetadataMessage
	if m.Decode(data) != nil {
		return false
	}
	x, info := p.conns[id].cold.extension, p.cfg.Info
	if m.Type != extension.MetadataRequest || !p.supports(x, extension.Metadata) {
		return true
	}
	count := (len(info) + extension.MetadataPiece - 1) / extension.MetadataPiece
	answer := extension.MetadataMessage{Type: extension.MetadataReject, Piece: m.Piece}
	if int64(m.Piece) < int64(count) && x.requests.take(p.now, metadataInterval, metadataCopies*count+metadataSlack) {
		begin := int(m.Piece) * extension.MetadataPiece
		answer.Type, answer.TotalSize = extension.MetadataData, int64(len(info))
		answer.Data = info[begin:min(begin+extension.MetadataPiece, len(info))]
	}
	p.sendExtended(id, extension.Metadata, answer.Append)
	return true
}

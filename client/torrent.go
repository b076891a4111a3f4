package client

import "swarmsim/client/pieces"

// BlockSize is the length of a request in every common client: 16 KiB.
const BlockSize = pieces.BlockSize

// Torrent identifies the content and says how it is divided into pieces and blocks.
type Torrent struct {
	InfoHash [20]byte
	pieces.Layout

	// SecondHash is the other info hash of a hybrid, which is in two swarms (BEP 52): connections with
	// either are accepted. Zero for none.
	SecondHash [20]byte

	Private bool    // its peers come from its tracker alone (BEP 27)
	Files   []int64 // length of each file in bytes, in their order; nil for a single file
}

// isNamed reports whether an info hash in a handshake is one of the torrent's.
func (t *Torrent) isNamed(hash []byte) bool {
	return [20]byte(hash) == t.InfoHash || t.SecondHash != [20]byte{} && [20]byte(hash) == t.SecondHash
}

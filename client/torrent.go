package client

import "swarmsim/client/pieces"

// BlockSize is the length of a request in every common client: 16 KiB.
const BlockSize = pieces.BlockSize

// Torrent identifies the content and says how it is divided into pieces and blocks.
type Torrent struct {
	InfoHash [20]byte
	pieces.Layout

	Private bool    // its peers come from its tracker alone (BEP 27)
	Files   []int64 // length of each file in bytes, in their order; nil for a single file
}

package record

// Waiting is what the leechers that had not completed were waiting for at the
// deadline: each is counted once, by what was nearest to a block.
type Waiting struct {
	Leechers        int      `json:"leechers"`
	Blocks          int      `json:"blocks"`             // had asked for some
	Requests        int      `json:"requests"`           // had a neighbour that would have sent what they lacked, and no request outstanding
	Unchoke         int      `json:"unchoke"`            // were choked by all neighbours that had what they lacked
	Pieces          int      `json:"pieces"`             // had neighbours, none of which showed what they lacked
	Neighbours      int      `json:"neighbours"`         // knew of others and were connected to nobody
	Addresses       int      `json:"addresses"`          // knew of nobody
	RateBytesPerSec Ratio    `json:"rate_bytes_per_sec"` // what came to all of them, over 20 s
	LastBlockS      *Seconds `json:"last_block_s"`       // when the last block came to one of them; null if none did
}

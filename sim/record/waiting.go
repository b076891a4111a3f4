package record

// Waiting counts the leechers that had not completed at the deadline by what they waited for. Each
// is counted once, by the last condition of a download that it met.
type Waiting struct {
	Leechers        int      `json:"leechers"`
	Blocks          int      `json:"blocks"`             // had requests outstanding
	Requests        int      `json:"requests"`           // could have requested a piece they lacked, and had not
	Unchoke         int      `json:"unchoke"`            // were choked by all neighbours that had a piece they lacked
	Pieces          int      `json:"pieces"`             // had neighbours, none of which had announced a piece they lacked
	Neighbours      int      `json:"neighbours"`         // knew addresses of peers, and had no connection
	Addresses       int      `json:"addresses"`          // knew no address of a peer
	RateBytesPerSec Ratio    `json:"rate_bytes_per_sec"` // the download rate of all of them, over 20 s
	LastBlockS      *Seconds `json:"last_block_s"`       // when a block last arrived at one of them; null if none did
}

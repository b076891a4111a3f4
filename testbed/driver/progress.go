package driver

import "time"

// Progress is a client's latest report. What a client does not report is 0.
type Progress struct {
	At          time.Time `json:"-"`          // when it arrived
	Have        int64     `json:"have"`       // bytes of the content that are verified
	Size        int64     `json:"size"`       // bytes of the content; 0 until a magnet link has its metadata
	Uploaded    int64     `json:"uploaded"`   // bytes of content sent
	Downloaded  int64     `json:"downloaded"` // bytes of content received, wasted ones included
	Wasted      int64     `json:"wasted"`     // bytes received that were a duplicate or failed their hash
	Connections int       `json:"connections"`
	Complete    bool      `json:"complete"`
	Pieces      []byte    `json:"pieces"` // verified pieces, the first in the highest bit (BEP 3: bitfield); nil if not reported
	Error       string    `json:"error,omitempty"`
}

// HasPiece reports whether a piece is verified.
func (p *Progress) HasPiece(i int) bool {
	return i/8 < len(p.Pieces) && p.Pieces[i/8]&(0x80>>(i%8)) != 0
}

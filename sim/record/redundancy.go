package record

// Redundancy is the traffic without use for each block or byte of use. A block is of use if it
// arrived and was kept.
type Redundancy struct {
	Duplicate Ratio `json:"duplicate"` // blocks that the receiver had already or no longer needed
	Discarded Ratio `json:"discarded"` // blocks of pieces that failed their hash check
	Control   Ratio `json:"control"`   // bytes on the links that are not content
	Total     Ratio `json:"total"`
}

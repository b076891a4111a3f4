package client

import "time"

// Counters are what a peer has done so far.
type Counters struct {
	Duplicate    int64         // received blocks that had been received before
	Unwanted     int64         // received blocks that were not requested and not stored
	FailedPieces int64         // pieces whose hash did not match
	FailedBlocks int64         // blocks of those pieces
	Banned       int64         // neighbours banned for corrupt blocks
	FirstPiece   time.Duration // when the first piece was verified; 0 before
	Finished     time.Duration // when the last piece was verified; 0 before, and for a peer that was complete from the start
	BlocksSent   int64         // that the network has taken
	BytesSent    int64         // in them
	Blocks       int64         // received blocks that were stored, also those that turned out to be corrupt
	Bytes        int64         // in them
}

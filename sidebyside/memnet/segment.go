package memnet

import "time"

// Packets of 1,500 bytes carry 1,448 bytes of the stream and 52 bytes of TCP/IP headers, as in
// sim/netem.
const (
	maxPayload = 1448
	headers    = 52
)

// segment is a part of a stream on its way to the receiver.
type segment struct {
	to      *conn
	data    []byte // from Network.buffer
	read    int    // bytes of data that the receiver has read
	fin     bool   // the sender has closed the connection
	arrives time.Time
}

// wireBytes returns the bytes that the segment takes on a link, headers included.
func (s *segment) wireBytes() int64 {
	packets := max(1, (len(s.data)+maxPayload-1)/maxPayload)
	return int64(len(s.data) + packets*headers)
}

// serialization returns how long a link of the given rate takes to send the segment.
func (s *segment) serialization(bytesPerSec int64) time.Duration {
	return time.Duration(s.wireBytes() * int64(time.Second) / bytesPerSec)
}

// buffer returns a copy of p in a reused buffer. A new allocation for every segment would add a cost to
// the full client that swarmsim's links do not have.
func (n *Network) buffer(p []byte) []byte {
	if len(n.spare) == 0 {
		return append(make([]byte, 0, n.Segment), p...)
	}
	last := len(n.spare) - 1
	b := n.spare[last]
	n.spare = n.spare[:last]
	return append(b[:0], p...)
}

// recycle makes a segment's buffer available for reuse.
func (n *Network) recycle(s segment) {
	if cap(s.data) > 0 {
		n.spare = append(n.spare, s.data)
	}
}

package memnet

import "time"

// What TCP/IP adds: packets of 1,500 bytes carry 1,448 of the stream, as in
// sim/netem.
const (
	maxPayload = 1448
	headers    = 52
)

// segment is a part of a stream on its way.
type segment struct {
	to      *conn
	data    []byte // in a buffer of Network.buffer
	read    int    // bytes of data that the receiver has taken
	fin     bool   // the sender has hung up
	arrives time.Time
}

// wire is what it takes on a link, in bytes.
func (s *segment) wire() int64 {
	packets := max(1, (len(s.data)+maxPayload-1)/maxPayload)
	return int64(len(s.data) + packets*headers)
}

// serialization is how long a link of a rate is busy with the segment.
func (s *segment) serialization(bytesPerSec int64) time.Duration {
	return time.Duration(s.wire() * int64(time.Second) / bytesPerSec)
}

// buffer copies bytes into a buffer that goes round: a fresh one for every
// segment would be a cost of these links that a simulated client's do not have.
func (n *Network) buffer(p []byte) []byte {
	if len(n.spare) == 0 {
		return append(make([]byte, 0, n.Segment), p...)
	}
	last := len(n.spare) - 1
	b := n.spare[last]
	n.spare = n.spare[:last]
	return append(b[:0], p...)
}

// recycle takes a segment's buffer back.
func (n *Network) recycle(s segment) {
	if cap(s.data) > 0 {
		n.spare = append(n.spare, s.data)
	}
}

package stack

import "swarmsim/sim/netem/packet"

// MaxNotify is the most messages with NotifySent in a segment.
const MaxNotify = 8

// slowUplink is the rate in bytes per second below which segments are single packets: at
// 1 kB/s all other connections would wait 16 s for a segment of 16 KiB.
const slowUplink = 4096

// SegmentLimit is how many stream bytes a segment has at most.
func (s *Stack) SegmentLimit() uint32 {
	if s.UpRate < slowUplink {
		return packet.MaxSegment
	}
	return s.Net.Segment
}

// SegmentSize is how many stream bytes the next segment of a connection has: as many whole
// messages as fit, of which the last may exceed the limit by 1/64, so that a block and its
// header are one segment of 16 KiB; a part of the first message if that is larger. Unless
// pastLimit, no message is added once the limit is reached.
func (s *Stack) SegmentSize(c *Conn, pastLimit bool) uint32 {
	limit := s.SegmentLimit()
	most := limit
	if limit > packet.MaxSegment {
		most += limit / 64
	}
	size, notify := uint32(0), 0
	for n := c.Head; n != 0; n = s.Nodes[n].Next {
		m := &s.Nodes[n].Message
		left := m.Bytes
		if n == c.Head {
			left -= c.HeadSent
		}
		if m.NotifySent {
			if notify++; notify > MaxNotify {
				break
			}
		}
		if size+left > most {
			if size == 0 || limit <= packet.MaxSegment {
				size = limit
			}
			break
		}
		if size += left; size >= limit && !pastLimit {
			break
		}
	}
	return size
}

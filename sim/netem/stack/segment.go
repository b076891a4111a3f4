package stack

import "swarmsim/sim/netem/packet"

// maxNotify is the most messages with NotifySent in a segment, so that App.Sent is called for a few
// at a time where blocks are small. Of blocks of 2 KiB or more no segment has more.
const maxNotify = 8

// slowUplink is the rate in bytes per second below which segments are single packets: at 4 kB/s all
// other connections would already wait 4 s for a segment of 16 KiB.
const slowUplink = 4096

// SegmentLimit is the nominal size of a segment in stream bytes. SegmentSize may exceed it by 1/64.
func (s *Stack) SegmentLimit() uint32 {
	if s.UpRate < slowUplink {
		return packet.MSS
	}
	return s.Net.Segment
}

// SegmentSize is how many stream bytes the next segment of a connection has.
//
// A segment larger than a packet has as many whole messages as fit, at most maxNotify of them with
// NotifySent. It may exceed the limit by 1/64, so that a block and its header are one segment of
// 16 KiB. If the first message is larger, it has a part of that. A segment of one packet is filled,
// with a part of the last message if need be.
//
// pastLimit says whether messages are added to a segment that has reached its limit, as far as that
// 1/64 has room for them.
func (s *Stack) SegmentSize(c *Conn, pastLimit bool) uint32 {
	limit := s.SegmentLimit()
	most := limit
	if limit > packet.MSS {
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
			if notify++; notify > maxNotify {
				break
			}
		}
		if size+left > most {
			if size == 0 || limit <= packet.MSS {
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

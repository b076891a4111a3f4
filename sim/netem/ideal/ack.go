package ideal

import (
	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// ackEvery is how many received stream bytes call for an acknowledgement of their own:
// every second full packet (RFC 5681, section 4.2).
const ackEvery = 2 * packet.MSS

// maxAcks bounds the acknowledgement packets that one packet stands for.
const maxAcks = 600

// oweAck notes received stream bytes: a full packet calls for half an acknowledgement, a
// smaller one for a whole one, which the timer of delayed acknowledgements would send.
func oweAck(c *stack.Conn, stream uint32) {
	c.UnackedBytes += stream
	if stream >= packet.MSS {
		c.HalfAcks += packet.Packets(stream)
	} else {
		c.HalfAcks += 2
	}
}

// takeAck returns the acknowledgement that is due, and the wire bytes of acknowledgements
// beyond the packets that carry it.
func takeAck(c *stack.Conn, packets uint32) (ack, wire uint32) {
	ack = c.UnackedBytes
	if acks := (c.HalfAcks + 1) / 2; acks > packets {
		wire = packet.Headers * min(acks-packets, maxAcks)
	}
	c.UnackedBytes, c.HalfAcks, c.AckDue = 0, 0, false
	return ack, wire
}

package ideal

import (
	"testing"

	"swarmsim/sim/netem/packet"
	"swarmsim/sim/netem/stack"
)

// RFC 5681, section 4.2: every second full packet is acknowledged; a small one by the timer
// of delayed acknowledgements. Packets that are sent anyway carry acknowledgements.
func TestAcknowledgementsTakeTheirBytes(t *testing.T) {
	for _, c := range []struct {
		received []uint32
		packets  uint32 // that carry acknowledgements
		want     uint32 // wire bytes beyond them
	}{
		{[]uint32{16 << 10}, 0, 6 * packet.Headers},
		{[]uint32{16 << 10}, 1, 5 * packet.Headers},
		{[]uint32{16 << 10}, 12, 0},
		{[]uint32{17, 17}, 0, 2 * packet.Headers},
	} {
		var conn stack.Conn
		sum := uint32(0)
		for _, n := range c.received {
			oweAck(&conn, n)
			sum += n
		}
		if ack, wire := takeAck(&conn, c.packets); ack != sum || wire != c.want {
			t.Errorf("%v received, %d packets to send: %d bytes acknowledged with %d bytes; want %d with %d",
				c.received, c.packets, ack, wire, sum, c.want)
		}
		if ack, wire := takeAck(&conn, 0); ack != 0 || wire != 0 {
			t.Errorf("%v received: %d bytes are acknowledged twice", c.received, ack)
		}
	}
}

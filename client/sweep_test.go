package client

import (
	"testing"
	"time"
)

// BEP 3: "keepalives are generally sent once every two minutes". A connection on which nothing is
// received is closed.
func TestKeepAliveAndIdleTimeout(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.connect(0, 8)
	s.expect(without(s.advance(119*time.Second), "announce"), "")
	s.expect(without(s.advance(4*time.Second), "announce"), "0: keep-alive")
	s.expect(without(s.advance(180*time.Second), "announce"), "0: keep-alive, 0: hang up")
}

// A neighbour that sends neither requests nor blocks is disconnected after Timeouts.Inactive, or
// after half of it if neither side is interested (aria2, DefaultBtInteractive:
// checkActiveInteraction).
func TestInactiveNeighbourIsDisconnected(t *testing.T) {
	s := newScript(t, 2, false, func(c *Config) {
		c.Loop, c.Settings.Timeouts.Inactive = loopNamed("run-queue"), time.Minute
	})
	s.advance(time.Second)
	s.connect(0, 8, 0x80)
	s.connect(1, 9)
	s.expect(s.advance(29*time.Second), "0: interested")
	s.expect(s.advance(2*time.Second), "1: hang up")
	s.expect(s.advance(28*time.Second), "")
	s.expect(s.advance(2*time.Second), "0: hang up")
}

// A connection without a handshake is closed after a timeout.
func TestHandshakeTimesOut(t *testing.T) {
	s := newScript(t, 2, false, nil)
	s.step(Event{Kind: Opened, Conn: 3, Addr: addr(8)})
	s.expect(s.advance(23*time.Second), "3: hang up")
}

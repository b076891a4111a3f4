package netem_test

import (
	"fmt"
	"testing"
	"time"

	"swarmsim/sim/netem"
	"swarmsim/sim/netem/netemtest"
	"swarmsim/sim/netem/packet"
)

// Dialing takes a round trip, and the other end is established one way later.
func TestDialTakesARoundTrip(t *testing.T) {
	l := netemtest.New(40*time.Millisecond, 16<<10, 256<<10)
	to := l.Add(1e6, 1e6)
	from := l.Add(1e6, 1e6)
	from.Start = netemtest.DialAll(1)
	l.Run(time.Second)
	perPacket := time.Duration(packet.Headers) * time.Microsecond // at 1 MB/s
	want := []time.Duration{2*40*time.Millisecond + 4*perPacket, 3*40*time.Millisecond + 6*perPacket}
	if len(from.Opens) != 1 || len(to.Opens) != 1 || from.Opens[0] != want[0] || to.Opens[0] != want[1] {
		t.Errorf("opened at %v and %v, want %v", from.Opens, to.Opens, want)
	}
	if cost := from.Host.Traffic().WireSent + to.Host.Traffic().WireSent; cost != 3*packet.Headers {
		t.Errorf("it cost %d bytes, want three packets of %d", cost, packet.Headers)
	}
}

func TestDialRefusedOrUnanswered(t *testing.T) {
	l := netemtest.New(40*time.Millisecond, 16<<10, 256<<10)
	deaf, off := l.Add(1e6, 1e6), l.Add(1e6, 1e6)
	deaf.Host.Listen(false)
	off.Start = func(a *netemtest.App) { a.Host.Off() }
	from := l.Add(1e6, 1e6)
	from.Start = func(a *netemtest.App) {
		a.Host.Dial(0, 5*time.Second)
		a.Host.Dial(1, 5*time.Second)
	}
	l.Run(20 * time.Second)
	if len(from.Failed) != 2 || from.Failed[0] > 100*time.Millisecond || from.Failed[1] != 5*time.Second {
		t.Errorf("dials failed at %v; want one after a round trip, one after 5 s", from.Failed)
	}
}

// A host that does not listen accepts connections from the hosts that it admits, for as long as it
// does.
func TestAdmittedHostsConnect(t *testing.T) {
	l := netemtest.New(40*time.Millisecond, 16<<10, 256<<10)
	deaf, from, other := l.Add(1e6, 1e6), l.Add(1e6, 1e6), l.Add(1e6, 1e6)
	deaf.Host.Listen(false)
	deaf.Start = func(a *netemtest.App) { a.Host.Admit(1, 3*time.Second) }
	dial := func(a *netemtest.App) { a.Host.Dial(0, 5*time.Second) }
	from.Start, other.Start = dial, dial
	from.Plan = []netemtest.Timed{{At: 4 * time.Second, Do: dial}}
	l.Run(10 * time.Second)
	if len(from.Opens) != 1 || len(from.Failed) != 1 || len(other.Opens) != 0 {
		t.Errorf("the admitted host connects %d times and fails %d times, the other connects %d times",
			len(from.Opens), len(from.Failed), len(other.Opens))
	}
}

// A host that stops listening after its SYN-ACK refuses the repeated SYN. For the dialer the
// connection was open; it is closed.
func TestARefusalClosesAnOpenConnection(t *testing.T) {
	l := netemtest.NewPath(netem.TCPReno, 600*time.Millisecond) // a round trip takes longer than the timeout of a SYN
	to, from := l.AddLink(netemtest.Wide), l.AddLink(netemtest.Wide)
	to.Start = func(a *netemtest.App) {
		a.Plan = []netemtest.Timed{{At: 1500 * time.Millisecond, Do: func(a *netemtest.App) { a.Host.Listen(false) }}}
	}
	from.Start = netemtest.DialAll(1)
	l.Run(4 * time.Second)
	if len(from.Opens) != 1 || len(from.Closes) != 1 || len(from.Failed) != 0 {
		t.Errorf("opened at %v, closed at %v, failed at %v", from.Opens, from.Closes, from.Failed)
	}
}

// Messages arrive in order, with their blobs, for any segment size and a small window.
func TestStreamKeepsOrder(t *testing.T) {
	for i, segment := range []uint32{packet.MSS, 16 << 10, packet.MSS, 16 << 10, packet.MSS} {
		l := netemtest.New(10*time.Millisecond, segment, 4<<10)
		if i >= 2 { // a path that loses much
			l.Net.Transport, l.Net.Loss, l.Net.Jitter = netem.TCPCubic, 0.1, 5*time.Millisecond
		}
		if i == 4 {
			l.Net.Transport = netem.UTP
		}
		to := l.Add(1e6, 1e6)
		from := l.Add(1e6, 1e6)
		from.Start = netemtest.DialAll(1)
		from.OnOpened = func(a *netemtest.App, c netem.ConnID, _ bool) {
			for i := range 500 {
				m := netem.Message{Bytes: uint32(5 + i%7*3000), X: uint32(i)}
				a.Host.Send(c, &m, fmt.Appendf(nil, "%d", i))
			}
		}
		l.Run(300 * time.Second)
		if len(to.Order) != 500 {
			t.Fatalf("segments of %d: %d of 500 messages arrived", segment, len(to.Order))
		}
		for i, x := range to.Order {
			if x != uint32(i) || to.Blobs[i] != fmt.Sprint(i) {
				t.Fatalf("segments of %d: message %d with %q came in place %d", segment, x, to.Blobs[i], i)
			}
		}
	}
}

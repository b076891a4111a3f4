package emulator

import (
	"encoding/binary"
	"math"
	"net/netip"
	"testing"
	"time"

	"pgregory.net/rapid"
)

const (
	full    = 1500 // bytes of a full packet
	latency = 25 * time.Millisecond
)

// address is that of a host of a test.
func address(i int) netip.Addr { return netip.AddrFrom4([4]byte{198, 18, 0, byte(i + 1)}) }

// ipv4 is a packet of a flow, with a number that tells it apart.
func ipv4(from, to, size int, port uint16, number uint32) []byte {
	p := make([]byte, maxPacket)[:size]
	p[0], p[ipProtocol] = 0x45, 6
	a, b := address(from).As4(), address(to).As4()
	copy(p[ipSource:], a[:])
	copy(p[ipTo:], b[:])
	binary.BigEndian.PutUint16(p[ipHeader:], port)
	binary.BigEndian.PutUint32(p[ipHeader+portsLength:], number)
	return p
}

func numberOf(p []byte) int { return int(binary.BigEndian.Uint32(p[ipHeader+portsLength:])) }

// arrival is a packet that has arrived.
type arrival struct {
	at     time.Duration
	host   int
	number int
}

// play plays a network until nothing is left to happen.
func play(n *network) []arrival {
	var out []arrival
	var now time.Duration
	n.deliver = func(host int, p []byte) { out = append(out, arrival{now, host, numberOf(p)}) }
	for {
		at, ok := n.next()
		if !ok {
			return out
		}
		now = at
		n.advance()
	}
}

// symmetric is a configuration of hosts with equal links.
func symmetric(hosts int, h Host) Config {
	c := Config{Latency: func(int, int) time.Duration { return latency }}
	for i := range hosts {
		h.Addr = address(i)
		c.Hosts = append(c.Hosts, h)
	}
	return c
}

// A packet takes its time at the uplink's rate, the latency, and its time at the downlink's rate.
func TestOnePacket(t *testing.T) {
	n := newNetwork(symmetric(2, Host{Up: 1e6, Down: 3e6, UpQueue: 64 << 10, DownQueue: 256 << 10}))
	n.send(0, 0, ipv4(0, 1, full, 1, 7))
	want := 1500*time.Microsecond + latency + 500*time.Microsecond
	if got := play(n); len(got) != 1 || got[0] != (arrival{want, 1, 7}) {
		t.Errorf("%v; want one arrival after %v", got, want)
	}
}

// Packets that come at once leave one by one at the uplink's rate, as many as the queue holds.
func TestBurstAtADropTailQueue(t *testing.T) {
	const limit = 10 * full
	n := newNetwork(symmetric(2, Host{Up: 1e6, UpQueue: limit}))
	for i := range 15 {
		n.send(0, 0, ipv4(0, 1, full, 1, uint32(i)))
	}
	got := play(n)
	if len(got) != limit/full || n.hosts[0].traffic().UpDrops != 5 {
		t.Fatalf("%d packets arrive and %d are dropped; the queue holds 10 of 15", len(got), n.hosts[0].traffic().UpDrops)
	}
	for i, a := range got {
		if want := time.Duration(i+1)*1500*time.Microsecond + latency; a.at != want || a.number != i {
			t.Errorf("packet %d arrives at %v, want %d at %v", a.number, a.at, i, want)
		}
	}
}

// Several senders overfill a receiver's downlink queue, which serves at its rate.
func TestDownlinkQueue(t *testing.T) {
	const senders, packets, limit = 4, 50, 40 * full
	n := newNetwork(symmetric(senders+1, Host{Up: 4e6, Down: 4e6, UpQueue: 1 << 20, DownQueue: limit}))
	for s := range senders {
		for i := range packets {
			n.send(0, s+1, ipv4(s+1, 0, full, 1, uint32(i)))
		}
	}
	got := play(n)
	for i := 1; i < len(got); i++ {
		if gap := got[i].at - got[i-1].at; gap < 375*time.Microsecond {
			t.Fatalf("packets %d and %d arrive within %v; the downlink needs 375 us for each", i-1, i, gap)
		}
	}
	// 50 rounds of four, of which the link serves one in each: 150 too many, of which 40 wait.
	if drops := n.hosts[0].traffic().DownDrops; drops < 105 || drops > 115 {
		t.Errorf("%d packets are dropped, want about 110", drops)
	}
}

// A saturated uplink sends its rate, whatever the sizes of packets.
func TestThroughputIsTheRate(t *testing.T) {
	n := newNetwork(symmetric(2, Host{Up: 1e6, UpQueue: 64 << 10}))
	sizes := []int{52, 1500, 700, 1500, 576}
	for at, i := time.Duration(0), 0; at < 10*time.Second; at, i = at+200*time.Microsecond, i+1 {
		n.send(at, 0, ipv4(0, 1, sizes[i%len(sizes)], 1, uint32(i)))
	}
	got := play(n)
	bytes, last := n.hosts[1].traffic().ReceivedBytes, got[len(got)-1].at-latency
	if rate := float64(bytes) / last.Seconds(); math.Abs(rate/1e6-1) > 0.001 {
		t.Errorf("%.0f bytes per second; the uplink has 1,000,000", rate)
	}
}

// FQ-CoDel serves two flows by turns, although one of them has a long queue.
func TestFairQueue(t *testing.T) {
	n := newNetwork(symmetric(2, Host{Up: 1e6, UpQueue: 1 << 20, FQCoDel: true}))
	for i := range 40 {
		n.send(0, 0, ipv4(0, 1, full, 1, uint32(i)))
	}
	for i := range 5 {
		n.send(0, 0, ipv4(0, 1, full, 2, uint32(1000+i)))
	}
	var last int
	for i, a := range play(n) {
		if a.number >= 1000 {
			last = i
		}
	}
	if last > 12 {
		t.Errorf("the short flow's last packet is number %d to arrive", last)
	}
}

// CoDel drops from a standing queue, and every packet that is sent is dropped or arrives.
func TestFairQueueDropsWhatWaits(t *testing.T) {
	n := newNetwork(symmetric(2, Host{Up: 1e6, UpQueue: 1 << 20, FQCoDel: true}))
	const packets = 600
	for i := range packets {
		n.send(0, 0, ipv4(0, 1, full, 1, uint32(i)))
	}
	arrived := len(play(n))
	if drops := n.hosts[0].traffic().UpDrops; drops == 0 || arrived+int(drops) != packets {
		t.Errorf("%d packets arrive and %d are dropped, of %d", arrived, drops, packets)
	}
}

func TestLoss(t *testing.T) {
	c := symmetric(2, Host{})
	c.Loss, c.Seed = 0.1, 1
	n := newNetwork(c)
	for i := range 10_000 {
		n.send(0, 0, ipv4(0, 1, full, 1, uint32(i)))
	}
	if lost := n.hosts[0].traffic().Lost; lost < 900 || lost > 1100 {
		t.Errorf("%d of 10,000 packets are lost, want 1,000", lost)
	}
}

// Packets to addresses that no host has, to the sender, or of another protocol go nowhere.
func TestStrayPackets(t *testing.T) {
	n := newNetwork(symmetric(2, Host{Up: 1e6}))
	stray := ipv4(0, 1, full, 1, 0)
	copy(stray[ipTo:], []byte{8, 8, 8, 8})
	six := ipv4(0, 1, full, 1, 0)
	six[0] = 0x60
	for _, p := range [][]byte{stray, six, ipv4(0, 0, full, 1, 0), {}, {0x45}} {
		n.send(0, 0, p)
	}
	if got := play(n); len(got) != 0 || n.hosts[0].traffic().SentPackets != 0 {
		t.Errorf("%v", got)
	}
}

// Whatever hosts send: nothing is created, nothing overtakes on its path, and no link exceeds its
// rate.
func TestNetworkProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		c := symmetric(3, Host{
			Up: rapid.Int64Range(1e4, 1e7).Draw(r, "up"), Down: rapid.Int64Range(1e4, 1e7).Draw(r, "down"),
			UpQueue: 64 << 10, DownQueue: 64 << 10, FQCoDel: rapid.Bool().Draw(r, "fq"),
		})
		c.Jitter = time.Duration(rapid.Int64Range(0, 1e7).Draw(r, "jitter"))
		n := newNetwork(c)
		var out []arrival
		var now time.Duration
		from := map[int]int{}
		n.deliver = func(host int, p []byte) { out = append(out, arrival{now, host, numberOf(p)}) }
		until := func(t time.Duration) {
			for {
				at, ok := n.next()
				if !ok || at > t {
					return
				}
				now = at
				n.advance()
			}
		}
		sent := rapid.IntRange(1, 200).Draw(r, "packets")
		at := time.Duration(0)
		for i := range sent {
			at += time.Duration(rapid.Int64Range(0, 3e6).Draw(r, "pause"))
			until(at)
			a := rapid.IntRange(0, 2).Draw(r, "from")
			n.send(at, a, ipv4(a, (a+1)%3, rapid.IntRange(52, full).Draw(r, "size"), 1, uint32(i)))
			from[i] = a
		}
		until(1 << 60)
		last, total, drops := map[int]int{}, int64(0), int64(0)
		for _, a := range out {
			if prev, seen := last[from[a.number]]; seen && prev > a.number {
				r.Errorf("packet %d arrives before %d of the same flow", prev, a.number)
			}
			last[from[a.number]] = a.number
		}
		for i := range n.hosts {
			tr := n.hosts[i].traffic()
			total += tr.ReceivedPackets
			drops += tr.UpDrops + tr.DownDrops + tr.Lost
			if limit := (now-latency).Seconds()*float64(c.Hosts[i].Up) + full; float64(tr.SentBytes) > limit {
				r.Errorf("host %d sent %d bytes in %v", i, tr.SentBytes, now)
			}
		}
		if total+drops != int64(sent) {
			r.Errorf("%d packets arrive and %d are dropped, of %d", total, drops, sent)
		}
	})
}

// A packet is data of another process.
func FuzzSend(f *testing.F) {
	f.Add(ipv4(0, 1, 60, 1, 1))
	f.Add([]byte{0x4f, 0, 0})
	f.Fuzz(func(_ *testing.T, p []byte) {
		for _, fair := range []bool{false, true} {
			n := newNetwork(symmetric(2, Host{Up: 1e6, UpQueue: 64 << 10, FQCoDel: fair}))
			n.deliver = func(int, []byte) {}
			n.send(0, 0, p)
			for _, ok := n.next(); ok; _, ok = n.next() {
				n.advance()
			}
		}
	})
}

package emulator

import (
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"
)

// network is the emulated network without its clock and its descriptors: time is an argument.
type network struct {
	config  Config
	hosts   []host
	byAddr  map[netip.Addr]int
	events  events
	seq     uint64
	rand    *rand.Rand
	buffers [][]byte // of packets that are gone

	deliver func(host int, p []byte) // hands a packet to a host
}

// host is a host's links and counters. Other goroutines read the counters.
type host struct {
	up, down link
	serving  bool            // the fair uplink has a packet that is leaving
	arrivals []time.Duration // by the sending host: the latest arrival so far

	sentBytes, receivedBytes, sentPackets, receivedPackets, upDrops, downDrops, lost atomic.Int64
}

func newNetwork(c Config) *network {
	n := &network{
		config: c,
		hosts:  make([]host, len(c.Hosts)),
		byAddr: map[netip.Addr]int{},
		rand:   rand.New(rand.NewPCG(c.Seed, 0)),
	}
	for i, h := range c.Hosts {
		n.hosts[i].up = newLink(h.Up, h.UpQueue, h.FQCoDel)
		n.hosts[i].down = newLink(h.Down, h.DownQueue, false)
		n.hosts[i].arrivals = make([]time.Duration, len(c.Hosts))
		n.byAddr[h.Addr] = i
	}
	return n
}

// send takes a packet from a host now. The packet is the network's from then on.
func (n *network) send(now time.Duration, from int, p []byte) {
	to, ok := n.route(p)
	if !ok || to == from {
		n.release(p)
		return
	}
	h := &n.hosts[from]
	if h.up.fair != nil {
		n.queueFair(now, from, p)
		return
	}
	at, ok := h.up.pass(now, p)
	if !ok {
		h.upDrops.Add(1)
		n.release(p)
		return
	}
	n.depart(at, from, to, p)
}

func (n *network) route(p []byte) (to int, ok bool) {
	addr, ok := destination(p)
	if !ok {
		return 0, false
	}
	to, ok = n.byAddr[addr]
	return to, ok
}

// depart puts a packet that leaves its uplink at a time on its path.
func (n *network) depart(at time.Duration, from, to int, p []byte) {
	h := &n.hosts[from]
	h.sentBytes.Add(int64(len(p)))
	h.sentPackets.Add(1)
	if n.config.Loss > 0 && n.rand.Float64() < n.config.Loss {
		h.lost.Add(1)
		n.release(p)
		return
	}
	at += n.config.Latency(from, to)
	if n.config.Jitter > 0 {
		at += time.Duration(n.rand.Int64N(int64(n.config.Jitter)))
		latest := &n.hosts[to].arrivals[from]
		at = max(at, *latest)
		*latest = at
	}
	n.schedule(event{at: at, step: reaches, from: from, to: to, packet: p})
}

// next returns the time of the next event.
func (n *network) next() (at time.Duration, ok bool) {
	if len(n.events) == 0 {
		return 0, false
	}
	return n.events[0].at, true
}

// advance plays the next event, which must be due.
func (n *network) advance() (at time.Duration, s step) {
	e := n.events.pop()
	to := &n.hosts[e.to]
	switch e.step {
	case leaves:
		n.depart(e.at, e.from, e.to, e.packet)
		n.serveFair(e.at, e.from)
	case reaches:
		at, ok := to.down.pass(e.at, e.packet)
		if !ok {
			to.downDrops.Add(1)
			n.release(e.packet)
			break
		}
		n.schedule(event{at: at, step: arrives, from: e.from, to: e.to, packet: e.packet})
	case arrives:
		to.receivedBytes.Add(int64(len(e.packet)))
		to.receivedPackets.Add(1)
		n.deliver(e.to, e.packet)
		n.release(e.packet)
	}
	return e.at, e.step
}

// maxBuffers bounds how many buffers are kept for packets to come.
const maxBuffers = 1 << 12

func (n *network) release(p []byte) {
	if len(n.buffers) < maxBuffers {
		n.buffers = append(n.buffers, p[:cap(p)])
	}
}

// buffer returns room for a packet.
func (n *network) buffer() []byte {
	if last := len(n.buffers) - 1; last >= 0 {
		p := n.buffers[last]
		n.buffers = n.buffers[:last]
		return p
	}
	return make([]byte, maxPacket)
}

// maxPacket is the longest packet that a device hands over.
const maxPacket = 2048

// traffic returns a host's counters.
func (h *host) traffic() Traffic {
	return Traffic{
		SentBytes: h.sentBytes.Load(), ReceivedBytes: h.receivedBytes.Load(),
		SentPackets: h.sentPackets.Load(), ReceivedPackets: h.receivedPackets.Load(),
		UpDrops: h.upDrops.Load(), DownDrops: h.downDrops.Load(), Lost: h.lost.Load(),
	}
}

package export

import (
	"bytes"
	"fmt"
	"io"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// Message is a message of the peer whose traffic is captured, in its bytes.
type Message struct {
	At    time.Duration // when it was handed to the network, or when its last byte arrived
	Other int           // the neighbour
	Conn  int           // the connection; its number is used again when it has ended
	Sent  bool          // otherwise received
	Ended bool          // the connection has ended; there is no message
	Bytes []byte
}

// Capture collects the messages of one peer and writes them as a packet capture. Messages are real, the
// TCP segments that carry them are made up: see docs/export.md.
type Capture struct {
	Scenario string
	Seed     uint64
	Peer     int

	open    map[int]*stream // by Message.Conn
	streams []*stream       // in the order of their first message
}

// Add adds a message, in the order of time.
func (c *Capture) Add(m Message) {
	s := c.open[m.Conn]
	if s != nil && s.endsBefore(&m) {
		delete(c.open, m.Conn)
		s = nil
	}
	if m.Ended {
		if s != nil {
			s.ended, s.end = true, m.At
		}
		return
	}
	if s == nil {
		s = &stream{other: m.Other, dialed: m.Sent, number: len(c.streams)}
		c.streams = append(c.streams, s)
		if c.open == nil {
			c.open = map[int]*stream{}
		}
		c.open[m.Conn] = s
	}
	s.add(&m)
}

// Messages returns the number of messages.
func (c *Capture) Messages() (n int) {
	for _, s := range c.streams {
		n += len(s.messages)
	}
	return n
}

// Write writes the capture. Connections that have not ended are closed at end.
func (c *Capture) Write(to io.Writer, end time.Duration) error {
	w, err := pcapgo.NewNgWriterInterface(to,
		pcapgo.NgInterface{Name: fmt.Sprintf("peer %d", c.Peer), LinkType: layers.LinkTypeRaw, TimestampResolution: 9},
		pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{
			Application: "swarmsim",
			Comment: fmt.Sprintf("peer %d of the scenario %s, seed %d; times are virtual, segments made up",
				c.Peer, valid(c.Scenario), c.Seed),
		}})
	if err != nil {
		return err
	}
	p := packetWriter{to: w, peer: c.Peer, buffer: gopacket.NewSerializeBuffer()}
	for _, s := range c.segments(end) {
		if err := p.write(&s); err != nil {
			return err
		}
	}
	return w.Flush()
}

// packetWriter writes segments as IPv4 packets.
type packetWriter struct {
	to     *pcapgo.NgWriter
	peer   int
	buffer gopacket.SerializeBuffer
	ids    [2]uint16 // of IPv4, by direction
	pad    []byte
}

// The addresses of peers and the port on which they listen, as the simulated tracker lists them.
const listenPort = 6881

// address returns 10.x.y.z, where xyz is the peer's number.
func address(peer int) []byte { return []byte{10, byte(peer >> 16), byte(peer >> 8), byte(peer)} }

// mss is the maximum segment size on Ethernet, without TCP options.
const mss = 1460

// windowScale makes windows of 64 MiB, which no connection fills.
const windowScale = 10

func (p *packetWriter) write(s *segment) error {
	from, to, direction := p.peer, s.stream.other, 0
	if !s.out {
		from, to, direction = to, from, 1
	}
	p.ids[direction]++
	ip := layers.IPv4{
		Version: 4, IHL: 5, TTL: 64, Id: p.ids[direction], Flags: layers.IPv4DontFragment,
		Protocol: layers.IPProtocolTCP, SrcIP: address(from), DstIP: address(to),
	}
	tcp := layers.TCP{
		SrcPort: listenPort, DstPort: layers.TCPPort(s.stream.dialPort()),
		Seq: s.seq, Ack: s.ack, SYN: s.flags&syn != 0, ACK: s.flags&ack != 0, PSH: s.flags&psh != 0, FIN: s.flags&fin != 0,
		Window: 65535,
	}
	if s.out == s.stream.dialed {
		tcp.SrcPort, tcp.DstPort = tcp.DstPort, tcp.SrcPort
	}
	if tcp.SYN {
		tcp.Options = []layers.TCPOption{
			{OptionType: layers.TCPOptionKindMSS, OptionLength: 4, OptionData: []byte{mss >> 8, mss & 0xff}},
			{OptionType: layers.TCPOptionKindNop},
			{OptionType: layers.TCPOptionKindWindowScale, OptionLength: 3, OptionData: []byte{windowScale}},
		}
	}
	if err := tcp.SetNetworkLayerForChecksum(&ip); err != nil {
		return err
	}
	err := gopacket.SerializeLayers(p.buffer, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true},
		&ip, &tcp, gopacket.Payload(p.payload(s)))
	if err != nil {
		return err
	}
	b := p.buffer.Bytes()
	return p.to.WritePacket(gopacket.CaptureInfo{
		Timestamp: time.Unix(0, int64(s.at)).UTC(), CaptureLength: len(b), Length: len(b),
	}, b)
}

// payload returns the content of a segment, with the zeros that are not kept.
func (p *packetWriter) payload(s *segment) []byte {
	if s.length == 0 {
		return nil
	}
	b := s.message.bytes[min(s.from, len(s.message.bytes)):min(s.from+s.length, len(s.message.bytes))]
	if len(b) == s.length {
		return b
	}
	p.pad = append(append(p.pad[:0], b...), make([]byte, s.length-len(b))...)
	return p.pad
}

// handshakeStart begins the first message of a connection, in each direction (BEP 3).
var handshakeStart = []byte("\x13BitTorrent protocol")

func isHandshake(b []byte) bool { return bytes.HasPrefix(b, handshakeStart) }

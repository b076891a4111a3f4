package export

import (
	"bytes"
	"cmp"
	"slices"
	"time"
)

// stream is a connection of the captured peer.
type stream struct {
	number      int
	other       int
	dialed      bool // by the captured peer: it sent its handshake first
	messages    []streamMessage
	handshakes  [2]bool // received, sent
	ended       bool
	end         time.Duration
	lastMessage time.Duration
}

// streamMessage is a message without the zeros at its end, which are the content of blocks in most runs.
type streamMessage struct {
	at     time.Duration
	sent   bool
	bytes  []byte
	length int
}

func (s *stream) add(m *Message) {
	if isHandshake(m.Bytes) {
		s.handshakes[index(m.Sent)] = true
	}
	kept := bytes.Clone(bytes.TrimRight(m.Bytes, "\x00"))
	s.messages = append(s.messages, streamMessage{m.At, m.Sent, kept, len(m.Bytes)})
	s.lastMessage = m.At
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}

// endsBefore reports whether m belongs to a later connection of the same number. Messages that the peer
// sent when it hung up are still of this one; a second handshake is not.
func (s *stream) endsBefore(m *Message) bool {
	if m.Ended {
		return s.ended
	}
	return m.Other != s.other || s.ended && m.At > s.end || isHandshake(m.Bytes) && (s.ended || s.handshakes[index(m.Sent)])
}

// dialPort returns the port of the side that dialed. Ports differ between connections.
func (s *stream) dialPort() uint16 { return 49152 + uint16(s.number%16384) }

// segment is a TCP segment.
type segment struct {
	at       time.Duration
	stream   *stream
	out      bool // sent by the captured peer
	seq, ack uint32
	flags    uint8
	message  *streamMessage // nil for none
	from     int            // of the message's bytes
	length   int
}

// The flags of a segment.
const (
	syn = 1 << iota
	ack
	psh
	fin
)

// segments returns the segments of all connections, in the order of time.
func (c *Capture) segments(end time.Duration) []segment {
	var out []segment
	for _, s := range c.streams {
		out = s.appendSegments(out, end)
	}
	slices.SortStableFunc(out, func(a, b segment) int { return cmp.Compare(a.at, b.at) })
	return out
}

// roundTrip estimates the round trip of a connection: the time from the first message that the peer sent
// until the next that it received, in most connections the answer to its handshake.
func (s *stream) roundTrip() time.Duration {
	const unknown = 10 * time.Millisecond
	for i := range s.messages {
		if !s.messages[i].sent {
			continue
		}
		for _, m := range s.messages[i:] {
			if took := m.at - s.messages[i].at; !m.sent && took > 0 {
				return min(took, time.Second)
			}
		}
		break
	}
	return unknown
}

// tcpState is the state of a connection while its segments are made, as the captured peer sees it. Index 1
// is the peer itself, 0 the neighbour, as in handshakes.
type tcpState struct {
	stream *stream
	out    []segment
	next   [2]uint32 // sequence number of the next byte
	acked  uint32    // up to which the neighbour has acknowledged
}

// appendSegments makes the segments of the connection: three to open it, those of its messages, of which
// each is acknowledged, and three to close it.
func (s *stream) appendSegments(out []segment, end time.Duration) []segment {
	trip := s.roundTrip()
	t := tcpState{stream: s, out: out}
	t.next[0], t.next[1] = uint32(s.number)*2_654_435_761, uint32(s.number)*40_503+1
	t.open(max(0, s.messages[0].at-trip), s.messages[0].at)
	acked := 0 // messages whose acknowledgement has arrived
	var sent []sentBytes
	arrive := func(until time.Duration) {
		for ; acked < len(sent) && sent[acked].at+trip <= until; acked++ {
			t.acknowledged(sent[acked].at+trip, sent[acked].to)
		}
	}
	for i := range s.messages {
		m := &s.messages[i]
		arrive(m.at)
		t.send(m)
		if m.sent {
			sent = append(sent, sentBytes{m.at, t.next[1]})
		} else if i+1 == len(s.messages) || !s.messages[i+1].sent || s.messages[i+1].at != m.at {
			t.add(m.at, true, ack)
		}
	}
	if s.ended {
		end = s.end
	}
	end = max(end, s.lastMessage)
	arrive(end)
	t.close(end, trip)
	return t.out
}

// sentBytes is what has been sent until a time.
type sentBytes struct {
	at time.Duration
	to uint32
}

// add adds a segment without content.
func (t *tcpState) add(at time.Duration, out bool, flags uint8) {
	s := segment{at: at, stream: t.stream, out: out, seq: t.next[index(out)], flags: flags}
	if flags&ack != 0 {
		s.ack = t.acked
		if out {
			s.ack = t.next[0]
		}
	}
	t.out = append(t.out, s)
	if flags&(syn|fin) != 0 {
		t.next[index(out)]++
	}
}

// open adds the three segments that open a connection: the last two at established, if the peer dialed,
// and else the last one.
func (t *tcpState) open(began, established time.Duration) {
	dialer := t.stream.dialed
	t.add(began, dialer, syn)
	t.acked = t.next[1]
	if dialer {
		t.add(established, false, syn|ack)
	} else {
		t.add(began, true, syn|ack)
		t.acked = t.next[1]
	}
	t.add(established, dialer, ack)
}

// send adds the segments of a message.
func (t *tcpState) send(m *streamMessage) {
	for from := 0; from < m.length; from += mss {
		t.add(m.at, m.sent, ack)
		s := &t.out[len(t.out)-1]
		s.message, s.from, s.length = m, from, min(mss, m.length-from)
		if from+s.length == m.length {
			s.flags |= psh
		}
		t.next[index(m.sent)] += uint32(s.length)
	}
}

// acknowledged adds the neighbour's acknowledgement of what the peer has sent.
func (t *tcpState) acknowledged(at time.Duration, to uint32) {
	t.acked = to
	t.add(at, false, ack)
}

// close adds the segments that close a connection. The neighbour acknowledges all.
func (t *tcpState) close(at, trip time.Duration) {
	t.add(at, true, fin|ack)
	t.acked = t.next[1]
	t.add(at+trip, false, fin|ack)
	t.add(at+trip, true, ack)
}

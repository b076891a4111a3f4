package client

import "fmt"

// Kind of a message between peers. The first ones have BEP 3's numbers.
type Kind uint8

// The messages of BEP 3, and those of BEP 6.
const (
	Choke Kind = iota
	Unchoke
	Interested
	NotInterested
	Have
	Bitfield
	Request
	Piece
	Cancel
	KeepAlive
	Handshake
	AllowedFast // BEP 6: a piece that may be asked for while choked
	Reject      // BEP 6: a request will not be served
	Suggest     // BEP 6: a piece that its sender would like to be asked for
	HaveAll     // BEP 6: all pieces, in place of a bitfield
	HaveNone    // BEP 6: no pieces, in place of a bitfield
	Extended    // BEP 10: a message of the extension protocol
	Unknown     // of a kind that is not known here, which is ignored
)

func (k Kind) String() string {
	names := [...]string{"choke", "unchoke", "interested", "not interested", "have", "bitfield",
		"request", "piece", "cancel", "keep-alive", "handshake", "allowed fast", "reject", "suggest", "have all", "have none",
		"extended", "unknown"}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("message %d", uint8(k))
}

// Message is a message between peers as a compact value. Its bytes exist only
// where they are needed: see client/wire.
type Message struct {
	Kind Kind
	// Index is that of the piece, for all that name one; of a handshake, what its sender supports; of
	// an unknown message, its id.
	Index  uint32
	Begin  uint32 // byte offset in the piece, for request, piece, cancel and reject
	Length uint32 // bytes, for request, piece, cancel and reject; of the payload of an unknown message

	// Data has the bits of a bitfield; info hash and peer ID of a handshake; content of a piece,
	// nil where it is virtual; extended message ID and payload of an extended message.
	Data []byte
}

// Size is the message's length on the stream in bytes, prefix included.
func (m *Message) Size() uint32 {
	switch m.Kind {
	case KeepAlive:
		return 4
	case Have, AllowedFast, Suggest:
		return 9
	case Unknown:
		return 5 + m.Length
	case Bitfield, Extended:
		return 5 + uint32(len(m.Data))
	case Request, Cancel, Reject:
		return 17
	case Piece:
		return 13 + m.Length
	case Handshake:
		return 68
	}
	return 5
}

// What a handshake says of its sender, in Index.
const (
	SpeaksFast       uint32 = 1 << iota // the fast extension
	AnswersCancels                      // with rejects: there are clients that speak it and do not
	SpeaksExtensions                    // the extension protocol (BEP 10)
)

// handshake is the first message of both sides.
func handshake(t *Torrent, id PeerID, fast bool) Message {
	data := make([]byte, 40)
	copy(data, t.InfoHash[:])
	copy(data[20:], id[:])
	m := Message{Kind: Handshake, Data: data}
	if fast {
		m.Index = SpeaksFast
	}
	return m
}

package client

import "fmt"

// Kind is the kind of a message between peers. Choke to Cancel have the ids of BEP 3.
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
	AllowedFast // BEP 6: a piece that may be requested while choked
	Reject      // BEP 6: a request will not be served
	Suggest     // BEP 6: a piece that the sender would prefer to send
	HaveAll     // BEP 6: all pieces, in place of a bitfield
	HaveNone    // BEP 6: no pieces, in place of a bitfield
	Extended    // BEP 10: a message of the extension protocol
	Port        // BEP 5: the port of the sender's DHT node
	HashRequest // BEP 52: hashes of a file's tree are asked for
	Hashes      // BEP 52: they are sent
	HashReject  // BEP 52: they will not be sent
	Unknown     // any other message, which is ignored
)

func (k Kind) String() string {
	names := [...]string{
		"choke", "unchoke", "interested", "not interested", "have", "bitfield", "request", "piece", "cancel",
		"keep-alive", "handshake", "allowed fast", "reject", "suggest", "have all", "have none", "extended",
		"port", "hash request", "hashes", "hash reject", "unknown",
	}
	if int(k) < len(names) {
		return names[k]
	}
	return fmt.Sprintf("message %d", uint8(k))
}

// Message is a message between peers as a compact value. Package wire encodes and decodes it.
type Message struct {
	Kind Kind

	// Index is the index of the piece in messages that have one, the supported extensions in a
	// handshake (SpeaksFast and others), the port of PORT, and the id of an unknown message.
	Index uint32

	Begin  uint32 // byte offset in the piece, of a request, piece, cancel or reject
	Length uint32 // bytes of a block, likewise, or of the payload of an unknown message

	// Data is the bits of a bitfield, the info hash and the peer ID of a handshake, the content of a
	// piece (nil if content is not simulated), the id and the payload of an extended message, or
	// what follows the id of the messages about hashes.
	Data []byte
}

// Size returns the length of the encoded message in bytes, with its length prefix.
func (m *Message) Size() uint32 {
	switch m.Kind {
	case KeepAlive:
		return 4
	case Have, AllowedFast, Suggest:
		return 9
	case Unknown:
		return 5 + m.Length
	case Port:
		return 7
	case Bitfield, Extended, HashRequest, Hashes, HashReject:
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

// The extensions that the sender of a handshake supports, in Index.
const (
	SpeaksFast       uint32 = 1 << iota // the fast extension (BEP 6)
	AnswersCancels                      // and answers every CANCEL, as BEP 6 requires; some clients do not
	SpeaksExtensions                    // the extension protocol (BEP 10)
	SpeaksDHT                           // the sender has a DHT node (BEP 5)
	SpeaksV2                            // the sender knows the torrent's version 2 (BEP 52)
)

// handshake returns the handshake of a peer with the given ID.
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

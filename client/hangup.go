package client

// Reason is why the peer hangs up. It is for logs.
type Reason uint8

// The reasons.
const (
	NoReason          Reason = iota
	Violation                // Action.Message.Kind is the kind of a message that violates the protocol, or comes too often
	WrongTorrent             // the neighbour's handshake names another torrent
	ConnectedToSelf          // the neighbour is this client
	Refused                  // the peer, or all of its address, is banned
	CorruptPiece             // the neighbour is banned now: it alone has sent a piece whose hash does not match
	Duplicate                // there is another connection to the same peer
	TooMany                  // there are too many connections
	NoHandshake              // the neighbour's handshake has not come in time
	Silent                   // nothing has come from the neighbour for long
	Unused                   // neither side has asked for anything for long
	NothingToExchange        // neither side has a piece that the other lacks, or only uploads
	CannotRead               // a block that the neighbour waits for cannot be read
	Departing                // the peer leaves the swarm
	MetadataComplete         // the info dictionary is there
	MetadataUseless          // the neighbour does not have the info dictionary, or does not send it
	CorruptMetadata          // the neighbour is banned now: it alone has sent an info dictionary whose hash does not match
)

var reasonTexts = [...]string{
	"", "it violates the protocol", "its handshake is for another torrent", "it is this client itself", "it is banned",
	"it is banned: it has sent a piece whose hash does not match", "there is another connection to the same peer ID",
	"there are too many connections", "its handshake has not come in time", "it was silent for too long",
	"the connection was not used for too long", "neither side has what the other lacks", "a block cannot be read",
	"the torrent is closed", "the metadata is complete", "it does not send the metadata",
	"it is banned: it has sent metadata whose hash does not match",
}

func (r Reason) String() string { return reasonTexts[r] }

// Why says why the peer hangs up.
func (a *Action) Why() string {
	if a.Reason == Violation {
		return "it violates the protocol with the message " + a.Message.Kind.String()
	}
	return a.Reason.String()
}

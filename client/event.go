package client

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// PeerID identifies a client instance (BEP 3, BEP 20).
type PeerID [20]byte

// key returns the last eight bytes, which are random, as a number.
func (id PeerID) key() uint64 { return binary.BigEndian.Uint64(id[12:]) }

// ConnID identifies a connection from its Opened event until its Closed event or the peer's HangUp.
// The caller assigns it. The peer uses it as an index, so it should be small and reused.
type ConnID uint32

// EventKind says what has happened, and which fields of the Event count.
type EventKind uint8

// The kinds of events.
const (
	Opened          EventKind = iota // Conn to or from Addr is open
	DialFailed                       // no connection to Addr could be opened
	Closed                           // the other side or the network has closed Conn
	Received                         // Message has arrived on Conn
	Sent                             // the network has accepted a piece message, of Message.Length, on Conn
	BlockRead                        // the store has read the block in Message, which Conn waits for
	PieceVerified                    // the store has compared the hash of piece Message.Index: Good says whether it matches
	StorageFailed                    // the store could not read the block in Message or, if its Length is 0, write or check piece Message.Index
	StorageRestored                  // the store works again after writing or checking has failed
	Announced                        // the tracker has answered with Reply
	AnnounceFailed                   // the tracker has not answered
	Tick                             // the time that NextTick returned has come
	Prioritize                       // the pieces to download have changed: Message.Data is as Config.Priorities
	PeersFound                       // Reply.Peers are the addresses of peers, from Source
	PieceLost                        // the store has lost piece Message.Index
	Leave                            // the peer shall close all connections and announce that it stops
)

// Event is the input of Peer.Step. Which fields are set depends on the kind.
type Event struct {
	Kind    EventKind
	Dialed  bool   // for Opened: the peer dialed
	Good    bool   // for PieceVerified: the hash matches
	Tracker uint8  // for Announced and AnnounceFailed: as in the action
	Source  Source // for PeersFound
	Conn    ConnID
	Addr    netip.AddrPort
	Message Message
	Reply   *AnnounceReply
}

// AnnounceReply is the answer of a tracker to an announce.
type AnnounceReply struct {
	Interval    time.Duration // until the next regular announce
	MinInterval time.Duration // until any other announce
	Peers       []netip.AddrPort
}

// ActionKind says what the caller is to do, and which fields of the Action count.
type ActionKind uint8

// The kinds of actions.
const (
	Send     ActionKind = iota // send Message on Conn; after a piece message Sent follows
	HangUp                     // close Conn; no Closed follows
	Dial                       // open a connection to Addr; Opened or DialFailed follows
	Announce                   // send Announce and NumWant to the tracker; Announced or AnnounceFailed follows
)

// Action is the output of Peer.Step, which the caller carries out. Which fields are set depends on
// the kind.
type Action struct {
	Kind     ActionKind
	Conn     ConnID
	Announce AnnounceEvent
	Tracker  uint8 // for Announce: the tracker's place among all of Config.Trackers
	// Holepunch says, for Dial, that the peer at Addr dials us at the same time, so that both NATs
	// let the connection pass (BEP 55): dial by uTP, and from the port that we listen on.
	Holepunch bool
	Reason    Reason // for HangUp; if it is Violation, Message has the kind of the message
	NumWant   int
	Addr      netip.AddrPort
	Message   Message
}

// AnnounceEvent is the event parameter of an announce (BEP 3).
type AnnounceEvent uint8

// The events of BEP 3.
const (
	Regular AnnounceEvent = iota // none: the interval has passed
	Started
	Completed
	Stopped
)

package client

import (
	"encoding/binary"
	"net/netip"
	"time"
)

// PeerID names a client instance (BEP 3, BEP 20).
type PeerID [20]byte

// key is the end of an ID, which is random: enough to tell peers apart.
func (id PeerID) key() uint64 { return binary.BigEndian.Uint64(id[12:]) }

// ConnID is the world's number for a connection, from Opened until Closed or
// the peer's HangUp. Small numbers, used again, are best: the peer indexes by
// them.
type ConnID uint32

// EventKind tells what has happened.
type EventKind uint8

// What can happen to a peer.
const (
	Opened         EventKind = iota // Conn stands, to or from Addr; Dialed tells who began
	DialFailed                      // Addr did not answer
	Closed                          // Conn is gone
	Received                        // Message came on Conn
	Sent                            // Message, a piece of that Length, has gone out on Conn
	Announced                       // the tracker answered with Reply
	AnnounceFailed                  // the tracker did not answer
	Tick                            // NextTick has come
	Leave                           // the user quits: say farewell
)

// Event is what the world tells a peer.
type Event struct {
	Kind    EventKind
	Dialed  bool
	Conn    ConnID
	Addr    netip.AddrPort
	Message Message
	Reply   *AnnounceReply
}

// AnnounceReply is what a tracker answers.
type AnnounceReply struct {
	Interval    time.Duration // until the next regular announce
	MinInterval time.Duration // before any other
	Peers       []netip.AddrPort
}

// ActionKind tells what the world shall do.
type ActionKind uint8

// What a peer can ask of the world.
const (
	Send     ActionKind = iota // Message on Conn; a piece message is answered with Sent
	HangUp                     // Conn; no Closed follows
	Dial                       // Addr; Opened or DialFailed follows
	Announce                   // Announce, to the tracker; Announced or AnnounceFailed follows
)

// Action is what a peer asks of the world.
type Action struct {
	Kind     ActionKind
	Conn     ConnID
	Announce AnnounceEvent
	NumWant  int
	Addr     netip.AddrPort
	Message  Message
}

// AnnounceEvent is why a peer announces (BEP 3).
type AnnounceEvent uint8

// The reasons to announce.
const (
	Regular AnnounceEvent = iota
	Started
	Completed
	Stopped
)

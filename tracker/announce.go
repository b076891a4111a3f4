package tracker

import (
	"net/netip"
	"time"
)

// Event is the reason for an announce (BEP 3: event).
type Event uint8

// The events. None is a regular announce.
const (
	None Event = iota
	Started
	Completed
	Stopped
)

// Families is a set of address families.
type Families uint8

// The address families.
const (
	IPv4 Families = 1 << iota
	IPv6
)

// Limits is a set of what an announce may not add.
type Limits uint8

// The limits.
const (
	NoNewSwarm Limits = 1 << iota // an announce of an unknown torrent fails
	NoNewPeer                     // an announce of an unknown peer fails
)

// Request is an announce (BEP 3: tracker GET request).
type Request struct {
	InfoHash   [20]byte
	PeerID     [20]byte
	Addr       netip.AddrPort // where the peer accepts connections
	Also       netip.AddrPort // its address of the other family, if it has one (BEP 7: ipv4, ipv6)
	Uploaded   int64          // bytes
	Downloaded int64          // bytes
	Left       int64          // bytes that are missing; 0 for a seed
	Event      Event
	NumWant    int      // how many peers it asks for
	Key        uint32   // proves a peer's identity when its address changes; 0: none
	Families   Families // of the addresses in the response; 0: all
	Dictionary bool     // the response has peer IDs (BEP 23: compact=0)
	NoPeerID   bool     // the dictionary form leaves peer IDs out (no_peer_id=1)
	Limits     Limits
}

// Response is the answer to an announce.
type Response struct {
	Failure     string        // failure reason; if it is not empty, only RetryAfter may be set
	RetryAfter  time.Duration // after a failure (BEP 31: retry in); 0: not said
	Warning     string
	Interval    time.Duration
	MinInterval time.Duration
	TrackerID   string
	Seeds       int        // BEP 3: complete
	Leechers    int        // BEP 3: incomplete
	ExternalIP  netip.Addr // the address of the peer as the tracker sees it (BEP 24), if valid
	Peers       []netip.AddrPort
	PeerIDs     [][20]byte // of Peers, if the request asks for the dictionary form
}

// Stats is the answer to a scrape for one torrent (BEP 48).
type Stats struct {
	Seeds     int
	Leechers  int
	Completed int // announces with the event completed
}

package extension

import (
	"encoding/binary"
	"net/netip"
)

// HolepunchType is the type of a holepunch message (BEP 55).
type HolepunchType uint8

// The types of BEP 55.
const (
	Rendezvous HolepunchType = iota // to a relay: have the peer at an address and us connect to each other
	Connect                         // from a relay: connect to an address now
	Failed                          // from a relay: no rendezvous, for a reason
)

// HolepunchError is the reason in a message of type Failed (BEP 55).
type HolepunchError uint32

// The reasons of BEP 55.
const (
	NoSuchPeer   HolepunchError = iota + 1 // the address is invalid
	NotConnected                           // the relay has no connection to the peer
	NoSupport                              // the peer does not support the extension
	NoSelf                                 // the address is the relay's own
)

// HolepunchMessage is a message of ut_holepunch (BEP 55).
type HolepunchMessage struct {
	Type  HolepunchType
	Addr  netip.AddrPort
	Error HolepunchError // only of Failed
}

// Append appends the message, which is not bencoded: type, kind of address, address, port, error.
func (m *HolepunchMessage) Append(b []byte) []byte {
	family := byte(0)
	if m.Addr.Addr().Is6() {
		family = 1
	}
	b = appendCompact(append(b, byte(m.Type), family), m.Addr)
	return binary.BigEndian.AppendUint32(b, uint32(m.Error))
}

// Decode reads a message into m. The error may be absent, except in Failed: libtorrent sends it
// only there. Further bytes are ignored.
func (m *HolepunchMessage) Decode(data []byte) error {
	*m = HolepunchMessage{}
	if len(data) < 2 || data[0] > byte(Failed) || data[1] > 1 {
		return errSyntax
	}
	size := [...]int{compact4, compact6}[data[1]]
	rest := data[2:]
	if len(rest) < size {
		return errSyntax
	}
	m.Type, m.Addr = HolepunchType(data[0]), readCompact(rest[:size])
	if m.Type == Failed {
		if len(rest) < size+4 {
			return errSyntax
		}
		m.Error = HolepunchError(binary.BigEndian.Uint32(rest[size:]))
	}
	return nil
}

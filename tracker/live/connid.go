package live

import (
	"crypto/rand"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/dchest/siphash"
)

// connectionIDLife is how long a connection ID is accepted (BEP 15: two minutes).
const connectionIDLife = 120 // seconds

// connectionIDs makes and checks the connection IDs of BEP 15, without a table. An ID has 56 bits of
// a keyed hash (SipHash-2-4) of the time in seconds and the IP address, and the lowest 8 bits of the
// time, with which one hash suffices to check it. The port is not part of it, because a NAT may
// change it between two packets.
type connectionIDs struct{ k0, k1 uint64 }

func newConnectionIDs() *connectionIDs {
	var key [16]byte
	rand.Read(key[:]) // never fails
	return &connectionIDs{binary.LittleEndian.Uint64(key[:]), binary.LittleEndian.Uint64(key[8:])}
}

// issue returns the ID for an address.
func (c *connectionIDs) issue(now time.Duration, ip netip.Addr) uint64 {
	return c.id(uint64(now/time.Second), ip)
}

func (c *connectionIDs) id(second uint64, ip netip.Addr) uint64 {
	var text [24]byte
	binary.LittleEndian.PutUint64(text[:], second)
	addr := ip.As16()
	copy(text[8:], addr[:])
	return siphash.Hash(c.k0, c.k1, text[:])<<8 | second&0xff
}

// valid reports whether the ID was issued for the address in the last two minutes.
func (c *connectionIDs) valid(now time.Duration, ip netip.Addr, id uint64) bool {
	second := uint64(now / time.Second)
	age := (second - id) & 0xff
	return age <= connectionIDLife && age <= second && c.id(second-age, ip) == id
}

package emulator

import "net/netip"

// Offsets in an IPv4 header (RFC 791, section 3.1).
const (
	ipHeader    = 20
	ipProtocol  = 9
	ipSource    = 12
	ipTo        = 16
	portsLength = 4
)

// destination returns where an IPv4 packet goes. ok is false for other packets, such as the IPv6
// router solicitations of a new device.
func destination(p []byte) (to netip.Addr, ok bool) {
	if len(p) < ipHeader || p[0]>>4 != 4 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte(p[ipTo : ipTo+4])), true
}

// flowOf hashes a packet's protocol, addresses and ports, by which FQ-CoDel tells flows apart
// (RFC 8290, section 4.1.1). It is 32-bit FNV-1a.
func flowOf(p []byte) uint32 {
	const offset, prime = 2166136261, 16777619
	h := uint32(offset)
	add := func(bytes []byte) {
		for _, b := range bytes {
			h = (h ^ uint32(b)) * prime
		}
	}
	add(p[ipProtocol : ipProtocol+1])
	add(p[ipSource : ipTo+4])
	if length := int(p[0]&0xf) * 4; len(p) >= length+portsLength {
		add(p[length : length+portsLength])
	}
	return h
}

package sim

import (
	"net/netip"

	"swarmsim/client"
	"swarmsim/sim/draw"
	"swarmsim/sim/engine"
)

// Host n has the address 10.x.y.z, where xyz is n. It listens on one port and, as real hosts do,
// dials from another.
const (
	listenPort = 6881
	dialPort   = 49152
)

// clientName is what peers call their client in extension handshakes (BEP 10).
const clientName = "swarmsim"

func addrOf(id engine.HostID, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(id >> 16), byte(id >> 8), byte(id)}), port)
}

func hostOf(a netip.AddrPort) engine.HostID {
	ip := a.Addr().As4()
	return engine.HostID(ip[1])<<16 | engine.HostID(ip[2])<<8 | engine.HostID(ip[3])
}

// peerID returns the peer ID of a host's client. IDs are unique, and their order is unrelated to
// the order of hosts.
func peerID(seed uint64, id engine.HostID) client.PeerID {
	var out client.PeerID
	copy(out[:], "-SW0001-")
	r := draw.Stream(seed, draw.Host, uint64(id)<<1)
	for i := 8; i < 16; i++ {
		out[i] = byte('a' + r.IntN(26))
	}
	for i := range 4 { // the host's number makes it unique
		out[16+i] = byte(id >> (24 - 8*i))
	}
	return out
}

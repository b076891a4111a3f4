package sim

import (
	"net/netip"

	"swarmsim/client"
	"swarmsim/sim/engine"
)

// Host n has the address 10.x.y.z, where xyz is n, and listens on 6881; what it
// dials from has another port, as real addresses do.
const (
	listenPort = 6881
	dialPort   = 49152
)

func addrOf(id engine.HostID, port uint16) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(id >> 16), byte(id >> 8), byte(id)}), port)
}

func hostOf(a netip.AddrPort) engine.HostID {
	ip := a.Addr().As4()
	return engine.HostID(ip[1])<<16 | engine.HostID(ip[2])<<8 | engine.HostID(ip[3])
}

// peerID names a host's client. The order of IDs says nothing of the order of
// hosts.
func peerID(seed uint64, id engine.HostID) client.PeerID {
	var out client.PeerID
	copy(out[:], "-SW0001-")
	r := random(seed, streamHost, uint64(id)<<1)
	for i := 8; i < 16; i++ {
		out[i] = byte('a' + r.IntN(26))
	}
	for i := range 4 { // unique, whatever is drawn
		out[16+i] = byte(id >> (24 - 8*i))
	}
	return out
}

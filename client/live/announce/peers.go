package announce

import (
	"bytes"
	"encoding/binary"
	"net/netip"

	"github.com/anacrolix/torrent/bencode"
)

// peerList collects the peers of an answer.
type peerList struct {
	most     int
	loopback bool // the tracker is on this machine, and so may peers be
	peers    []netip.AddrPort
}

// add adds a peer, unless there are enough or it cannot be one.
func (l *peerList) add(a netip.Addr, port uint16) {
	if a = a.Unmap(); len(l.peers) < l.most && port != 0 && l.isPeer(a) {
		l.peers = append(l.peers, netip.AddrPortFrom(a.WithZone(""), port))
	}
}

// isPeer reports whether a connection to an address can be one to a peer.
func (l *peerList) isPeer(a netip.Addr) bool {
	switch {
	case !a.IsValid(), a.IsUnspecified(), a.IsMulticast(), a == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return false
	case a.Is4() && a.As4()[0] == 0: // "this network", RFC 1122 section 3.2.1.3
		return false
	}
	return l.loopback || !a.IsLoopback()
}

// addCompact adds the peers of the compact form: addresses of 4 (BEP 23) or 16 bytes (BEP 7), each
// with a port. A rest that is too short for another peer is ignored.
func (l *peerList) addCompact(data []byte, addrBytes int) {
	for len(data) >= addrBytes+2 && len(l.peers) < l.most {
		a, _ := netip.AddrFromSlice(data[:addrBytes])
		l.add(a, binary.BigEndian.Uint16(data[addrBytes:]))
		data = data[addrBytes+2:]
	}
}

// maxEntries is how many entries of a list are looked at for each peer that is wanted: a list of what
// are no peers costs time, too.
const maxEntries = 4

// addValue adds the peers of a value "peers" or "peers6" of an HTTP response: the compact form or
// a list of dictionaries (BEP 3). Entries that are not well-formed are dropped.
func (l *peerList) addValue(v bencode.Bytes, addrBytes int) error {
	if len(v) == 0 {
		return nil
	}
	if v[0] != 'l' {
		var compact []byte
		err := bencode.Unmarshal(v, &compact)
		l.addCompact(compact, addrBytes)
		return err
	}
	entries := bencode.NewDecoder(bytes.NewReader(v[1:]))
	for range maxEntries * l.most {
		var e bencode.Bytes
		if len(l.peers) >= l.most || entries.Decode(&e) != nil { // such as at the end of the list
			break
		}
		var p struct {
			IP   string `bencode:"ip"`
			Port uint16 `bencode:"port"`
		}
		if bencode.Unmarshal(e, &p) == nil {
			a, _ := netip.ParseAddr(p.IP)
			l.add(a, p.Port)
		}
	}
	return nil
}

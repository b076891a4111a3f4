package announce

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
)

// The actions of BEP 15.
const (
	actionConnect uint32 = iota
	actionAnnounce
	actionScrape
	actionError
)

// protocolID begins a connect request in place of a connection id.
const protocolID = 0x41727101980

// appendHeader appends what each request begins with.
func appendHeader(dst []byte, connection uint64, action, transaction uint32) []byte {
	dst = binary.BigEndian.AppendUint64(dst, connection)
	dst = binary.BigEndian.AppendUint32(dst, action)
	return binary.BigEndian.AppendUint32(dst, transaction)
}

// appendAnnounce appends an announce request behind its header. urlData is the path and the query of
// the tracker's URL (BEP 41).
func appendAnnounce(dst []byte, r *Request, urlData string) []byte {
	dst = append(dst, r.InfoHash[:]...)
	dst = append(dst, r.PeerID[:]...)
	dst = binary.BigEndian.AppendUint64(dst, uint64(max(0, r.Downloaded)))
	dst = binary.BigEndian.AppendUint64(dst, uint64(leftOf(r)))
	dst = binary.BigEndian.AppendUint64(dst, uint64(max(0, r.Uploaded)))
	dst = binary.BigEndian.AppendUint32(dst, uint32(r.Event))
	var ip [4]byte // 0.0.0.0: the sender's
	if r.IPv4.Is4() {
		ip = r.IPv4.As4()
	}
	dst = append(dst, ip[:]...)
	dst = binary.BigEndian.AppendUint32(dst, r.Key)
	dst = binary.BigEndian.AppendUint32(dst, uint32(int32(min(max(-1, r.NumWant), math.MaxInt32))))
	dst = binary.BigEndian.AppendUint16(dst, r.Port)
	return appendURLData(dst, urlData)
}

// appendURLData appends options of type URLData, each with up to 255 bytes (BEP 41).
func appendURLData(dst []byte, s string) []byte {
	for len(s) > 0 {
		n := min(len(s), 255)
		dst = append(append(dst, 2, byte(n)), s[:n]...)
		s = s[n:]
	}
	return dst
}

// decodeUDPHeader decodes what each response begins with.
func decodeUDPHeader(data []byte) (action, transaction uint32, body []byte, ok bool) {
	if len(data) < 8 {
		return 0, 0, nil, false
	}
	return binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:]), data[8:], true
}

// decodeUDPConnect decodes the body of a connect response: the connection id.
func decodeUDPConnect(body []byte) (uint64, error) {
	if len(body) < 8 {
		return 0, fmt.Errorf("a connect response of %d bytes is shorter than 16", 8+len(body))
	}
	return binary.BigEndian.Uint64(body), nil
}

// decodeUDPAnnounce decodes the body of an announce response. The tracker's address says of which
// family the peers are.
func decodeUDPAnnounce(body []byte, o *Options, tracker netip.Addr) (Response, error) {
	if len(body) < 12 {
		return Response{}, fmt.Errorf("an announce response of %d bytes is shorter than 20", 8+len(body))
	}
	list := peerList{most: o.MaxPeers, loopback: tracker.IsLoopback()}
	list.addCompact(body[12:], tracker.BitLen()/8)
	return Response{
		Interval:   o.clampInterval(int64(int32(binary.BigEndian.Uint32(body)))),
		Peers:      list.peers,
		Incomplete: udpCount(body[4:]),
		Complete:   udpCount(body[8:]),
	}, nil
}

// decodeUDPScrape decodes the body of a scrape response, in the order of the hashes.
func decodeUDPScrape(body []byte, hashes [][20]byte, out map[[20]byte]Stats) error {
	if len(body) < 12*len(hashes) {
		return errors.New("the scrape response is shorter than one for all torrents asked for")
	}
	for i, h := range hashes {
		b := body[12*i:]
		out[h] = Stats{Complete: udpCount(b), Downloaded: udpCount(b[4:]), Incomplete: udpCount(b[8:])}
	}
	return nil
}

func udpCount(b []byte) int { return int(min(binary.BigEndian.Uint32(b), math.MaxInt32)) }

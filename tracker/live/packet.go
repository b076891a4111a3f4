package live

import (
	"encoding/binary"
	"errors"
	"math"
	"net/netip"

	"swarmsim/tracker"
)

// The packets of BEP 15. All numbers are in big-endian order.
const (
	actionConnect = iota
	actionAnnounce
	actionScrape
	actionError

	protocolID      = 0x41727101980 // in place of a connection ID when connecting
	headerLength    = 16            // connection ID, action, transaction ID
	announceLength  = 98
	maxPacketLength = 2048
	maxUDPScrape    = 74

	// maxPeers4 and maxPeers6 keep responses within a packet of 1,500 bytes.
	maxPeers4 = 200
	maxPeers6 = 74
)

// header is what all requests begin with.
type header struct {
	connection  uint64
	action      uint32
	transaction uint32
}

func parseHeader(packet []byte) (h header, ok bool) {
	if len(packet) < headerLength {
		return h, false
	}
	return header{
		connection:  binary.BigEndian.Uint64(packet),
		action:      binary.BigEndian.Uint32(packet[8:]),
		transaction: binary.BigEndian.Uint32(packet[12:]),
	}, true
}

// udpEvents are the numbers of events.
var udpEvents = [...]tracker.Event{tracker.None, tracker.Completed, tracker.Started, tracker.Stopped}

// parseAnnounce parses an announce. The address is that of the field IP address, not valid if it is
// 0, with the port.
func parseAnnounce(packet []byte, r *tracker.Request) error {
	if len(packet) < announceLength {
		return errors.New("an announce has at least 98 bytes")
	}
	*r = tracker.Request{
		InfoHash:   [20]byte(packet[16:]),
		PeerID:     [20]byte(packet[36:]),
		Downloaded: bytesField(packet[56:]),
		Left:       bytesField(packet[64:]),
		Uploaded:   bytesField(packet[72:]),
		Key:        binary.BigEndian.Uint32(packet[88:]),
		NumWant:    int(int32(binary.BigEndian.Uint32(packet[92:]))),
	}
	if e := binary.BigEndian.Uint32(packet[80:]); e < uint32(len(udpEvents)) {
		r.Event = udpEvents[e]
	}
	if r.NumWant < 0 {
		r.NumWant = tracker.DefaultNumWant
	}
	var ip netip.Addr
	if field := [4]byte(packet[84:]); field != [4]byte{} {
		ip = netip.AddrFrom4(field)
	}
	r.Addr = netip.AddrPortFrom(ip, binary.BigEndian.Uint16(packet[96:]))
	if r.Addr.Port() == 0 {
		return errors.New("port is 0")
	}
	return checkOptions(packet[announceLength:])
}

// bytesField returns a number of bytes. One that does not fit, such as -1 for an unknown number, is
// the largest that does.
func bytesField(b []byte) int64 { return int64(min(binary.BigEndian.Uint64(b), math.MaxInt64)) }

// checkOptions checks the options of BEP 41. The only one with a meaning, URLData, is the path and
// query of the tracker's URL, which distinguishes nothing here.
func checkOptions(options []byte) error {
	const (
		endOfOptions = 0
		nop          = 1
	)
	for len(options) > 0 {
		switch kind := options[0]; {
		case kind == endOfOptions:
			return nil
		case kind == nop:
			options = options[1:]
		case len(options) < 2 || len(options) < 2+int(options[1]):
			return errors.New("an option is longer than the packet")
		default:
			options = options[2+int(options[1]):]
		}
	}
	return nil
}

// scrapeCount returns the number of info hashes in a scrape.
func scrapeCount(packet []byte) (int, error) {
	n := len(packet) - headerLength
	if n <= 0 || n%20 != 0 || n/20 > maxUDPScrape {
		return 0, errors.New("a scrape has 1 to 74 info hashes of 20 bytes")
	}
	return n / 20, nil
}

func appendResponseHeader(dst []byte, action, transaction uint32) []byte {
	return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(dst, action), transaction)
}

func appendConnectResponse(dst []byte, transaction uint32, connection uint64) []byte {
	return binary.BigEndian.AppendUint64(appendResponseHeader(dst, actionConnect, transaction), connection)
}

// appendAnnounceResponse appends a response with peers of one address family.
func appendAnnounceResponse(dst []byte, transaction uint32, r *tracker.Response, family tracker.Families) []byte {
	dst = appendResponseHeader(dst, actionAnnounce, transaction)
	dst = binary.BigEndian.AppendUint32(dst, uint32(r.Interval.Seconds()))
	dst = binary.BigEndian.AppendUint32(dst, uint32(r.Leechers))
	dst = binary.BigEndian.AppendUint32(dst, uint32(r.Seeds))
	return r.AppendCompact(dst, family)
}

// appendScraped appends the statistics of one torrent in a scrape's response.
func appendScraped(dst []byte, s tracker.Stats) []byte {
	dst = binary.BigEndian.AppendUint32(dst, uint32(s.Seeds))
	dst = binary.BigEndian.AppendUint32(dst, uint32(s.Completed))
	return binary.BigEndian.AppendUint32(dst, uint32(s.Leechers))
}

// appendError appends an error that is not longer than the request, which may come from a forged
// address.
func appendError(dst []byte, transaction uint32, reason string, request int) []byte {
	dst = appendResponseHeader(dst, actionError, transaction)
	return append(dst, reason[:max(min(len(reason), request-8), 0)]...)
}

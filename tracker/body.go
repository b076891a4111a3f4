package tracker

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"strconv"
	"time"
)

// The bodies of HTTP responses are written by hand: the keys of a dictionary are in the order of
// their bytes, and a tracker writes some 10,000 bodies a second.

// AppendBody appends the bencoded body of the HTTP response to q. Peers are in compact form (BEP 23,
// BEP 7) unless q asks for dictionaries.
func (r *Response) AppendBody(dst []byte, q *Request) []byte {
	dst = append(dst, 'd')
	if r.Failure != "" {
		dst = appendText(appendText(dst, "failure reason"), r.Failure)
		if r.RetryAfter > 0 { // BEP 31: minutes
			dst = appendInt(appendText(dst, "retry in"), int64((r.RetryAfter+time.Minute-1)/time.Minute))
		}
		return append(dst, 'e')
	}
	dst = appendInt(appendText(dst, "complete"), int64(r.Seeds))
	if r.ExternalIP.IsValid() {
		dst = appendBytes(appendText(dst, "external ip"), r.ExternalIP.AsSlice())
	}
	dst = appendInt(appendText(dst, "incomplete"), int64(r.Leechers))
	dst = appendInt(appendText(dst, "interval"), int64(r.Interval/time.Second))
	if r.MinInterval > 0 {
		dst = appendInt(appendText(dst, "min interval"), int64(r.MinInterval/time.Second))
	}
	dst = appendText(dst, "peers")
	if q.Dictionary {
		dst = r.appendDictionaries(dst, q.NoPeerID)
	} else {
		dst = r.appendCompactLists(dst)
	}
	if r.TrackerID != "" {
		dst = appendText(appendText(dst, "tracker id"), r.TrackerID)
	}
	if r.Warning != "" {
		dst = appendText(appendText(dst, "warning message"), r.Warning)
	}
	return append(dst, 'e')
}

// appendCompactLists appends the value of peers, and the key and value of peers6 if there are any.
func (r *Response) appendCompactLists(dst []byte) []byte {
	n4 := 0
	for _, p := range r.Peers {
		if p.Addr().Is4() {
			n4++
		}
	}
	dst = append(strconv.AppendInt(dst, int64(6*n4), 10), ':')
	dst = r.AppendCompact(dst, IPv4)
	if n6 := len(r.Peers) - n4; n6 > 0 {
		dst = appendText(dst, "peers6")
		dst = append(strconv.AppendInt(dst, int64(18*n6), 10), ':')
		dst = r.AppendCompact(dst, IPv6)
	}
	return dst
}

// AppendCompact appends the peers of one address family in compact form: 6 bytes for each IPv4
// address and port (BEP 23), 18 bytes for each IPv6 address and port (BEP 7).
func (r *Response) AppendCompact(dst []byte, family Families) []byte {
	for _, p := range r.Peers {
		switch addr := p.Addr(); {
		case addr.Is4() && family == IPv4:
			ip := addr.As4()
			dst = binary.BigEndian.AppendUint16(append(dst, ip[:]...), p.Port())
		case addr.Is6() && family == IPv6:
			ip := addr.As16()
			dst = binary.BigEndian.AppendUint16(append(dst, ip[:]...), p.Port())
		}
	}
	return dst
}

// appendDictionaries appends the peers as a list of dictionaries (BEP 3).
func (r *Response) appendDictionaries(dst []byte, noPeerID bool) []byte {
	dst = append(dst, 'l')
	for i, p := range r.Peers {
		dst = appendIP(appendText(append(dst, 'd'), "ip"), p.Addr())
		if !noPeerID && i < len(r.PeerIDs) {
			dst = appendBytes(appendText(dst, "peer id"), r.PeerIDs[i][:])
		}
		dst = append(appendInt(appendText(dst, "port"), int64(p.Port())), 'e')
	}
	return append(dst, 'e')
}

// AppendScrapeBody appends the bencoded body of an HTTP scrape's response (BEP 48). minInterval is
// the time until the next scrape, 0 if there is no limit.
func AppendScrapeBody(dst []byte, hashes [][20]byte, scrape func([20]byte) Stats, minInterval time.Duration) []byte {
	slices.SortFunc(hashes, func(a, b [20]byte) int { return bytes.Compare(a[:], b[:]) })
	hashes = slices.Compact(hashes)
	dst = append(appendText(append(dst, 'd'), "files"), 'd')
	for i := range hashes {
		s := scrape(hashes[i])
		dst = append(appendBytes(dst, hashes[i][:]), 'd')
		dst = appendInt(appendText(dst, "complete"), int64(s.Seeds))
		dst = appendInt(appendText(dst, "downloaded"), int64(s.Completed))
		dst = append(appendInt(appendText(dst, "incomplete"), int64(s.Leechers)), 'e')
	}
	dst = append(dst, 'e')
	if minInterval > 0 {
		dst = append(appendText(dst, "flags"), 'd')
		dst = append(appendInt(appendText(dst, "min_request_interval"), int64(minInterval/time.Second)), 'e')
	}
	return append(dst, 'e')
}

func appendText(dst []byte, s string) []byte {
	return append(append(strconv.AppendInt(dst, int64(len(s)), 10), ':'), s...)
}

func appendBytes(dst, s []byte) []byte {
	return append(append(strconv.AppendInt(dst, int64(len(s)), 10), ':'), s...)
}

func appendInt(dst []byte, n int64) []byte {
	return append(strconv.AppendInt(append(dst, 'i'), n, 10), 'e')
}

func appendIP(dst []byte, ip netip.Addr) []byte {
	var text [64]byte
	return appendBytes(dst, ip.AppendTo(text[:0]))
}

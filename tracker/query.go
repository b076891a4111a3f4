package tracker

import (
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"net/netip"
	"strconv"
	"strings"
)

// DefaultNumWant is the number of peers for a request without numwant, or with a negative one,
// which UDP trackers use for the default (BEP 15).
const DefaultNumWant = 50

// maxNumWant bounds numwant, whatever the tracker's limit is.
const maxNumWant = 10_000

// ParseQuery parses the query of an announce's URL (BEP 3, BEP 7, BEP 23). The address is that of
// the parameter ip, which a server replaces by the connection's unless it trusts its peers.
// Unknown parameters are skipped. It allocates nothing for a valid query.
func ParseQuery(query string) (Request, error) {
	p := parser{r: Request{NumWant: DefaultNumWant, Left: math.MaxInt64}}
	for query != "" {
		var param string
		param, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(param, "=")
		if err := p.parameter(name, value); err != nil {
			return Request{}, err
		}
	}
	switch {
	case p.found&foundInfoHash == 0:
		return Request{}, errors.New("tracker: there is no info_hash")
	case p.found&foundPeerID == 0:
		return Request{}, errors.New("tracker: there is no peer_id")
	case p.port == 0:
		return Request{}, errors.New("tracker: there is no port from 1 to 65535")
	}
	p.r.Addr = netip.AddrPortFrom(p.ip, p.port)
	return p.r, nil
}

// parser is the state of ParseQuery.
type parser struct {
	r     Request
	ip    netip.Addr
	port  uint16
	found uint8
}

const (
	foundInfoHash = 1 << iota
	foundPeerID
)

// parameter parses one parameter. Its value is escaped.
func (p *parser) parameter(name, value string) (err error) {
	switch name {
	case "info_hash":
		p.found |= foundInfoHash
		return unescapeID(&p.r.InfoHash, name, value)
	case "peer_id":
		p.found |= foundPeerID
		return unescapeID(&p.r.PeerID, name, value)
	case "port":
		n, err := strconv.ParseUint(value, 10, 16)
		if err != nil || n == 0 {
			return errors.New("tracker: port is not a number from 1 to 65535")
		}
		p.port = uint16(n)
	case "uploaded":
		p.r.Uploaded, err = parseBytes(name, value)
	case "downloaded":
		p.r.Downloaded, err = parseBytes(name, value)
	case "left":
		if p.r.Left, err = parseBytes(name, value); strings.HasPrefix(value, "-") {
			p.r.Left, err = math.MaxInt64, nil // some clients write an unknown length as -1
		}
	case "numwant":
		n, err := strconv.Atoi(value)
		if err != nil && value != "" {
			return errors.New("tracker: numwant is not a number")
		}
		if p.r.NumWant = min(n, maxNumWant); n < 0 || value == "" {
			p.r.NumWant = DefaultNumWant
		}
	case "event":
		for e, name := range eventNames {
			if name == value {
				p.r.Event = Event(e)
			}
		}
	default:
		p.optional(name, value)
	}
	return err
}

// optional parses a parameter that is ignored if it is not valid.
func (p *parser) optional(name, value string) {
	switch name {
	case "compact":
		p.r.Dictionary = value == "0"
	case "no_peer_id":
		p.r.NoPeerID = value == "1"
	case "key":
		p.r.Key = parseKey(value)
	case "ip":
		if a, err := netip.ParseAddr(unescape(value)); err == nil {
			p.ip = a.WithZone("")
		}
	case "ipv4", "ipv6": // an address with or without a port
		text := unescape(value)
		a, err := netip.ParseAddrPort(text)
		if err != nil {
			ip, _ := netip.ParseAddr(text)
			a = netip.AddrPortFrom(ip, 0)
		}
		if a.Addr().Is4() == (name == "ipv4") && a.Addr().IsValid() {
			p.r.Also = netip.AddrPortFrom(a.Addr().WithZone(""), a.Port())
		}
	}
}

// ParseScrapeQuery parses the query of a scrape's URL (BEP 48): at least one info_hash, and at most
// the given number.
func ParseScrapeQuery(query string, most int) ([][20]byte, error) {
	var out [][20]byte
	for query != "" {
		var param string
		param, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(param, "=")
		if name != "info_hash" {
			continue
		}
		if len(out) == most {
			return nil, fmt.Errorf("tracker: more than %d torrents in one scrape", most)
		}
		var h [20]byte
		if err := unescapeID(&h, name, value); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	if len(out) == 0 {
		return nil, errors.New("tracker: a scrape of all torrents is not offered; name some with info_hash")
	}
	return out, nil
}

// parseBytes parses a number of bytes. One that does not fit is the largest that does.
func parseBytes(name, value string) (int64, error) {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("tracker: %s is not a number of bytes", name)
	}
	return int64(min(n, math.MaxInt64)), nil
}

// parseKey makes a number of a key. Most clients write the key of the UDP protocol in hexadecimal,
// of which the number is used, so that a peer has the same key in both protocols.
func parseKey(value string) uint32 {
	if n, err := strconv.ParseUint(value, 16, 32); err == nil || value == "" {
		return uint32(n)
	}
	h := fnv.New32a()
	h.Write([]byte(value))
	return max(h.Sum32(), 1)
}

// unescapeID decodes an escaped info hash or peer ID, which has 20 bytes.
func unescapeID(dst *[20]byte, name, value string) error {
	n := 0
	for i := 0; i < len(value); n++ {
		b, length, ok := unescapeByte(value[i:])
		if !ok {
			return fmt.Errorf("tracker: %s has %q where two hexadecimal digits have to follow the %%", name, value[i:min(i+3, len(value))])
		}
		if n < len(dst) {
			dst[n] = b
		}
		i += length
	}
	if n != len(dst) {
		return fmt.Errorf("tracker: %s has %d bytes, not 20", name, n)
	}
	return nil
}

// unescape decodes a short text. A text that is not valid becomes empty.
func unescape(value string) string {
	if !strings.ContainsAny(value, "%+") {
		return value
	}
	var out []byte
	for value != "" {
		b, length, ok := unescapeByte(value)
		if !ok {
			return ""
		}
		out, value = append(out, b), value[length:]
	}
	return string(out)
}

// unescapeByte decodes the first byte of an escaped text, which is not empty, and returns its length
// in the text.
func unescapeByte(s string) (b byte, length int, ok bool) {
	switch {
	case s[0] == '+':
		return ' ', 1, true
	case s[0] != '%':
		return s[0], 1, true
	case len(s) < 3:
		return 0, 0, false
	}
	high, ok1 := unhex(s[1])
	low, ok2 := unhex(s[2])
	return high<<4 | low, 3, ok1 && ok2
}

func unhex(c byte) (byte, bool) {
	switch {
	case '0' <= c && c <= '9':
		return c - '0', true
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10, true
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

package announce

import (
	"math"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// announceQuery returns the query of an HTTP announce: the URL's own, which private trackers keep
// their key in, and then the parameters of BEP 3.
func announceQuery(own string, r *Request) string {
	q := query{}
	q.begin(own)
	q.add("info_hash", string(r.InfoHash[:]))
	q.add("peer_id", string(r.PeerID[:]))
	q.int("port", int64(r.Port))
	q.int("uploaded", max(0, r.Uploaded))
	q.int("downloaded", max(0, r.Downloaded))
	q.int("left", leftOf(r))
	q.add("compact", "1")
	q.add("key", strconv.FormatUint(uint64(r.Key), 16))
	if r.NumWant >= 0 {
		q.int("numwant", int64(r.NumWant))
	}
	if r.Event != Regular {
		q.add("event", r.Event.String())
	}
	if r.TrackerID != "" {
		q.add("trackerid", r.TrackerID)
	}
	q.addr("ipv4", r.IPv4)
	q.addr("ipv6", r.IPv6)
	q.flag("supportcrypto", r.SupportCrypto)
	q.flag("requirecrypto", r.RequireCrypto)
	q.flag("no_peer_id", r.NoPeerID)
	return q.String()
}

// leftOf returns the bytes to download that are announced. A peer that does not know is no seed.
func leftOf(r *Request) int64 {
	if r.Left < 0 {
		return math.MaxInt64
	}
	return r.Left
}

// scrapeQuery returns the query of an HTTP scrape (BEP 48).
func scrapeQuery(own string, hashes [][20]byte) string {
	q := query{}
	q.begin(own)
	for _, h := range hashes {
		q.add("info_hash", string(h[:]))
	}
	return q.String()
}

// scrapeURL returns the scrape URL of an announce URL: "announce" at the beginning of the last part
// of the path becomes "scrape" (BEP 48).
func scrapeURL(u *url.URL) (*url.URL, bool) {
	path := u.EscapedPath()
	at := strings.LastIndexByte(path, '/') + 1
	rest, ok := strings.CutPrefix(path[at:], "announce")
	if !ok {
		return nil, false
	}
	s := *u
	s.RawPath = path[:at] + "scrape" + rest
	var err error
	s.Path, err = url.PathUnescape(s.RawPath)
	return &s, err == nil
}

// query builds a query in a stated order. url.Values would sort it, and encode a space as +, which
// some trackers do not decode.
type query struct{ strings.Builder }

// begin takes over the query that a URL has already.
func (q *query) begin(own string) { q.WriteString(strings.TrimSuffix(own, "&")) }

func (q *query) add(key, value string) {
	if q.Len() > 0 {
		q.WriteByte('&')
	}
	q.WriteString(key)
	q.WriteByte('=')
	for i := range len(value) {
		switch c := value[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~", c) >= 0:
			q.WriteByte(c) // the unreserved characters, RFC 3986 section 2.3
		default:
			q.WriteByte('%')
			q.WriteByte("0123456789ABCDEF"[c>>4])
			q.WriteByte("0123456789ABCDEF"[c&15])
		}
	}
}

func (q *query) int(key string, n int64) { q.add(key, strconv.FormatInt(n, 10)) }

func (q *query) addr(key string, a netip.Addr) {
	if a.IsValid() {
		q.add(key, a.WithZone("").String())
	}
}

func (q *query) flag(key string, set bool) {
	if set {
		q.add(key, "1")
	}
}

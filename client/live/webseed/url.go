package webseed

import (
	"crypto/sha256"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"swarmsim/client"
	"swarmsim/client/live/httpclient"
	"swarmsim/torrent"
)

// maxURL bounds a web seed's URL in bytes.
const maxURL = 4 << 10

// parseURL parses a URL of an url-list.
func parseURL(rawURL string) (*url.URL, error) {
	if len(rawURL) > maxURL {
		return nil, fmt.Errorf("%d bytes are more than %d", len(rawURL), maxURL)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, httpclient.Reason(err)
	}
	return u, httpclient.CheckURL(u)
}

// fileURL returns the URL of a file (BEP 19): the web seed's own for a single file, unless it ends
// with a slash; else with the torrent's name and the file's path behind it.
func fileURL(base *url.URL, m *torrent.Meta, file int) *url.URL {
	path := base.EscapedPath()
	switch {
	case !m.Single:
		path = strings.TrimSuffix(path, "/") + "/" + url.PathEscape(m.Name)
		for part := range strings.SplitSeq(m.Files[file].Path, "/") {
			path += "/" + url.PathEscape(part)
		}
	case strings.HasSuffix(path, "/") || path == "":
		path = strings.TrimSuffix(path, "/") + "/" + url.PathEscape(m.Name)
	}
	u := *base
	u.RawPath = path
	u.Path, _ = url.PathUnescape(path) // it is escaped: there is no error
	return &u
}

// Addr returns the address by which the state machine knows a web seed: made from its URL, in the
// discard prefix of IPv6, to which nothing can be sent (RFC 6666).
func Addr(rawURL string) netip.AddrPort {
	a := [16]byte{0: 1}
	sum := sha256.Sum256([]byte(rawURL))
	copy(a[8:], sum[:8])
	return netip.AddrPortFrom(netip.AddrFrom16(a), 80)
}

// PeerID returns the peer id of a web seed, made from its URL.
func PeerID(rawURL string) client.PeerID {
	id := client.PeerID{}
	sum := sha256.Sum256([]byte(rawURL))
	copy(id[copy(id[:], "-WS0000-"):], sum[8:])
	return id
}

package tracker

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/anacrolix/torrent/bencode"
)

// AppendHTTP appends the request as an HTTP client sends it (BEP 3). The address is in the optional
// parameter ip, which trackers may ignore.
func (r *Request) AppendHTTP(dst []byte) []byte {
	q := fmt.Sprintf("GET /announce?info_hash=%s&peer_id=%s&ip=%s&port=%d"+
		"&uploaded=%d&downloaded=%d&left=%d&numwant=%d&compact=1",
		url.QueryEscape(string(r.InfoHash[:])), url.QueryEscape(string(r.PeerID[:])), r.Addr.Addr(), r.Addr.Port(),
		r.Uploaded, r.Downloaded, r.Left, r.NumWant)
	dst = append(dst, q...)
	if r.Event != None {
		dst = append(dst, "&event="+eventNames[r.Event]...)
	}
	return append(dst, " HTTP/1.1\r\nHost: tracker\r\nConnection: close\r\n\r\n"...)
}

// eventNames are the values of the parameter event.
var eventNames = [...]string{"", "started", "completed", "stopped"}

// ParseHTTP parses the bytes of an HTTP announce.
func ParseHTTP(data []byte) (Request, error) {
	line, _, _ := strings.Cut(string(data), "\r\n")
	parts := strings.Split(line, " ")
	if len(parts) != 3 || parts[0] != "GET" {
		return Request{}, errors.New("tracker: not a GET request")
	}
	path, query, _ := strings.Cut(parts[1], "?")
	if path != "/announce" {
		return Request{}, errors.New("tracker: not an announce")
	}
	return ParseQuery(query)
}

// body is the bencoded body of a response, of which the peers are in compact form (BEP 23, BEP 7).
type body struct {
	Failure     string `bencode:"failure reason,omitempty"`
	Complete    int    `bencode:"complete"`
	Incomplete  int    `bencode:"incomplete"`
	Interval    int64  `bencode:"interval"`
	MinInterval int64  `bencode:"min interval,omitempty"`
	Peers       []byte `bencode:"peers"`
	Peers6      []byte `bencode:"peers6,omitempty"`
}

const httpOK = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"

// AppendHTTP appends the response as an HTTP tracker sends it.
func (r *Response) AppendHTTP(dst []byte) []byte {
	return r.AppendBody(append(dst, httpOK...), &Request{})
}

// ParseResponse parses the bytes of an HTTP tracker's response.
func ParseResponse(data []byte) (Response, error) {
	_, text, ok := strings.Cut(string(data), "\r\n\r\n")
	if !ok {
		return Response{}, errors.New("tracker: not an HTTP response")
	}
	var b body
	if err := bencode.Unmarshal([]byte(text), &b); err != nil {
		return Response{}, fmt.Errorf("tracker: %w", err)
	}
	if b.Failure != "" {
		return Response{Failure: b.Failure}, nil
	}
	const maxInterval = int64(365 * 24 * time.Hour / time.Second)
	if b.Interval <= 0 || b.Interval > maxInterval || b.MinInterval < 0 || b.MinInterval > maxInterval {
		return Response{}, errors.New("tracker: the interval is not between 1 s and a year")
	}
	if len(b.Peers)%6 != 0 || len(b.Peers6)%18 != 0 {
		return Response{}, errors.New("tracker: the peers are not in compact form")
	}
	r := Response{
		Seeds:       b.Complete,
		Leechers:    b.Incomplete,
		Interval:    time.Duration(b.Interval) * time.Second,
		MinInterval: time.Duration(b.MinInterval) * time.Second,
	}
	r.Peers = appendCompact(r.Peers, b.Peers, 4)
	r.Peers = appendCompact(r.Peers, b.Peers6, 16)
	return r, nil
}

// appendCompact appends the peers of a compact list. Each is an IP address of the given length in
// bytes and a port.
func appendCompact(out []netip.AddrPort, data []byte, ipLength int) []netip.AddrPort {
	for ; len(data) >= ipLength+2; data = data[ipLength+2:] {
		addr, _ := netip.AddrFromSlice(data[:ipLength])
		out = append(out, netip.AddrPortFrom(addr, binary.BigEndian.Uint16(data[ipLength:])))
	}
	return out
}

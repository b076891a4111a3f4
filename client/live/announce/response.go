package announce

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/anacrolix/torrent/bencode"
)

// httpResponse is the dictionary that an HTTP tracker answers with. Its values are decoded one by one,
// because trackers differ in which types they use, and a strange value should spoil no other.
type httpResponse struct {
	FailureReason bencode.Bytes `bencode:"failure reason"`
	RetryIn       bencode.Bytes `bencode:"retry in"` // BEP 31
	Warning       bencode.Bytes `bencode:"warning message"`
	Interval      bencode.Bytes `bencode:"interval"`
	MinInterval   bencode.Bytes `bencode:"min interval"`
	TrackerID     bencode.Bytes `bencode:"tracker id"`
	Complete      bencode.Bytes `bencode:"complete"`
	Incomplete    bencode.Bytes `bencode:"incomplete"`
	ExternalIP    bencode.Bytes `bencode:"external ip"` // BEP 24
	Peers         bencode.Bytes `bencode:"peers"`
	Peers6        bencode.Bytes `bencode:"peers6"` // BEP 7
	Files         bencode.Bytes `bencode:"files"`  // BEP 48
}

// decodeDict decodes a response's dictionary. What follows it is ignored: some trackers end with a
// new line.
func decodeDict(body []byte, to any) error {
	if len(body) == 0 || body[0] != 'd' {
		return fmt.Errorf("the response is not a bencoded dictionary: %q", excerpt(string(body)))
	}
	err := bencode.Unmarshal(body, to)
	if errors.As(err, new(bencode.ErrUnusedTrailingBytes)) {
		return nil
	}
	return err
}

// failure returns the failure that a response reports; nil if none. An empty reason is none: the
// tracker of anacrolix/torrent has it in all responses.
func (r *httpResponse) failure() *Failure {
	if len(r.FailureReason) == 0 || string(r.FailureReason) == "0:" {
		return nil
	}
	return &Failure{Reason: text(r.FailureReason), RetryIn: retryIn(r.RetryIn)}
}

// retryIn decodes "retry in": minutes, or the word never (BEP 31).
func retryIn(v bencode.Bytes) time.Duration {
	if text(v) == "never" {
		return Never
	}
	return 60 * secondsToDuration(min(max(0, integer(v, 0)), 365*1440))
}

// decodeAnnounce decodes the answer to an HTTP announce. loopback reports whether the tracker is on
// this machine.
func decodeAnnounce(body []byte, o *Options, loopback bool) (Response, error) {
	var d httpResponse
	if err := decodeDict(body, &d); err != nil {
		return Response{}, err
	}
	if f := d.failure(); f != nil {
		return Response{}, f
	}
	list := peerList{most: o.MaxPeers, loopback: loopback}
	if err := errors.Join(list.addValue(d.Peers, 4), list.addValue(d.Peers6, 16)); err != nil {
		return Response{}, fmt.Errorf("peers of the response: %w", err)
	}
	r := Response{
		Interval:    o.clampInterval(integer(d.Interval, 0)),
		MinInterval: min(secondsToDuration(integer(d.MinInterval, 0)), o.MaxInterval),
		Peers:       list.peers,
		TrackerID:   trackerID(d.TrackerID),
		Warning:     text(d.Warning),
		Complete:    count(d.Complete),
		Incomplete:  count(d.Incomplete),
		External:    address(d.ExternalIP),
	}
	return r, nil
}

// decodeScrape decodes the answer to an HTTP scrape: numbers by info hash. Only the hashes that were
// asked for are returned.
func decodeScrape(body []byte, hashes [][20]byte, out map[[20]byte]Stats) error {
	var d httpResponse
	if err := decodeDict(body, &d); err != nil {
		return err
	}
	if f := d.failure(); f != nil {
		return f
	}
	if len(d.Files) == 0 {
		return errors.New("the response has no files")
	}
	var files map[string]bencode.Bytes
	if err := bencode.Unmarshal(d.Files, &files); err != nil {
		return fmt.Errorf("files of the response: %w", err)
	}
	for _, h := range hashes {
		var s struct {
			Complete   bencode.Bytes `bencode:"complete"`
			Downloaded bencode.Bytes `bencode:"downloaded"`
			Incomplete bencode.Bytes `bencode:"incomplete"`
		}
		if v, ok := files[string(h[:])]; ok && decodeDict(v, &s) == nil {
			out[h] = Stats{max(0, count(s.Complete)), max(0, count(s.Downloaded)), max(0, count(s.Incomplete))}
		}
	}
	return nil
}

// integer decodes an integer, also one in a string as some trackers send; otherwise if it is none.
func integer(v bencode.Bytes, otherwise int64) int64 {
	var n int64
	if len(v) > 0 && bencode.Unmarshal(v, &n) == nil {
		return n
	}
	if n, err := strconv.ParseInt(text(v), 10, 64); err == nil {
		return n
	}
	return otherwise
}

// count decodes a number of peers; -1 if it is none.
func count(v bencode.Bytes) int { return int(min(max(-1, integer(v, -1)), math.MaxInt32)) }

// maxText bounds texts of trackers in bytes: they are shown to users and sent back.
const maxText = 512

// text decodes a string that is shown to the user: bounded, without control characters.
func text(v bencode.Bytes) string {
	var s string
	if len(v) == 0 || bencode.Unmarshal(v, &s) != nil {
		return ""
	}
	return excerpt(s)
}

// excerpt returns the beginning of a text, without control characters.
func excerpt(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return -1
		}
		return r
	}, s[:min(len(s), maxText)])
	return strings.TrimSpace(s)
}

// trackerID decodes a tracker id, which is sent back byte for byte or not at all.
func trackerID(v bencode.Bytes) string {
	var s string
	if len(v) == 0 || bencode.Unmarshal(v, &s) != nil || len(s) > maxText {
		return ""
	}
	return s
}

// address decodes an address of 4 or 16 bytes (BEP 24).
func address(v bencode.Bytes) netip.Addr {
	var s []byte
	if len(v) == 0 || bencode.Unmarshal(v, &s) != nil {
		return netip.Addr{}
	}
	a, _ := netip.AddrFromSlice(s)
	return a.Unmap()
}

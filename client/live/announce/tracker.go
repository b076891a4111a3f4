package announce

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"swarmsim/client/live/httpclient"
)

// Tracker is a tracker that can be asked for peers.
type Tracker interface {
	// Announce tells the tracker about a peer and asks for others.
	Announce(context.Context, Request) (Response, error)

	// Scrape asks how many seeds and leechers some torrents have (BEP 48). Torrents that the tracker does
	// not know are missing in the result, or zero. The error is ErrNoScrape if the URL has no scrape.
	Scrape(context.Context, ...[20]byte) (map[[20]byte]Stats, error)

	// Name returns the scheme and the host of the URL, which hides what private trackers keep in paths.
	Name() string

	// Close frees what is not shared. Calls in progress fail.
	Close() error
}

// Event is the event of an announce, with its number of BEP 15.
type Event uint8

// The events of BEP 3.
const (
	Regular Event = iota // none: the interval has passed
	Completed
	Started
	Stopped
)

// String returns the name in HTTP announces.
func (e Event) String() string {
	if int(e) < len(eventNames) {
		return eventNames[e]
	}
	return fmt.Sprintf("event %d", uint8(e))
}

var eventNames = [...]string{"", "completed", "started", "stopped"}

// Request is an announce (BEP 3).
type Request struct {
	InfoHash [20]byte // a version 2 hash is truncated (BEP 52)
	PeerID   [20]byte
	Port     uint16 // at which the peer accepts connections

	Uploaded   int64 // bytes since Started
	Downloaded int64 // bytes since Started
	Left       int64 // bytes to download; below 0: unknown, as with a magnet link

	Event   Event
	NumWant int // peers wanted; below 0: as many as the tracker likes

	// Key identifies the peer to the tracker if its address changes. It is the same for all trackers
	// of a session, and secret from other peers.
	Key uint32

	TrackerID string // of an earlier Response of the same tracker

	IPv4, IPv6 netip.Addr // other addresses of the peer (BEP 7); the zero Addr: not sent

	SupportCrypto, RequireCrypto bool // message stream encryption
	NoPeerID                     bool // peer ids are not needed in the dictionary form
}

// Response is the answer to an announce.
type Response struct {
	Interval    time.Duration // until the next regular announce, clamped by the options
	MinInterval time.Duration // until any other announce; 0 if the tracker has no such rule
	Peers       []netip.AddrPort
	TrackerID   string     // for the next Request; empty: keep the last one
	External    netip.Addr // of the asker as the tracker sees it (BEP 24); the zero Addr if not said
	Warning     string
	Complete    int // seeds; -1 if not said
	Incomplete  int // leechers; -1 if not said
}

// Stats are how many seeds, leechers and downloads a torrent has (BEP 48).
type Stats struct {
	Complete   int // seeds
	Downloaded int // completed events so far
	Incomplete int // leechers
}

// Failure is the answer of a tracker that refuses.
type Failure struct {
	Reason  string        // the tracker's words
	RetryIn time.Duration // until the tracker may be asked again (BEP 31); 0 if not said; Never
}

// Never is the RetryIn of a tracker that is not to be asked again.
const Never = time.Duration(math.MaxInt64)

func (f *Failure) Error() string { return fmt.Sprintf("the tracker refused: %q", f.Reason) }

// ErrNoScrape is the error of Scrape if the tracker's URL has no scrape URL (BEP 48).
var ErrNoScrape = errors.New("the tracker's URL has no scrape")

// Options are the options of a tracker. The zero value is usable.
type Options struct {
	Local     netip.Addr // source address; the zero Addr: any
	UserAgent string     // of HTTP; empty: Go's

	Timeout     time.Duration // of a call, with all retransmissions; 0: 1 minute
	Retransmit  time.Duration // until a UDP request is first repeated; doubles each time; 0: 15 s (BEP 15)
	MinInterval time.Duration // least Response.Interval; 0: 30 s
	MaxInterval time.Duration // greatest Response.Interval; 0: 12 h

	MaxResponse int64 // bytes of an HTTP response, after decompression; 0: 1 MiB
	MaxPeers    int   // in a Response; 0: 1,000

	TLS    *tls.Config  // of HTTPS; nil: the system's roots
	Client *http.Client // shared, from package httpclient; nil: one of its own, bound to Local
	Socket *Socket      // shared by UDP trackers; nil: one of its own, bound to Local
}

func (o Options) withDefaults() Options {
	setDefault(&o.Timeout, time.Minute)
	setDefault(&o.Retransmit, 15*time.Second)
	setDefault(&o.MinInterval, 30*time.Second)
	setDefault(&o.MaxInterval, 12*time.Hour)
	setDefault(&o.MaxResponse, 1<<20)
	setDefault(&o.MaxPeers, 1000)
	return o
}

func setDefault[T int | int64 | time.Duration](value *T, to T) {
	if *value == 0 {
		*value = to
	}
}

// maxURL bounds a tracker's URL in bytes.
const maxURL = 4 << 10

// New returns the tracker with a URL of scheme http, https or udp. It connects to nothing yet.
func New(rawURL string, o Options) (Tracker, error) {
	if len(rawURL) > maxURL {
		return nil, fmt.Errorf("tracker URL: %d bytes are more than %d", len(rawURL), maxURL)
	}
	u, err := url.Parse(rawURL)
	if err != nil {
		return nil, fmt.Errorf("tracker URL: %w", httpclient.Reason(err))
	}
	o = o.withDefaults()
	switch u.Scheme {
	case "http", "https":
		return newHTTP(u, o)
	case "udp":
		return newUDP(u, o)
	case "ws", "wss":
		return nil, fmt.Errorf("tracker %s: WebTorrent trackers are not supported", name(u))
	}
	return nil, fmt.Errorf("tracker URL: the scheme %q is not http, https or udp", u.Scheme)
}

func name(u *url.URL) string { return u.Scheme + "://" + u.Host }

// clampInterval returns a tracker's interval within the options' limits. Trackers that say none are
// asked each 30 minutes, as is usual.
func (o *Options) clampInterval(seconds int64) time.Duration {
	if seconds <= 0 {
		seconds = 1800
	}
	return min(max(secondsToDuration(seconds), o.MinInterval), o.MaxInterval)
}

// secondsToDuration converts seconds, at most a hundred years because more would overflow.
func secondsToDuration(seconds int64) time.Duration {
	return time.Duration(min(max(seconds, 0), 100*365*86400)) * time.Second
}

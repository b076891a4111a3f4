package live

import (
	"fmt"
	"log/slog"
	"net/netip"
	"runtime"
	"strings"
	"time"

	"swarmsim/tracker"
)

// Config is the configuration of a server. The zero value serves HTTP and UDP at port 6969 of all
// addresses; each field's zero value is the default that its comment names.
type Config struct {
	// Listen has the addresses, host:port. An empty host stands for all IPv4 and all IPv6 addresses,
	// port 0 for any free port, the same for HTTP and UDP. The default is ":6969".
	Listen []string
	NoHTTP bool
	NoUDP  bool

	Interval    time.Duration // between a peer's regular announces, at least 1 s; default 30 minutes
	MinInterval time.Duration // between any two announces of a peer; default 1 minute or Interval
	Expire      time.Duration // a peer silent for longer is removed; default 1.5 intervals
	MaxPeers    int           // most peers in a response; default 200
	Warning     string        // shown to users by their clients, HTTP only
	TrackerID   string        // sent with HTTP responses

	ReturnOwnAddress bool           // a response may contain the address that announces
	TrustIP          bool           // an announce may name another address: ip, ipv4, ipv6
	Proxies          []netip.Prefix // of which X-Forwarded-For is used

	MaxSwarms      int     // 0: no limit
	MaxTotalPeers  int     // in all swarms; 0: no limit
	Rate           float64 // requests a second of one IPv4 address or IPv6 /64; 0: no limit
	Burst          int     // requests at once before Rate counts; default 10 seconds' worth
	MaxConnections int     // simultaneous HTTP connections; default 20,000

	Allow string // a file of info hashes; only these torrents are served
	Deny  string // a file of info hashes that are not served

	Snapshot      string        // a file that keeps the swarms over a restart; "": none
	SnapshotEvery time.Duration // default 5 minutes

	// Metrics is where Prometheus metrics are served: an address of their own, or a path that begins
	// with / on the tracker's own addresses. The default is nowhere.
	Metrics string

	UDPReaders int          // goroutines for each UDP socket; default one for each core
	Log        *slog.Logger // default: nothing is logged
}

// The defaults and limits of a Config.
const (
	DefaultPort     = 6969
	defaultInterval = 30 * time.Minute
	maxInterval     = 24 * time.Hour
	maxMaxPeers     = 2000
)

// checked returns the configuration with defaults filled in.
func (c Config) checked() (Config, error) {
	if len(c.Listen) == 0 {
		c.Listen = []string{fmt.Sprintf(":%d", DefaultPort)}
	}
	setDefault(&c.Interval, defaultInterval)
	setDefault(&c.MinInterval, min(time.Minute, c.Interval))
	setDefault(&c.Expire, c.Interval+c.Interval/2)
	setDefault(&c.MaxPeers, 200)
	setDefault(&c.Burst, max(1, int(10*min(c.Rate, 1e6))))
	setDefault(&c.MaxConnections, 20_000)
	setDefault(&c.SnapshotEvery, 5*time.Minute)
	setDefault(&c.UDPReaders, runtime.GOMAXPROCS(0))
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c, c.check()
}

// check reports what is wrong with a configuration that has its defaults.
func (c *Config) check() error {
	for _, addr := range c.Listen {
		if _, _, err := splitAddr(addr); err != nil {
			return err
		}
	}
	switch {
	case c.NoHTTP && c.NoUDP:
		return fmt.Errorf("neither HTTP nor UDP is to be served")
	case c.Interval < time.Second || c.Interval > maxInterval:
		return fmt.Errorf("the interval is %v; it must be from 1s to %v", c.Interval, maxInterval)
	case c.MinInterval < 0 || c.MinInterval > c.Interval:
		return fmt.Errorf("the min interval is %v; it must be from 0s to the interval, %v", c.MinInterval, c.Interval)
	case c.Expire <= c.Interval:
		return fmt.Errorf("peers expire after %v; it must be longer than the interval, %v, or peers expire between their announces", c.Expire, c.Interval)
	case c.MaxPeers < 1 || c.MaxPeers > maxMaxPeers:
		return fmt.Errorf("a response has at most %d peers; it must be from 1 to %d", c.MaxPeers, maxMaxPeers)
	case strings.HasPrefix(c.Metrics, "/") && (c.NoHTTP || reservedPaths[c.Metrics]):
		return fmt.Errorf("the metrics cannot be at the path %s: it needs HTTP, and a path that the tracker does not use", c.Metrics)
	case c.MaxSwarms < 0 || c.MaxTotalPeers < 0 || c.Rate < 0 || c.Burst < 1 || c.MaxConnections < 1 || c.SnapshotEvery < time.Second || c.UDPReaders < 1:
		return fmt.Errorf("a limit is negative, or an interval is below a second")
	}
	return nil
}

// setDefault sets a value that is zero.
func setDefault[T comparable](p *T, value T) {
	var zero T
	if *p == zero {
		*p = value
	}
}

// policy returns the configuration of the state machine.
func (c *Config) policy() tracker.Config {
	return tracker.Config{
		Interval:         c.Interval,
		MinInterval:      c.MinInterval,
		Expire:           c.Expire,
		MaxPeers:         c.MaxPeers,
		ExpireWork:       4,
		SeedsWhenStarted: true,
		ReturnOwnAddress: c.ReturnOwnAddress,
		TrackerID:        c.TrackerID,
		Warning:          c.Warning,
	}
}

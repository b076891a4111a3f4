package cli

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"swarmsim/cmd/flags"
	"swarmsim/sim/scenario"
	"swarmsim/tracker/live"
)

// trackerFlags are the flags of swarmsim tracker.
type trackerFlags struct {
	config    live.Config
	http, udp bool
	asJSON    bool
}

func (f *trackerFlags) add(c *cobra.Command) {
	fs := c.Flags()
	p := &f.config
	fs.Var(flags.List(&p.Listen, "addr", "127.0.0.1:6969", flags.Text), "listen",
		"address to listen at; repeat for several; port 0 is any free port (default :6969)")
	fs.BoolVar(&f.http, "http", false, "serve HTTP only, unless --udp is given too")
	fs.BoolVar(&f.udp, "udp", false, "serve UDP only, unless --http is given too")
	fs.Var(flags.Parsed(&p.Interval, "duration", "30m", clockTime), "interval", "time between announces of a peer (default 30m)")
	fs.Var(flags.Parsed(&p.MinInterval, "duration", "1m", clockTime), "min-interval",
		"time after which a peer may announce early (default 1m)")
	fs.Var(flags.Parsed(&p.Expire, "duration", "45m", clockTime), "expire",
		"time after which a silent peer is removed (default 1.5 intervals)")
	p.MaxPeers = 200
	fs.Var(flags.Count(&p.MaxPeers, 1, 2000, "200"), "max-peers", "most peers in a response")
	fs.Var(flags.Parsed(&p.Snapshot, "file", "tracker.snapshot", flags.Text), "snapshot",
		"file that keeps the swarms: read at the start, written every 5 minutes and at the end")
	fs.Var(flags.Parsed(&p.Allow, "file", "allow.txt", flags.Text), "allow", "file of info hashes; only these torrents are served")
	fs.Var(flags.Parsed(&p.Deny, "file", "deny.txt", flags.Text), "deny", "file of info hashes that are not served")
	fs.Var(flags.Parsed(&p.Metrics, "addr", "127.0.0.1:9100", flags.Text), "metrics",
		"address for Prometheus metrics, or a path such as /metrics at the tracker's own")
	fs.Var(flags.Parsed(&p.Rate, "rate", "20", perSecond), "rate-limit",
		"requests a second of one address, after 10 seconds' worth at once (default no limit)")
	fs.Var(flags.Count(&p.MaxSwarms, 0, 0, "100000"), "max-torrents", "most torrents; 0 is no limit")
	fs.Var(flags.Count(&p.MaxTotalPeers, 0, 0, "1000000"), "max-total-peers", "most peers in all torrents; 0 is no limit")
	fs.Var(flags.Parsed(&p.Warning, "text", `"moves soon"`, flags.Text), "warning", "warning that clients show to their users")
	fs.BoolVar(&p.TrustIP, "trust-ip", false, "let peers announce another address than the one that they connect from")
	fs.Var(flags.List(&p.Proxies, "prefix", "10.0.0.0/8", proxyPrefix), "proxy",
		"address or prefix of reverse proxies, of which X-Forwarded-For is used; repeat for several")
	fs.BoolVar(&p.ReturnOwnAddress, "return-own-address", false, "let responses contain the address that announces")
	fs.BoolVar(&f.asJSON, "json", false, "print one JSON object a line")
}

func trackerCommand() *cobra.Command {
	var f trackerFlags
	c := &cobra.Command{
		Use:   "tracker",
		Short: "Run a BitTorrent tracker",
		Long: `Serves announces and scrapes over HTTP and UDP, for IPv4 and IPv6, until Ctrl-C.
It then answers the requests in progress and writes the snapshot, if it has one.

Lists of info hashes have one a line; they are read again when they change, and on
SIGHUP. docs/tracker.md describes limits, metrics, proxies and the snapshot.`,
		Example: `  swarmsim tracker
  swarmsim tracker --listen 127.0.0.1:0 --udp
  swarmsim tracker --snapshot peers.snapshot --allow ours.txt --metrics 127.0.0.1:9100
  swarmsim tracker --interval 10m --rate-limit 20 --max-total-peers 1000000 --json`,
		Args: noArguments,
	}
	f.add(c)
	c.RunE = runE(f.run)
	return c
}

// noArguments refuses arguments.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Errorf("%s takes no argument; found %q; %s --help shows the flags",
			cmd.CommandPath(), args[0], cmd.CommandPath())}
	}
	return nil
}

func (f *trackerFlags) run(cmd *cobra.Command, _ []string) error {
	f.config.NoHTTP = f.udp && !f.http
	f.config.NoUDP = f.http && !f.udp
	out := newTrackerOutput(cmd, f.asJSON)
	f.config.Log = out.log
	s, err := live.New(f.config)
	if err != nil {
		if input := (live.InputError{}); errors.As(err, &input) {
			return usageError{err}
		}
		return err
	}
	reload, stop := reloadSignals() // before others hear that it runs
	defer stop()
	out.started(s)
	tick := time.NewTicker(statsInterval)
	defer tick.Stop()
	for {
		select {
		case <-cmd.Context().Done():
			err := s.Close()
			out.stopped(s)
			return err
		case <-reload:
			_ = s.Reload() // the server logs it
		case <-tick.C:
			out.stats(s)
		}
	}
}

// clockTime parses a duration as Go writes it (30m) or as a scenario does (30 min).
func clockTime(text string) (time.Duration, error) {
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	var d scenario.Duration
	if err := d.Parse(text); err != nil || d <= 0 {
		return 0, fmt.Errorf("%q is not a duration; write one like 30m or \"30 min\"", text)
	}
	return d.Std(), nil
}

// perSecond parses a number of requests a second.
func perSecond(text string) (float64, error) {
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n >= 0.001 && n <= 1e6) {
		return 0, fmt.Errorf("%q is not a number of requests a second from 0.001 to 1000000, such as 20", text)
	}
	return n, nil
}

// proxyPrefix parses an address or a prefix of addresses.
func proxyPrefix(text string) (netip.Prefix, error) {
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), nil
	}
	a, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is not an IP address or a prefix, such as 10.0.0.0/8", text)
	}
	return a.Prefix(a.BitLen())
}

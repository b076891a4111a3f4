package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/client/live/crypt"
	"swarmsim/cmd/flags"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// liveFlags are the flags of the commands that exchange files with other clients.
type liveFlags struct {
	listen                           []netip.AddrPort
	peers                            []netip.AddrPort
	encryption                       crypt.Mode
	uploadRate                       scenario.Rate
	downloadRate                     scenario.Rate
	maxConnections, uploadSlots      int
	noDHT, noPEX, noLSD, portMapping bool
	bootstrap                        []string
	profile                          string
	overrides                        []scenario.Override
	goal                             seedGoal
	check                            bool
	asJSON, quiet, verbose           bool
	record                           string
	force                            bool
}

func (f *liveFlags) add(c *cobra.Command) {
	fs := c.Flags()
	f.encryption, f.maxConnections = crypt.Preferred, 200
	fs.Var(flags.List(&f.listen, "address", "0.0.0.0:6881", parseListen), "listen",
		"address at which peers are accepted and from which they are dialed (repeatable; default port 6881, or any that is free)")
	fs.Var(flags.List(&f.peers, "address", "192.0.2.7:6881", parsePeer), "peer", "connect to a peer (repeatable)")
	fs.Var(flags.Parsed(&f.encryption, "mode", "required", parseEncryption), "encryption",
		"of connections to peers: off, allowed, preferred or required (default preferred)")
	fs.Var(flags.Quantity(&f.uploadRate, "rate", "2 MB/s"), "upload", "limit of the upload rate")
	fs.Var(flags.Quantity(&f.downloadRate, "rate", "8 MB/s"), "download", "limit of the download rate")
	fs.Var(flags.Count(&f.uploadSlots, 0, 10_000, "20"), "upload-slots",
		"peers that are uploaded to at a time, over all torrents; 0 for as many as each torrent's choker decides")
	fs.Var(flags.Count(&f.maxConnections, 1, 10_000, "50"), "max-connections", "limit of the number of connections")
	fs.BoolVar(&f.noDHT, "no-dht", false, "do not look for peers in the DHT")
	fs.Var(flags.List(&f.bootstrap, "host:port", "router.bittorrent.com:6881", parseBootstrap), "dht-node",
		"a node that the DHT begins with (repeatable; default: public ones)")
	fs.BoolVar(&f.noPEX, "no-pex", false, "do not exchange addresses of peers with neighbours")
	fs.BoolVar(&f.noLSD, "no-lsd", false, "do not look for peers in the local network")
	fs.BoolVar(&f.portMapping, "port-mapping", false, "ask the router to pass connections from outside (UPnP, NAT-PMP, PCP)")
	fs.Var(flags.Parsed(&f.profile, "name", "libtorrent-2", flags.Text), "profile",
		"behave like a known client; swarmsim list profiles has them")
	fs.Var(flags.List(&f.overrides, "client.FIELD=VALUE", "client.choker=random", parseClientSet), "set",
		"another strategy or setting of the client, as in a scenario (repeatable)")
	must(c.RegisterFlagCompletionFunc("set", completeClientSet))
	must(c.RegisterFlagCompletionFunc("profile", completeProfiles))
	fs.BoolVar(&f.check, "check", false, "hash all files that are there, whatever is known of them")
	fs.Var(flags.Parsed(&f.record, "folder", "results/some", flags.Text), "record", "write what the client saw to a new results folder, which swarmsim report draws")
	fs.BoolVar(&f.force, "force", false, "replace an existing results folder of --record")
	fs.BoolVar(&f.asJSON, "json", false, "print a JSON object a second for each torrent instead of the progress")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print nothing but warnings and errors")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "print what happens to connections and announces")
}

// parseListen reads an address with a port, or a port alone.
func parseListen(text string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a, nil
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("%q is not an address with a port, such as 0.0.0.0:6881, or a port", text)
	}
	return netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(port)), nil
}

func parsePeer(text string) (netip.AddrPort, error) {
	a, err := netip.ParseAddrPort(text)
	if err != nil || a.Port() == 0 || a.Addr().IsUnspecified() {
		return a, fmt.Errorf("%q is not the address of a peer, such as 192.0.2.7:6881 or [2001:db8::1]:6881", text)
	}
	return a, nil
}

func parseBootstrap(text string) (string, error) {
	host, port, ok := strings.Cut(text, ":")
	if i := strings.LastIndexByte(text, ':'); ok {
		host, port = text[:i], text[i+1:]
	}
	if n, err := strconv.ParseUint(port, 10, 16); !ok || err != nil || n == 0 || host == "" {
		return "", fmt.Errorf("%q is not a host with a port, such as router.bittorrent.com:6881", text)
	}
	return text, nil
}

var encryptionModes = map[string]crypt.Mode{
	"off": crypt.Off, "allowed": crypt.Allowed, "preferred": crypt.Preferred, "required": crypt.Required,
}

func parseEncryption(text string) (crypt.Mode, error) {
	mode, ok := encryptionModes[text]
	if !ok {
		return mode, fmt.Errorf("%q is not off, allowed, preferred or required", text)
	}
	return mode, nil
}

// parseClientSet reads a setting of the client: the network and the other peers are real.
func parseClientSet(text string) (scenario.Override, error) {
	o, err := parseSet(text)
	if err == nil && !strings.HasPrefix(o.Path, "client.") {
		err = fmt.Errorf("%q is not a setting of the client, such as client.choker=random; the other peers, the links and the "+
			"content are those of the real world", text)
	}
	return o, err
}

// setClient adds a setting that a flag stands for.
func (f *liveFlags) setClient(field, value string) {
	o, err := scenario.ParseOverride("--set", field+"="+value)
	must(err)
	f.overrides = append(f.overrides, o)
}

// liveScenario is the scenario whose client plays in the real world. Its links and content are not
// used. A profile says itself what its client does.
const liveScenario = `
name: live
content: {size: 1 GiB}
groups:
  - {name: peers, count: 1, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
  - {name: seed, count: 1, seed: true, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
`

// liveClient are the settings of the client without a profile.
const liveClient = `
client:
  fast_extension: true
  on_cancel: reject
  allowed_fast_set_size: 10
  upload: {send_buffer_blocks: 16, send_buffer_time: 500 ms}
`

// client returns the scenario that describes the client, and what makes the state machine of a
// torrent.
func (f *liveFlags) client() (*scenario.Scenario, func(*rand.Rand) client.Config, error) {
	src := scenario.Source{
		Text: []byte(liveScenario + liveClient), Shown: "the client", Catalogue: sim.Catalogue(), Overrides: f.overrides,
	}
	if f.profile != "" {
		src.Text = []byte(liveScenario)
		src.Sets = []string{"client.profile=" + f.profile}
	}
	s, err := scenario.Load(src)
	if err != nil {
		return nil, nil, err
	}
	if _, err := sim.ClientConfig(&s.Client); err != nil {
		return nil, nil, usageError{err}
	}
	return s, func(*rand.Rand) client.Config {
		c, err := sim.ClientConfig(&s.Client)
		must(err)
		return c
	}, nil
}

// session opens a session as the flags say.
func (f *liveFlags) session(log slog.Handler, strategies func(*rand.Rand) client.Config) (*live.Session, error) {
	cfg := live.Config{
		Listen: f.listen, Client: strategies, Encryption: f.encryption, MaxConnections: f.maxConnections, UploadSlots: f.uploadSlots,
		DHT: !f.noDHT, Bootstrap: f.bootstrap, NoPEX: f.noPEX, LSD: !f.noLSD, PortMap: f.portMapping,
		UploadRate: int64(f.uploadRate), DownloadRate: int64(f.downloadRate),
	}
	if cfg.DHT {
		cfg.DHTState = loadDHT()
	}
	if f.verbose {
		cfg.Log = slog.New(log)
	}
	s, err := live.New(cfg)
	if err != nil && len(f.listen) > 0 {
		return nil, usageError{err}
	}
	return s, err
}

// checkRecord refuses a record of several torrents.
func (f *liveFlags) checkRecord(torrents int) error {
	if f.record != "" && torrents != 1 {
		return usageError{errors.New("--record writes the record of one torrent; name one")}
	}
	return nil
}

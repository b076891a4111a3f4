package cli

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"

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
	listen         []netip.AddrPort
	encryption     crypt.Mode
	uploadRate     scenario.Rate
	downloadRate   scenario.Rate
	maxConnections int
	noDHT, noPEX   bool
	bootstrap      []string
	profile        string
	overrides      []scenario.Override
	peers          []netip.AddrPort
	check          bool
	asJSON         bool
	quiet          bool
	verbose        bool
}

func (f *liveFlags) add(c *cobra.Command) {
	fs := c.Flags()
	f.encryption, f.maxConnections = crypt.Preferred, 200
	fs.Var(flags.List(&f.listen, "address", "0.0.0.0:6881", parseListen), "listen",
		"address at which peers are accepted and from which they are dialed (repeatable; default port 6881, or any that is free)")
	fs.Var(flags.Parsed(&f.encryption, "mode", "required", parseEncryption), "encryption",
		"of connections to peers: off, preferred or required (default preferred)")
	fs.Var(flags.Quantity(&f.uploadRate, "rate", "2 MB/s"), "upload", "limit of the upload rate")
	fs.Var(flags.Quantity(&f.downloadRate, "rate", "8 MB/s"), "download", "limit of the download rate")
	fs.Var(flags.Count(&f.maxConnections, 1, 10_000, "50"), "max-connections", "limit of the number of connections")
	fs.Var(flags.Parsed(&f.profile, "name", "libtorrent-2", flags.Text), "profile",
		"behave like a known client; swarmsim list has the profiles")
	addSet(c, &f.overrides)
	fs.Var(flags.List(&f.peers, "address", "192.0.2.7:6881", netip.ParseAddrPort), "peer", "connect to a peer (repeatable)")
	fs.BoolVar(&f.noDHT, "no-dht", false, "do not look for peers in the DHT")
	fs.Var(flags.List(&f.bootstrap, "host:port", "router.bittorrent.com:6881", flags.Text), "dht-node",
		"a node that the DHT begins with (repeatable; default: public ones)")
	fs.BoolVar(&f.noPEX, "no-pex", false, "do not exchange peers with neighbours")
	fs.BoolVar(&f.check, "check", false, "hash the files that are there, whatever is known of them")
	fs.BoolVar(&f.asJSON, "json", false, "print one JSON object a second and line instead of the progress")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress")
	fs.BoolVarP(&f.verbose, "verbose", "v", false, "print what happens to connections and announces")
}

// parseListen reads an address with a port, or a port alone.
func parseListen(text string) (netip.AddrPort, error) {
	if a, err := netip.ParseAddrPort(text); err == nil {
		return a, nil
	}
	var port uint16
	if _, err := fmt.Sscanf(text, "%d", &port); err != nil || fmt.Sprint(port) != text {
		return netip.AddrPort{}, fmt.Errorf("%q is not an address with a port, such as 0.0.0.0:6881, or a port", text)
	}
	return netip.AddrPortFrom(netip.IPv4Unspecified(), port), nil
}

var encryptionModes = map[string]crypt.Mode{"off": crypt.Off, "preferred": crypt.Preferred, "required": crypt.Required}

func parseEncryption(text string) (crypt.Mode, error) {
	mode, ok := encryptionModes[text]
	if !ok {
		return mode, fmt.Errorf("%q is not off, preferred or required", text)
	}
	return mode, nil
}

// liveScenario is the scenario whose client plays in the real world. Its links and content are not
// used.
const liveScenario = `
name: live
content: {size: 1 GiB}
groups:
  - {name: peers, count: 1, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
  - {name: seed, count: 1, seed: true, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
client:
  fast_extension: true
  on_cancel: reject
  allowed_fast_set_size: 10
  upload: {send_buffer_blocks: 16, send_buffer_time: 500 ms}
`

// client returns what makes the state machine of a torrent.
func (f *liveFlags) client() (func(*rand.Rand) client.Config, error) {
	src := scenario.Source{
		Text: []byte(liveScenario), Shown: "the live client", Catalogue: sim.Catalogue(), Overrides: f.overrides,
	}
	if f.profile != "" {
		src.Text = []byte(liveProfile)
		src.Sets = []string{"client.profile=" + f.profile}
	}
	s, err := scenario.Load(src)
	if err != nil {
		return nil, err
	}
	if _, err := sim.ClientConfig(&s.Client); err != nil {
		return nil, usageError{err}
	}
	return func(*rand.Rand) client.Config {
		c, err := sim.ClientConfig(&s.Client)
		must(err)
		return c
	}, nil
}

// liveProfile is liveScenario for a profile, which says itself what its client does.
const liveProfile = `
name: live
content: {size: 1 GiB}
groups:
  - {name: peers, count: 1, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
  - {name: seed, count: 1, seed: true, link: {up: 1 Gbit/s, down: 1 Gbit/s}}
`

// session opens a session as the flags say.
func (f *liveFlags) session(cmd *cobra.Command) (*live.Session, error) {
	strategies, err := f.client()
	if err != nil {
		return nil, err
	}
	cfg := live.Config{
		Listen: f.listen, Client: strategies, Encryption: f.encryption, MaxConnections: f.maxConnections,
		DHT: !f.noDHT, Bootstrap: f.bootstrap, NoPEX: f.noPEX,
		UploadRate: int64(f.uploadRate), DownloadRate: int64(f.downloadRate),
	}
	if f.verbose {
		cfg.Log = slog.New(slog.NewTextHandler(cmd.ErrOrStderr(), nil))
	}
	return live.New(cfg)
}

// statePath returns the file for what is verified of a torrent whose files are not to get company: one
// in the user's cache folder, named by the info hash.
func statePath(hash [20]byte) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "swarmsim")
	return filepath.Join(dir, fmt.Sprintf("%x.resume", hash)), os.MkdirAll(dir, 0o777)
}

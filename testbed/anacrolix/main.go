// Command anacrolix runs one torrent in anacrolix/torrent and prints its progress, a JSON object a
// line. The driver Anacrolix of swarmsim/testbed/driver starts it.
//
// It is a module of its own: the version of anacrolix/torrent that builds with its client differs
// from the one whose packages the main module uses.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
	"golang.org/x/time/rate"
)

// options are the command's flags.
type options struct {
	torrent, dir, encryption string
	listen                   netip.AddrPort
	interval                 time.Duration
	up, down                 int
	utp, dht, pex            bool
	dhtNodes                 []string
}

func main() {
	var o options
	flag.StringVar(&o.torrent, "torrent", "", "torrent file or magnet link")
	flag.StringVar(&o.dir, "dir", "", "folder of the content")
	flag.StringVar(&o.encryption, "encryption", "off", "off, preferred or required")
	flag.TextVar(&o.listen, "listen", netip.AddrPort{}, "address and port of every socket")
	flag.DurationVar(&o.interval, "interval", 250*time.Millisecond, "time between reports")
	flag.IntVar(&o.up, "up", 0, "upload limit, bytes per second")
	flag.IntVar(&o.down, "down", 0, "download limit, bytes per second")
	flag.BoolVar(&o.utp, "utp", false, "use uTP too")
	flag.BoolVar(&o.dht, "dht", false, "use DHT")
	flag.BoolVar(&o.pex, "pex", false, "use peer exchange")
	flag.Func("dht-node", "address of a node that DHT starts from", func(s string) error {
		o.dhtNodes = append(o.dhtNodes, s)
		return nil
	})
	version := flag.Bool("version", false, "print the version of anacrolix/torrent")
	flag.Parse()
	if *version {
		fmt.Println(libraryVersion())
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := run(ctx, &o); err != nil {
		fmt.Fprintln(os.Stderr, "anacrolix:", err)
		os.Exit(1)
	}
}

func libraryVersion() string {
	info, _ := debug.ReadBuildInfo()
	for _, m := range info.Deps {
		if m.Path == "github.com/anacrolix/torrent" {
			return strings.TrimPrefix(m.Version, "v")
		}
	}
	return "unknown"
}

// config binds every socket to the address: listeners, dials, announces and DHT.
func config(o *options) *torrent.ClientConfig {
	c := torrent.NewDefaultClientConfig()
	ip := o.listen.Addr().AsSlice()
	c.SetListenAddr(o.listen.String())
	c.DisableIPv6 = o.listen.Addr().Is4()
	c.DataDir, c.Seed = o.dir, true
	c.DefaultStorage = storage.NewFileOpts(storage.NewFileClientOpts{
		ClientBaseDir: o.dir, PieceCompletion: storage.NewMapPieceCompletion(),
	})
	c.NoDHT, c.DisablePEX, c.DisableUTP = !o.dht, !o.pex, !o.utp
	c.NoDefaultPortForwarding, c.DisableWebtorrent = true, true
	c.AcceptPeerConnections = true
	c.DialForPeerConns = false // the default dialer is not bound; run adds one that is
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: ip}}
	c.HTTPDialContext = dialer.DialContext
	c.TrackerDialContext = dialer.DialContext
	c.TrackerListenPacket = func(network, _ string) (net.PacketConn, error) {
		return net.ListenPacket(network, netip.AddrPortFrom(o.listen.Addr(), 0).String())
	}
	c.HeaderObfuscationPolicy = torrent.HeaderObfuscationPolicy{
		Preferred: o.encryption != "off", RequirePreferred: o.encryption != "preferred",
	}
	if o.up > 0 {
		c.UploadRateLimiter = rate.NewLimiter(rate.Limit(o.up), max(o.up, 1<<18))
	}
	if o.down > 0 {
		c.DownloadRateLimiter = rate.NewLimiter(rate.Limit(o.down), max(o.down, 1<<18))
	}
	if o.dht {
		c.DhtStartingNodes = func(string) dht.StartingNodesGetter {
			return func() ([]dht.Addr, error) { return dht.ResolveHostPorts(o.dhtNodes) }
		}
	}
	return c
}

// run runs the torrent until ctx ends.
func run(ctx context.Context, o *options) error {
	if !o.listen.IsValid() {
		return errors.New("-listen is missing")
	}
	client, err := torrent.NewClient(config(o))
	if err != nil {
		return err
	}
	defer client.Close()
	client.AddDialer(torrent.NetworkDialer{
		Network: "tcp",
		Dialer:  &net.Dialer{LocalAddr: &net.TCPAddr{IP: o.listen.Addr().AsSlice()}},
	})
	t, err := add(client, o.torrent)
	if err != nil {
		return err
	}
	go remindOfAnnounce(ctx, t)
	select {
	case <-t.GotInfo():
	case <-ctx.Done():
		return nil
	}
	if err := t.VerifyDataContext(ctx); err != nil && ctx.Err() == nil {
		return err
	}
	t.DownloadAll()
	return follow(ctx, t, o.interval)
}

// remindOfAnnounce makes the client look again, every second, whether an announce is due. Its timer for
// announces (internal/mytimer.Timer.update) drops what is set between the end of its callback's work
// and the reset that follows. One callback runs when the client is made: a torrent that is added in
// that moment is not announced until something of it changes, which for a seed is never.
func remindOfAnnounce(ctx context.Context, t *torrent.Torrent) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			t.AddTrackers(nil) // adds none, and sets the timer
		}
	}
}

func add(client *torrent.Client, source string) (*torrent.Torrent, error) {
	if strings.HasPrefix(source, "magnet:") {
		return client.AddMagnet(source)
	}
	mi, err := metainfo.LoadFromFile(source)
	if err != nil {
		return nil, err
	}
	return client.AddTorrent(mi)
}

// report is a line of output; see Progress in swarmsim/testbed/driver.
type report struct {
	Have        int64  `json:"have"`
	Size        int64  `json:"size"`
	Uploaded    int64  `json:"uploaded"`
	Downloaded  int64  `json:"downloaded"`
	Wasted      int64  `json:"wasted"`
	Connections int    `json:"connections"`
	Complete    bool   `json:"complete"`
	Pieces      []byte `json:"pieces"`
}

func follow(ctx context.Context, t *torrent.Torrent, interval time.Duration) error {
	out := json.NewEncoder(os.Stdout)
	tick := time.NewTicker(interval)
	defer tick.Stop()
	complete := t.Complete().On()
	for {
		if err := out.Encode(reportOn(t)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		case <-complete:
			complete = nil
		}
	}
}

func reportOn(t *torrent.Torrent) report {
	stats := t.Stats()
	r := report{
		Size:        t.Length(),
		Uploaded:    stats.BytesWrittenData.Int64(),
		Downloaded:  stats.BytesReadData.Int64(),
		Wasted:      stats.BytesReadData.Int64() - stats.BytesReadUsefulData.Int64(),
		Connections: stats.ActivePeers,
		Pieces:      make([]byte, (t.NumPieces()+7)/8),
	}
	for i := range t.NumPieces() {
		if t.PieceState(i).Complete {
			r.Pieces[i/8] |= 0x80 >> (i % 8)
			r.Have += t.Info().Piece(i).Length()
		}
	}
	r.Complete = r.Have == r.Size
	return r
}

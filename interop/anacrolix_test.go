package interop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/anacrolix/dht/v2"
	theirtorrent "github.com/anacrolix/torrent"
	"github.com/anacrolix/torrent/metainfo"
	"github.com/anacrolix/torrent/storage"
	"golang.org/x/time/rate"

	"swarmsim/testbed/driver"
)

// anacrolix is the full client of anacrolix/torrent, in the process of the test.
type anacrolix struct{}

func (anacrolix) Name() string { return "anacrolix" }

// replaced is the line of go.mod that has the version which is built.
var replaced = regexp.MustCompile(`(?m)^\s*github\.com/anacrolix/torrent => \S+ v(\S+)`)

func (anacrolix) Installed(context.Context) (string, error) {
	text, err := os.ReadFile("go.mod")
	if err != nil {
		return "", err
	}
	version := replaced.FindSubmatch(text)
	if version == nil {
		return "", errors.New("go.mod does not say which version of anacrolix/torrent is built")
	}
	return string(version[1]), nil
}

func (anacrolix) Check(*driver.Job) error { return nil }

type runningAnacrolix struct {
	client  *theirtorrent.Client
	torrent *theirtorrent.Torrent
	cancel  context.CancelFunc
	done    chan struct{}
	ended   chan struct{}
}

// config binds every socket to the address of the job: listeners, dials, announces and the DHT.
func (anacrolix) config(j *driver.Job) *theirtorrent.ClientConfig {
	c := theirtorrent.NewDefaultClientConfig()
	c.SetListenAddr(j.Listen.String())
	c.DisableIPv6 = true
	c.DataDir, c.Seed = j.Folder, true
	c.DefaultStorage = storage.NewFileOpts(storage.NewFileClientOpts{
		ClientBaseDir: j.Folder, PieceCompletion: storage.NewMapPieceCompletion(),
	})
	c.NoDHT, c.DisablePEX, c.DisableUTP = !j.DHT, !j.PEX, !j.UTP
	c.NoDefaultPortForwarding, c.DisableWebtorrent = true, true
	c.DialForPeerConns = false // the default dialer is not bound; run adds one that is
	dialer := boundDialer(j.Listen)
	c.HTTPDialContext, c.TrackerDialContext = dialer.DialContext, dialer.DialContext
	c.TrackerListenPacket = func(network, _ string) (net.PacketConn, error) {
		return net.ListenPacket(network, netip.AddrPortFrom(j.Listen.Addr(), 0).String())
	}
	c.HeaderObfuscationPolicy = theirtorrent.HeaderObfuscationPolicy{
		Preferred:        j.Encryption != driver.EncryptionOff,
		RequirePreferred: j.Encryption != driver.EncryptionPreferred,
	}
	if j.DownLimit > 0 {
		c.DownloadRateLimiter = rate.NewLimiter(rate.Limit(j.DownLimit), max(int(j.DownLimit), 1<<14))
	}
	c.DhtStartingNodes = func(string) dht.StartingNodesGetter {
		return func() (out []dht.Addr, err error) {
			for _, n := range j.DHTNodes {
				out = append(out, dht.NewAddr(net.UDPAddrFromAddrPort(n)))
			}
			return out, nil
		}
	}
	return c
}

func boundDialer(from netip.AddrPort) *net.Dialer {
	return &net.Dialer{LocalAddr: &net.TCPAddr{IP: from.Addr().AsSlice()}}
}

func (a anacrolix) run(ctx context.Context, j driver.Job) (running, error) {
	c, err := theirtorrent.NewClient(a.config(&j))
	if err != nil {
		return nil, err
	}
	c.AddDialer(theirtorrent.NetworkDialer{Network: "tcp", Dialer: boundDialer(j.Listen)})
	var t *theirtorrent.Torrent
	if strings.HasPrefix(j.Torrent, "magnet:") {
		t, err = c.AddMagnet(j.Torrent)
	} else {
		var m *metainfo.MetaInfo
		if m, err = metainfo.LoadFromFile(j.Torrent); err == nil {
			t, err = c.AddTorrent(m)
		}
	}
	if err != nil {
		return nil, errors.Join(err, errors.Join(c.Close()...))
	}
	r := &runningAnacrolix{client: c, torrent: t, done: make(chan struct{}), ended: make(chan struct{})}
	ctx, r.cancel = context.WithCancel(ctx)
	go r.follow(ctx)
	go remindOfAnnounce(ctx, t)
	return r, nil
}

// remindOfAnnounce makes a client look again, every second, whether an announce is due. Its timer for
// announces (internal/mytimer.Timer.update) drops what is set between the end of its callback's work
// and the reset that follows. One callback runs when the client is made: a torrent that is added in
// that moment is not announced until something of it changes, which for a seed is never.
func remindOfAnnounce(ctx context.Context, t *theirtorrent.Torrent) {
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

func (r *runningAnacrolix) follow(ctx context.Context) {
	defer close(r.ended)
	select {
	case <-r.torrent.GotInfo():
	case <-ctx.Done():
		return
	}
	if r.torrent.VerifyDataContext(ctx) != nil {
		return
	}
	r.torrent.DownloadAll()
	select {
	case <-r.torrent.Complete().On():
		close(r.done)
	case <-ctx.Done():
		return
	}
	<-ctx.Done()
}

func (r *runningAnacrolix) Done() <-chan struct{}   { return r.done }
func (r *runningAnacrolix) Exited() <-chan struct{} { return r.ended }

func (r *runningAnacrolix) Stop(context.Context) error {
	r.cancel()
	<-r.ended
	return errors.Join(r.client.Close()...)
}

func (r *runningAnacrolix) String() string {
	var status strings.Builder
	r.client.WriteStatus(&status)
	return fmt.Sprintf("anacrolix: %+v\n%s", r.torrent.Stats().ConnStats, status.String())
}

package interop

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"swarmsim/client/live/dht"
	"swarmsim/testbed/driver"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
)

// limit ends an exchange that hangs. Transmission takes 10 s until it sends the first block, libtorrent
// a minute until it tells of peers, and rtorrent 2 to 4 minutes.
var limit = flag.Duration("limit", 8*time.Minute, "time after which an exchange hangs")

// exchange is a download of ours from another client, or of another client from ours.
type exchange struct {
	feature  string // the row of the table
	theirs   program
	oursSeed bool

	version    torrent.Version // V1 if 0
	ours, them driver.Encryption
	magnet     bool
	tracker    string // its program; "" for swarmsim's
	scheme     string // of the tracker; "" for http
}

func (x *exchange) direction() string {
	if x.oursSeed {
		return "from swarmsim to " + x.theirs.Name()
	}
	return "from " + x.theirs.Name() + " to swarmsim"
}

// seedAndLeecher returns the jobs and the programs of both, the seed first.
func (x *exchange) seedAndLeecher() (programs [2]program, jobs [2]driver.Job) {
	programs = [2]program{x.theirs, ours{}}
	jobs = [2]driver.Job{{Encryption: x.them, Seed: true}, {Encryption: x.ours}}
	if x.oursSeed {
		programs[0], programs[1] = programs[1], programs[0]
		jobs[0].Encryption, jobs[1].Encryption = x.ours, x.them
	}
	return programs, jobs
}

// run makes a torrent, waits until the tracker serves it, starts the seed, waits until the tracker lists
// it, and starts the leecher.
func (x *exchange) run(t *testing.T) {
	needs(t, x.theirs)
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	tracker, scheme := x.tracker, x.scheme
	if tracker == "" {
		tracker = "swarmsim"
	}
	if scheme == "" {
		scheme = "http"
	}
	url, serve := trackers[tracker](t, scheme)
	folder, meta := content(t, files.Options{Version: x.version, Trackers: [][]string{{url}}}, x.theirs)
	serve(meta)
	awaitServing(ctx, t, url, meta)
	if !x.oursSeed {
		writePadding(t, meta, folder)
	}
	path := writeTorrent(t, meta)
	programs, jobs := x.seedAndLeecher()
	jobs[0].Torrent, jobs[0].Folder, jobs[1].Torrent = path, folder, path
	if x.magnet {
		jobs[1].Torrent = meta.Magnet().String()
	}
	seed, seedJob := begin(ctx, t, programs[0], jobs[0])
	await(ctx, t, seed)
	awaitListed(ctx, t, url, meta, seedJob.Listen)
	leecher, leecherJob := begin(ctx, t, programs[1], jobs[1])
	await(ctx, t, leecher, seed)
	awaitEqual(ctx, t, meta, folder, leecherJob.Folder)
}

// byDHT makes a torrent without a tracker. Both clients begin with the only other node of the DHT, which
// therefore has all announces, or Transmission with 12: it announces nothing until it knows 9.
func byDHT(t *testing.T, theirs program, oursSeed bool) {
	needs(t, theirs)
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	n := 1
	if theirs.Name() == "transmission" {
		n = 12
	}
	nodes := newDHT(t, n)
	folder, meta := content(t, files.Options{Nodes: []string{nodes[0].String()}}, theirs)
	path := writeTorrent(t, meta)
	x := exchange{theirs: theirs, oursSeed: oursSeed}
	programs, jobs := x.seedAndLeecher()
	for i := range jobs {
		jobs[i].Torrent, jobs[i].DHT = path, true
		switch programs[i].Name() {
		case "qbittorrent": // it reads the node from the torrent file only
		case "transmission":
			jobs[i].DHTNodes = nodes
		default:
			jobs[i].DHTNodes = nodes[:1]
		}
	}
	jobs[0].Folder = folder
	seed, _ := begin(ctx, t, programs[0], jobs[0])
	await(ctx, t, seed)
	leecher, leecherJob := begin(ctx, t, programs[1], jobs[1])
	await(ctx, t, leecher, seed)
	awaitEqual(ctx, t, meta, folder, leecherJob.Folder)
}

// newDHT starts nodes of the DHT that know one another.
func newDHT(t *testing.T, n int) (nodes []netip.AddrPort) {
	t.Helper()
	for range n {
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(newAddress(), 6881)))
		if err != nil {
			t.Fatal(err)
		}
		var c dht.Config
		if c.IPv4 = conn; len(nodes) > 0 {
			c.Bootstrap = []string{nodes[0].String()}
		}
		node, err := dht.New(c)
		if err != nil {
			t.Fatal(errors.Join(err, conn.Close()))
		}
		t.Cleanup(func() { node.Close() })
		nodes = append(nodes, conn.LocalAddr().(*net.UDPAddr).AddrPort())
	}
	return nodes
}

// slow is a download rate, in bytes per second, at which a client has no piece for long.
const slow = 2000

// byPEX has a leecher learn of the seed from a peer between them, which downloads so slowly that it
// has no piece itself. Where teach is set that peer is theirs, and ours learns; otherwise ours is that
// peer, and theirs learns.
func byPEX(t *testing.T, theirs program, teach bool) {
	needs(t, theirs)
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	var o files.Options
	if theirs.Name() == "rtorrent" { // it refuses torrents without trackers and nodes
		o.Trackers = [][]string{{fmt.Sprintf("http://%v:1/announce", sharedAddress())}}
	}
	folder, meta := content(t, o, theirs)
	path := writeTorrent(t, meta)
	job := driver.Job{Torrent: path, PEX: true}
	seedJob, middleJob := job, job
	seedJob.Seed, seedJob.Folder, middleJob.DownLimit = true, folder, slow
	middleProgram, leecherProgram := theirs, program(ours{})
	if !teach {
		middleProgram, leecherProgram = leecherProgram, middleProgram
	}
	seed, _ := begin(ctx, t, ours{}, seedJob)
	await(ctx, t, seed)
	middle, middleJob := begin(ctx, t, middleProgram, middleJob)
	leecher, leecherJob := begin(ctx, t, leecherProgram, job)
	awaitListening(ctx, t, middleJob.Listen)
	awaitListening(ctx, t, leecherJob.Listen)
	// A client of another program learns of no peer by the test: ours connect to it.
	var stop func()
	if teach {
		stop = keepDialing(seed, middleJob.Listen)
		defer keepDialing(leecher, middleJob.Listen)()
	} else {
		stop = keepDialing(middle, leecherJob.Listen)
		defer keepDialing(seed, middleJob.Listen)()
	}
	defer stop()
	await(ctx, t, leecher, middle, seed)
	awaitEqual(ctx, t, meta, folder, leecherJob.Folder)
}

// awaitListening waits until a client listens. One that was dialed before is dialed again a minute later.
func awaitListening(ctx context.Context, t *testing.T, peer netip.AddrPort) {
	t.Helper()
	for {
		c, err := net.Dial("tcp", peer.String())
		if err == nil {
			c.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatal(err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// keepDialing tells a client of ours of a peer again and again, since that may not listen yet.
func keepDialing(r running, peer netip.AddrPort) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for ctx.Err() == nil {
			r.(*runningOurs).torrent.AddPeers([]netip.AddrPort{peer})
			select {
			case <-ctx.Done():
			case <-time.After(time.Second):
			}
		}
	}()
	return cancel
}

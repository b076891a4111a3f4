package interop

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/client/live/crypt"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
	"swarmsim/testbed/driver"
	"swarmsim/torrent"
)

// ours is the live client of this project, in the process of the test.
type ours struct{}

func (ours) Name() string { return "swarmsim" }

func (ours) Installed(context.Context) (string, error) { return "this tree", nil }

func (ours) Check(*driver.Job) error { return nil }

// clientText is a scenario whose client does what swarmsim get does by default.
const clientText = `
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

var strategies = sync.OnceValues(func() (scenario.Client, error) {
	s, err := scenario.Load(scenario.Source{Text: []byte(clientText), Shown: "the live client", Catalogue: sim.Catalogue()})
	if err != nil {
		return scenario.Client{}, err
	}
	return s.Client, nil
})

// runningOurs is a session with one torrent.
type runningOurs struct {
	session *live.Session
	torrent *live.Torrent
	log     *logBuffer
	never   chan struct{}
}

func (ours) run(_ context.Context, j driver.Job) (running, error) {
	settings, err := strategies()
	if err != nil {
		return nil, err
	}
	log := &logBuffer{}
	cfg := live.Config{
		Listen: []netip.AddrPort{j.Listen},
		Client: func(*rand.Rand) client.Config {
			c, err := sim.ClientConfig(&settings)
			if err != nil {
				panic(err)
			}
			return c
		},
		Encryption: [...]crypt.Mode{
			driver.EncryptionOff: crypt.Off, driver.EncryptionPreferred: crypt.Preferred, driver.EncryptionRequired: crypt.Required,
		}[j.Encryption],
		UploadRate: j.UpLimit, DownloadRate: j.DownLimit, DHT: j.DHT, NoPEX: !j.PEX,
		Log: slog.New(slog.NewTextHandler(log, nil)),
	}
	for _, n := range j.DHTNodes {
		cfg.Bootstrap = append(cfg.Bootstrap, n.String())
	}
	s, err := live.New(cfg)
	if err != nil {
		return nil, err
	}
	r := &runningOurs{session: s, log: log, never: make(chan struct{})}
	if r.torrent, err = addTo(s, j); err != nil {
		r.Stop(context.Background())
		return nil, err
	}
	return r, nil
}

func addTo(s *live.Session, j driver.Job) (*live.Torrent, error) {
	o := live.Options{Folder: j.Folder, ReadOnly: j.Seed}
	if torrent.IsMagnet(j.Torrent) {
		link, err := torrent.ParseMagnet(j.Torrent)
		if err != nil {
			return nil, err
		}
		return s.AddMagnet(link, o)
	}
	meta, err := readTorrent(j.Torrent)
	if err != nil {
		return nil, err
	}
	return s.Add(meta, o)
}

func (r *runningOurs) Done() <-chan struct{}   { return r.torrent.Done() }
func (r *runningOurs) Exited() <-chan struct{} { return r.never }

// stopTime bounds the time for telling trackers of the end.
const stopTime = 5 * time.Second

func (r *runningOurs) Stop(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stopTime)
	defer cancel()
	return r.session.Close(ctx)
}

// String has what the torrent was doing and the log.
func (r *runningOurs) String() string {
	return fmt.Sprintf("swarmsim: %v %+v, error %v; log: %s", r.torrent.State(), r.torrent.Stats(), r.torrent.Err(), r.log)
}

// logBuffer keeps a log of a session.
type logBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	text := b.text.String()
	return text[max(0, len(text)-4000):]
}

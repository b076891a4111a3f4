package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"swarmsim/testbed/driver"
	"swarmsim/torrent/files"
	"swarmsim/tracker/live"
)

// contentName is the file that is exchanged.
const contentName = "content"

// pieceLength is that of the torrent.
const pieceLength = 1 << 20

// bed is what all measurements share: the file, its torrent and a tracker.
type bed struct {
	options *options
	folder  string
	torrent string
	tracker *live.Server
	sender  string // address of the limit's sender
}

func newBed(ctx context.Context, o *options) (*bed, error) {
	folder, err := os.MkdirTemp(o.folder, "speed-")
	if err != nil {
		return nil, err
	}
	b := &bed{options: o, folder: folder, torrent: filepath.Join(folder, "content.torrent")}
	if err := b.prepare(ctx); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bed) prepare(ctx context.Context) (err error) {
	b.tracker, err = live.New(live.Config{
		Listen: []string{netip.AddrPortFrom(b.options.address, 0).String()}, NoUDP: true, Interval: time.Minute,
	})
	if err != nil {
		return err
	}
	seed := filepath.Join(b.folder, "seed")
	if err := os.Mkdir(seed, 0o700); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(seed, contentName))
	if err != nil {
		return err
	}
	_, err = io.CopyN(f, rand.Reader, int64(b.options.size))
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	m, err := files.Create(ctx, os.DirFS(seed), contentName, files.Options{
		PieceLength: pieceLength, Private: true, Trackers: [][]string{{b.tracker.AnnounceURLs()[0]}},
	})
	if err != nil {
		return err
	}
	text, err := m.Encode()
	if err != nil {
		return err
	}
	return os.WriteFile(b.torrent, text, 0o600)
}

func (b *bed) close() error {
	if b.tracker != nil {
		b.tracker.Close()
	}
	return os.RemoveAll(b.folder)
}

// listen returns an address with a port that is free.
func listen(ip netip.Addr) netip.AddrPort {
	l, err := net.Listen("tcp", netip.AddrPortFrom(ip, 0).String())
	if err != nil {
		return netip.AddrPort{} // the driver says that the address is missing
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// deadline bounds one measurement.
const deadline = 10 * time.Minute

// measure has a contender download the file once.
func (b *bed) measure(ctx context.Context, c *contender) (result, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	copied, err := os.MkdirTemp(b.folder, "copy-")
	if err != nil {
		return result{}, err
	}
	defer os.RemoveAll(copied)
	seed, err := b.start(ctx, c, filepath.Join(b.folder, "seed"), true)
	if err != nil {
		return result{}, err
	}
	defer seed.stop(ctx)
	if err := b.awaitSeed(ctx, c, seed); err != nil {
		return result{}, err
	}
	time.Sleep(settle)
	began := time.Now()
	leecher, err := b.start(ctx, c, copied, false)
	if err != nil {
		return result{}, err
	}
	defer leecher.stop(ctx)
	return watch(ctx, began, copied, seed, leecher)
}

// settle is the time that a seed has after it was announced to become idle.
const settle = 500 * time.Millisecond

// awaitSeed waits until a seed has checked its file and the tracker knows it.
func (b *bed) awaitSeed(ctx context.Context, c *contender, seed process) error {
	if err := await(ctx, seed, seed.done); err != nil {
		return fmt.Errorf("as a seed: %w", err)
	}
	for c.driver != nil && b.tracker.Stats().Seeds == 0 {
		select {
		case <-ctx.Done():
			return errors.New("the tracker lists no seed")
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}

// start starts one of the two processes.
func (b *bed) start(ctx context.Context, c *contender, folder string, seed bool) (process, error) {
	if c.driver == nil {
		return b.startLimit(ctx, folder, seed)
	}
	work, err := os.MkdirTemp(b.folder, "work-")
	if err != nil {
		return process{}, err
	}
	p, err := c.driver.Start(ctx, driver.Job{
		Torrent: b.torrent, Folder: folder, Work: work, Listen: listen(b.options.address), Seed: seed,
		SharedAddress: true, Interval: c.poll,
	})
	if err != nil {
		return process{}, err
	}
	stop := func(ctx context.Context) { _ = p.Stop(ctx) } // what it did was measured already
	return process{pid: p.PID(), done: p.Done(), exited: p.Exited(), err: p.Err, stop: stop}, nil
}

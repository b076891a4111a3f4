package live_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/client/wire"
	"swarmsim/torrent"
	"swarmsim/torrent/files"
	tracker "swarmsim/tracker/live"
)

// full reports whether the tests of many connections and torrents are to run in full: with LIVE_SOAK=full
// they take a quarter of an hour.
func full() bool { return os.Getenv("LIVE_SOAK") == "full" }

// usage is what this process uses.
type usage struct {
	goroutines, files int
	heap, resident    int64
	cpu               time.Duration
}

func measure(t testing.TB) usage {
	t.Helper()
	fds, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	u := usage{goroutines: runtime.NumGoroutine(), files: len(fds), heap: heap(), cpu: cpuTime()}
	var pages int64
	stat, _ := os.ReadFile("/proc/self/statm")
	fmt.Sscan(string(stat), new(int64), &pages)
	u.resident = pages * int64(os.Getpagesize())
	return u
}

func cpuTime() time.Duration {
	var r syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d files, heap %.1f MB, resident %.1f MB", u.goroutines, u.files,
		float64(u.heap)/1e6, float64(u.resident)/1e6)
}

// expectReleased fails the test unless all that was used since before is released. Goroutines and files of
// closed connections may end a little later.
func expectReleased(t testing.TB, before usage) {
	t.Helper()
	var now usage
	for range 100 {
		now = measure(t)
		if now.goroutines <= before.goroutines && now.files <= before.files {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Logf("before: %v; after: %v", before, now)
	if now.goroutines > before.goroutines || now.files > before.files || now.heap > before.heap+4<<20 {
		t.Errorf("before: %v; after: %v", before, now)
		if now.goroutines > before.goroutines {
			buf := make([]byte, 1<<16)
			t.Logf("%s", buf[:runtime.Stack(buf, true)])
		}
	}
}

// closeNow closes a session, which its test closes again.
func closeNow(t testing.TB, s *live.Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), guard)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Error(err)
	}
}

// openSession returns a session that the test closes.
func openSession(t testing.TB, change func(*live.Config)) *live.Session {
	t.Helper()
	cfg := live.Config{Listen: loopback(), Client: strategies(t, "client.fast_extension=true", "client.connections.max=1000")}
	small(&cfg)
	if change != nil {
		change(&cfg)
	}
	s, err := live.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Many connections that come, download and go, for a long time, use no more at the end than at the
// beginning, and nothing when the session is closed. 200 for ten minutes with LIVE_SOAK=full.
func TestManyConnections(t *testing.T) {
	connections, duration := 20, 3*time.Second
	if full() {
		connections, duration = 200, 10*time.Minute
	}
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 4 << 20})
	before := measure(t)
	s := openSession(t, func(c *live.Config) { c.UploadRate = 4 << 20; c.MaxConnections = 2 * connections })
	x := add(t, s, meta, live.Options{Folder: folder, ReadOnly: true})
	await(t, x)
	other := openSession(t, nil)
	await(t, add(t, other, meta, live.Options{Folder: folder, ReadOnly: true}))
	ctx, cancel := context.WithTimeout(t.Context(), duration)
	defer cancel()
	var wait sync.WaitGroup
	var visits, blocks, downloads atomic.Int64
	for i := range connections {
		wait.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				visits.Add(1)
				visit(ctx, x, s.Addrs()[0].String(), i, n, &blocks)
			}
		})
	}
	wait.Go(func() { // a session that downloads the torrent again and again
		for ctx.Err() == nil {
			again, copied := openSession(t, nil), filepath.Join(folder, "copy")
			y := add(t, again, meta, live.Options{Folder: copied})
			y.AddPeers(append(s.Addrs(), other.Addrs()...))
			select {
			case <-y.Done():
				downloads.Add(1)
			case <-ctx.Done():
			}
			closeNow(t, again)
			os.RemoveAll(copied)
		}
	})
	var first, last usage
	for sample := range 6 {
		select {
		case <-ctx.Done():
		case <-time.After(duration / 7):
		}
		last = measure(t)
		if sample == 0 {
			first = last
		}
		t.Logf("after %v: %v, %d connections", x.Stats().Time.Round(time.Second), last, x.Stats().Peers)
	}
	wait.Wait()
	t.Logf("%d connections were made, %d blocks sent, %d downloads completed", visits.Load(), blocks.Load(), downloads.Load())
	if last.heap > first.heap+32<<20 || last.goroutines > 2*first.goroutines || last.files > 2*first.files {
		t.Errorf("at first: %v; in the end: %v", first, last)
	}
	closeNow(t, s)
	closeNow(t, other)
	expectReleased(t, before)
}

// visit connects, requests blocks until a random time has passed, and hangs up.
func visit(ctx context.Context, x *live.Torrent, to string, i, n int, blocks *atomic.Int64) {
	ctx, cancel := context.WithTimeout(ctx, time.Duration(1+rand.IntN(20_000))*time.Millisecond)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", to)
	if err != nil {
		return
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	id := client.PeerID{1: byte(i), 2: byte(i >> 8), 3: byte(n), 4: byte(n >> 8)}
	conn.Write(encode(hello(x.InfoHash(), id)))
	r := wire.NewReader(conn, wire.Limits{})
	if _, err := r.Handshake(); err != nil {
		return
	}
	conn.Write(encode(client.Message{Kind: client.Interested}))
	for {
		m, err := r.Next()
		switch {
		case err != nil:
			return
		case m.Kind == client.Piece:
			blocks.Add(1)
			fallthrough
		case m.Kind == client.Unchoke:
			conn.Write(encode(request(rand.Uint32N(64), 0, 16<<10)))
		}
	}
}

// Many seeded torrents that no peer wants use little: 1,000 with LIVE_SOAK=full.
func TestManyTorrents(t *testing.T) {
	count, quiet := 50, 2*time.Second
	if full() {
		count, quiet = 1000, time.Minute
	}
	tr, err := tracker.New(tracker.Config{Listen: []string{"127.0.0.1:0"}})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	urls := tr.AnnounceURLs()
	folder := t.TempDir()
	var metas []*torrent.Meta
	for i := range count {
		metas = append(metas, smallTorrent(t, folder, i, urls[i%len(urls)]))
	}
	before := measure(t)
	s := openSession(t, nil)
	empty := measure(t)
	start := time.Now()
	var all []*live.Torrent
	for _, m := range metas {
		all = append(all, add(t, s, m, live.Options{Folder: folder, ReadOnly: true}))
	}
	for _, x := range all {
		await(t, x)
	}
	t.Logf("%d torrents are seeded after %v", count, time.Since(start).Round(time.Millisecond))
	time.Sleep(quiet / 2) // until they are announced
	begin := measure(t)
	start = time.Now()
	time.Sleep(quiet)
	end := measure(t)
	cpu := float64(end.cpu-begin.cpu) / float64(time.Since(start))
	per := func(n int64) float64 { return float64(n) / float64(count) }
	t.Logf("idle: %v; for each torrent %.1f goroutines, %.1f files, heap %.1f kB; %.2f %% of a core for all", end,
		per(int64(end.goroutines-empty.goroutines)), per(int64(end.files-empty.files)), per(end.heap-empty.heap)/1e3, 100*cpu)
	if per(end.heap-empty.heap) > 100_000 || per(int64(end.goroutines-empty.goroutines)) > 3 {
		t.Errorf("an idle torrent uses too much: %v without torrents, %v with %d", empty, end, count)
	}
	for i := 0; i < count; i += count / 5 {
		leecher := openSession(t, nil)
		x := add(t, leecher, metas[i], live.Options{Folder: t.TempDir()})
		x.AddPeers(s.Addrs())
		await(t, x)
		closeNow(t, leecher)
	}
	closeNow(t, s)
	expectReleased(t, before)
}

// smallTorrent makes a torrent of one small file.
func smallTorrent(t testing.TB, folder string, i int, announce string) *torrent.Meta {
	t.Helper()
	name := fmt.Sprintf("file-%d", i)
	data := make([]byte, 100_000)
	rand.NewChaCha8([32]byte{byte(i), byte(i >> 8)}).Read(data)
	if err := os.WriteFile(filepath.Join(folder, name), data, 0o666); err != nil {
		t.Fatal(err)
	}
	m, err := files.Create(t.Context(), os.DirFS(folder), name, files.Options{PieceLength: 32 << 10, Trackers: [][]string{{announce}}})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

package interop

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"swarmsim/client/live/announce"
	"swarmsim/torrent"
	"swarmsim/tracker/live"
)

// trackers start a tracker by the name of its program. Each returns the announce URL for a scheme,
// and a function to call when the torrent is known, before the first announce.
var trackers = map[string]func(t *testing.T, scheme string) (url string, serve func(*torrent.Meta)){
	"swarmsim": ourTracker, "opentracker": opentracker, "bittorrent-tracker": npmTracker,
}

func ourTracker(t *testing.T, scheme string) (string, func(*torrent.Meta)) {
	s, err := live.New(live.Config{
		Listen: []string{netip.AddrPortFrom(newAddress(), 6969).String()}, Interval: 10 * time.Second, MinInterval: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	urls := s.AnnounceURLs()
	i := slices.IndexFunc(urls, func(u string) bool { return u[:len(scheme)] == scheme })
	return urls[i], func(*torrent.Meta) {}
}

// opentracker serves the torrents that are in its list when it starts. It gives up the rights of root,
// which it has to have.
func opentracker(t *testing.T, scheme string) (string, func(*torrent.Meta)) {
	path, err := exec.LookPath("opentracker")
	if err != nil {
		t.Skip("opentracker is not installed: apt-get install opentracker")
	}
	if os.Getuid() != 0 || !mayChangeUser() {
		t.Skip("only root can start opentracker")
	}
	noteVersion("opentracker", debianVersion(t, "opentracker"))
	address := newAddress()
	return fmt.Sprintf("%s://%v:6969/announce", scheme, address), func(m *torrent.Meta) {
		dir := newFolder(t)
		list := fmt.Sprintf("%x\n", m.InfoHash)
		if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(filepath.Join(dir, "served"), []byte(list), 0o644)); err != nil {
			t.Fatal(err)
		}
		start(t, exec.Command(path, "-i", address.String(), "-p", "6969", "-P", "6969", "-d", dir, "-w", "/served"))
	}
}

// npmTracker is bittorrent-tracker. Its UDP socket is bound to no address.
func npmTracker(t *testing.T, scheme string) (string, func(*torrent.Meta)) {
	dir, err := nodeModules("bittorrent-tracker")
	if err != nil {
		t.Skip(err)
	}
	var found struct{ Version string }
	text, err := os.ReadFile(filepath.Join(dir, "package.json"))
	if err = errors.Join(err, json.Unmarshal(text, &found)); err != nil {
		t.Fatal(err)
	}
	noteVersion("bittorrent-tracker", found.Version)
	port := newPort()
	url := fmt.Sprintf("%s://%v:%d/announce", scheme, sharedAddress(), port)
	if scheme == "udp" {
		url = url[:len(url)-len("/announce")]
	}
	return url, func(*torrent.Meta) {
		start(t, exec.Command("node", filepath.Join(dir, "bin", "cmd.js"),
			"--port", fmt.Sprint(port), "--interval", "10000", "--"+scheme))
	}
}

// nodeModules returns the folder of an npm package that was installed with webtorrent.
func nodeModules(name string) (string, error) {
	root := os.Getenv("SWARMSIM_CLIENTS")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", err
		}
		root = filepath.Join(cache, "swarmsim")
	}
	dir := filepath.Join(root, "webtorrent", "node_modules", name)
	if _, err := os.Stat(dir); err != nil {
		return "", fmt.Errorf("%s is not installed: interop/install.sh", name)
	}
	return dir, nil
}

// start starts a program that the test ends.
func start(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var log logBuffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s: %s", cmd, &log)
		}
	})
}

// awaitServing waits until a tracker answers. A client that asks one that does not answer yet asks again
// much later, such as anacrolix/torrent after a minute.
func awaitServing(ctx context.Context, t *testing.T, url string, meta *torrent.Meta) {
	t.Helper()
	awaitResponse(ctx, t, url, meta, func(announce.Response) error { return nil })
}

// awaitListed waits until a tracker lists a peer.
func awaitListed(ctx context.Context, t *testing.T, url string, meta *torrent.Meta, peer netip.AddrPort) {
	t.Helper()
	awaitResponse(ctx, t, url, meta, func(r announce.Response) error {
		if slices.Contains(r.Peers, peer) {
			return nil
		}
		return fmt.Errorf("it lists %v, not %v", r.Peers, peer)
	})
}

// awaitResponse waits until a tracker gives a response without what check objects to. The test announces
// itself as a peer meanwhile.
func awaitResponse(ctx context.Context, t *testing.T, url string, meta *torrent.Meta, check func(announce.Response) error) {
	t.Helper()
	c, err := announce.New(url, announce.Options{Local: newAddress(), Retransmit: 500 * time.Millisecond, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r := announce.Request{InfoHash: meta.InfoHash, PeerID: [20]byte{'a', 's', 'k'}, Port: 1, Left: 1, NumWant: 50, Event: announce.Started}
	defer func() {
		r.Event = announce.Stopped
		c.Announce(ctx, r)
	}()
	for {
		response, err := c.Announce(ctx, r)
		if err == nil {
			err = check(response)
		}
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%s: %v", url, err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func noteVersion(name, version string) {
	versionsMu.Lock()
	defer versionsMu.Unlock()
	versions[name] = version
}

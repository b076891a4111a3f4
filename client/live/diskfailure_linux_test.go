package live_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"swarmsim/client/live"
	"swarmsim/torrent"
)

// awaitState waits until a torrent is in a state.
func awaitState(t *testing.T, x *live.Torrent, want live.State) {
	t.Helper()
	for deadline := time.Now().Add(guard); x.State() != want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the state is %v, not %v: %v, %+v", x.State(), want, x.Err(), x.Stats())
		}
	}
}

// failAndRetry downloads into a folder where that fails after a while, has the cause removed, and expects
// that the download then completes without fetching a verified piece again.
func failAndRetry(t *testing.T, out, reason string, sizes map[string]int, repair func()) {
	t.Helper()
	folder, meta := content(t, torrent.V1, "", sizes)
	seed := newFakeSeed(t, 1, folder, meta)
	log := newLogBook()
	x := add(t, newSession(t, func(c *live.Config) { log.use(c); small(c) }), meta, live.Options{Folder: out})
	x.AddPeers(seed.listen(t, "127.0.0.2"))
	awaitState(t, x, live.Failed)
	if err := x.Err(); err == nil || !strings.Contains(err.Error(), reason) {
		t.Errorf("the torrent failed because of %v, want %q", err, reason)
	}
	log.expect(t, "storage failed", reason)
	verified := seed.beginRun(t, out)
	t.Logf("failed after %d of %d pieces, %v", len(verified), meta.Pieces(), x.Err())
	repair()
	x.Retry()
	await(t, x)
	equal(t, folder, out, meta)
	seed.endRun(t, 1, verified)
}

// A full disk stops the download with its reason, and the download continues when there is room.
func TestFullDisk(t *testing.T) {
	out := t.TempDir()
	if err := syscall.Mount("tmpfs", out, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("cannot mount a small file system: %v", err)
	}
	t.Cleanup(func() { syscall.Unmount(out, syscall.MNT_DETACH) })
	failAndRetry(t, out, "no space left on device", map[string]int{"a": 4 << 20}, func() {
		if err := syscall.Mount("tmpfs", out, "tmpfs", syscall.MS_REMOUNT, "size=32m"); err != nil {
			t.Fatal(err)
		}
	})
}

// A file that cannot be opened stops the download with its name, and the download continues when it can.
func TestFileThatCannotBeOpened(t *testing.T) {
	out := t.TempDir()
	inTheWay := filepath.Join(out, "content", "b")
	if err := os.MkdirAll(filepath.Join(inTheWay, "x"), 0o777); err != nil {
		t.Fatal(err)
	}
	failAndRetry(t, out, `"content/b"`, map[string]int{"a": 1 << 20, "b": 1 << 20}, func() { os.RemoveAll(inTheWay) })
}

// A folder that may not be written to is reported when the torrent is added, or when it is first written.
func TestFolderWithoutPermission(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("root may write anywhere")
	}
	out := t.TempDir()
	os.Chmod(out, 0o555)
	failAndRetry(t, out, "permission denied", map[string]int{"a": 1 << 20}, func() { os.Chmod(out, 0o777) })
}

// A seed whose file is damaged under its hands serves nothing wrong: the leecher bans it or gets the rest
// elsewhere, and its content is right in the end.
func TestSeedWhoseFileIsCutShort(t *testing.T) {
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 4 << 20})
	good := newFakeSeed(t, 1, folder, meta)
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.CopyFS(broken, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	log := newLogBook()
	s := newSession(t, func(c *live.Config) { log.use(c); small(c) })
	await(t, add(t, s, meta, live.Options{Folder: broken, ReadOnly: true}))
	if err := os.Truncate(filepath.Join(broken, "content", "a"), 1<<20); err != nil {
		t.Fatal(err)
	}
	out := t.TempDir()
	x := add(t, newSession(t, small), meta, live.Options{Folder: out})
	x.AddPeers(s.Addrs())
	log.expect(t, "storage failed", "content/a")
	x.AddPeers(good.listen(t, "127.0.0.2"))
	await(t, x)
	equal(t, folder, out, meta)
	if !bytes.Contains([]byte(fmt.Sprint(log.last(1000))), []byte("content/a")) {
		t.Error("the read error is not reported")
	}
}

package live_test

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"swarmsim/torrent"
)

// swarmsim get is killed with SIGKILL at random moments and started again: it fetches no verified piece
// twice, and ends with the same content. LIVE_KILLS sets how often, 5 by default.
func TestKillAndResume(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command")
	}
	kills := 5
	if n, err := strconv.Atoi(os.Getenv("LIVE_KILLS")); err == nil {
		kills = n
	}
	command := filepath.Join(t.TempDir(), "swarmsim")
	if out, err := exec.Command("go", "build", "-o", command, "swarmsim/cmd/swarmsim").CombinedOutput(); err != nil {
		t.Skipf("cannot build the command: %v\n%s", err, out)
	}
	folder, meta := content(t, torrent.V1, "", map[string]int{"a": 16<<20 + 1})
	seed := newFakeSeed(t, 1, folder, meta)
	seed.pause = 500 * time.Microsecond
	addr := seed.listen(t, "127.0.0.2")[0].String()
	out, file := t.TempDir(), filepath.Join(t.TempDir(), "a.torrent")
	if data, err := meta.Encode(); err != nil {
		t.Fatal(err)
	} else if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	start := func() *exec.Cmd {
		c := exec.Command(command, "get", file, "--dir", out, "--peer", addr, "--listen", "127.0.0.1:0", "--no-dht", "--quiet")
		c.Stderr = os.Stderr
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		return c
	}
	blocks := len(seed.content) / (16 << 10)
	moment, again := rand.New(rand.NewPCG(1, uint64(kills))), 0
	for kill := range kills {
		verified := seed.beginRun(t, out)
		c := start()
		seed.awaitBlocks(moment.IntN(1 + 3*blocks/(2*kills)))
		time.Sleep(time.Duration(moment.IntN(20_000)) * time.Microsecond)
		c.Process.Kill()
		c.Wait()
		again += seed.endRun(t, kill, verified)
	}
	verified := seed.beginRun(t, out)
	if err := start().Wait(); err != nil {
		t.Error(err)
	}
	again += seed.endRun(t, kills, verified)
	equal(t, folder, out, meta)
	t.Logf("%d kills: %d of %d blocks were sent more than once, of pieces that were not complete", kills, again, blocks)
}

// beginRun returns the pieces that are on disk, verified, and counts anew.
func (f *fakeSeed) beginRun(t *testing.T, out string) map[uint32]bool {
	t.Helper()
	f.mu.Lock()
	announced := maps.Clone(f.announced) // before the file is read, to which more may be written meanwhile
	f.mu.Unlock()
	data, err := os.ReadFile(filepath.Join(out, f.meta.Name, f.meta.Files[0].Path))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	verified := map[uint32]bool{}
	for i := range f.meta.Pieces() {
		from, end := int64(i)*f.meta.PieceLength, int64(i)*f.meta.PieceLength+f.meta.PieceSize(i)
		if end <= int64(len(data)) && bytes.Equal(data[from:end], f.content[from:end]) {
			verified[uint32(i)] = true
		} else if announced[uint32(i)] {
			t.Errorf("piece %d was verified before the process was killed, and is not on disk", i)
		}
	}
	clear(f.requested)
	return verified
}

// awaitBlocks waits until a number of blocks have been requested in this run, or all.
func (f *fakeSeed) awaitBlocks(n int) {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		f.mu.Lock()
		sum := 0
		for _, r := range f.requested {
			sum += r
		}
		f.mu.Unlock()
		if sum >= n {
			return
		}
	}
}

// endRun fails the test if pieces that were verified before have been requested, and returns the number of
// blocks that were requested of pieces of which some had been requested in an earlier run.
func (f *fakeSeed) endRun(t *testing.T, run int, verified map[uint32]bool) (again int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	for piece, n := range f.requested {
		if verified[piece] {
			t.Errorf("run %d: %d blocks of piece %d were requested, which was verified before", run, n, piece)
		}
		if f.begun[piece] {
			again += n
		}
	}
	if f.begun == nil {
		f.begun = map[uint32]bool{}
	}
	for piece := range f.requested {
		f.begun[piece] = true
	}
	return again
}

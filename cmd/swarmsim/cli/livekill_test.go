//go:build unix

package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// programEnv has the arguments of a process of this test that is the program itself.
const programEnv = "SWARMSIM_TEST_PROGRAM"

// TestMain is the program in a process that a test started, and runs the tests otherwise.
func TestMain(m *testing.M) {
	if args := os.Getenv(programEnv); args != "" {
		os.Exit(Run(context.Background(), os.Stdout, os.Stderr, strings.Split(args, "\n")))
	}
	os.Exit(m.Run())
}

// Downloads that are killed with -9 at random moments continue: each has the pieces that were verified
// before, and the last completes.
func TestGetIsKilledAndContinues(t *testing.T) {
	l := newLiveTest(t, map[string]int{"a": 12 << 20, "b/c": 6 << 20, "b/d": 5})
	l.seed(t)
	kills := 8
	if testing.Short() {
		kills = 3
	}
	r := rand.New(rand.NewPCG(3, 4))
	have := 0
	for range kills {
		had, verified := killedGet(t, l, time.Duration(100+r.IntN(900))*time.Millisecond)
		if had < have {
			t.Errorf("%d pieces were verified, and %d are there after the kill", have, had)
		}
		have = verified
	}
	l.get(t, "out", "content.torrent")
	l.compare(t, "out")
}

// killedGet downloads for some time in a process of its own and kills it. It returns how many pieces it
// had in the beginning and in the end.
func killedGet(t *testing.T, l *liveTest, after time.Duration) (had, verified int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveGuard)
	defer cancel()
	args := l.args("get", "content.torrent", "--dir", "out", "--download", "2MB/s", "--json")
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(os.Environ(), programEnv+"="+strings.Join(args, "\n"))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	had = -1
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line statusLine
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			continue // the kill has cut it
		}
		if line.State != "downloading" {
			continue
		}
		if had < 0 {
			had = line.Have
			time.AfterFunc(after, func() { c.Process.Kill() })
		}
		verified = max(verified, line.Have)
	}
	c.Wait()
	if had < 0 {
		t.Fatal("the download has not begun")
	}
	return had, verified
}

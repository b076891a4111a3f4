//go:build unix

package storage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"swarmsim/torrent"
)

// killEnv names the download folder for a process of this test that downloads, and is killed.
const killEnv = "STORAGE_TEST_KILL"

func killTorrent() *made {
	return makeTorrent(64<<10, torrent.File{Path: "a", Length: 5_000_000}, torrent.File{Path: "b/c", Length: 100_000},
		torrent.File{Path: "b/d", Length: 3_000_000})
}

var killUnwanted = []bool{false, true, false}

// TestMain downloads in a process that TestKill started, and runs the tests otherwise.
func TestMain(m *testing.M) {
	if folder := os.Getenv(killEnv); folder != "" {
		downloadUntilKilled(folder)
	}
	os.Exit(m.Run())
}

// downloadUntilKilled prints each piece that it has verified: "have" for those that were on disk.
func downloadUntilKilled(folder string) {
	m, pool := killTorrent(), NewPool(Limits{})
	results := make(chan Result, 1000)
	s, err := Open(pool, m.Meta, Options{Folder: folder, Unwanted: killUnwanted, Done: func(r Result) { results <- r }})
	if err == nil {
		_, err = s.Resume(context.Background(), nil)
	}
	have := s.Verified()
	for piece := range m.Pieces() {
		if have.Has(piece) {
			fmt.Println("have", piece)
		}
	}
	for piece := 0; piece < m.Pieces() && err == nil; piece++ {
		if have.Has(piece) {
			continue
		}
		data := m.piece(piece)
		for at := 0; at < len(data); at += BlockSize {
			b, _ := pool.Received.Acquire(context.Background())
			s.Write(uint32(piece), uint32(at), b[:copy(b, data[at:])])
			time.Sleep(20 * time.Microsecond)
		}
		s.Verify(uint32(piece))
		if r := <-results; r.Kind != PieceVerified || !r.OK {
			err = errors.Join(r.Err, fmt.Errorf("piece %d failed", piece))
		}
		fmt.Println("got", piece)
		if piece%10 == 9 && err == nil {
			err = s.Save()
		}
	}
	if err == nil {
		err = s.Close()
	}
	fmt.Println("end", err)
	os.Exit(0)
}

// After kill -9 at any moment, every piece that was verified is verified again.
func TestKill(t *testing.T) {
	m, folder, r := killTorrent(), t.TempDir(), rand.New(rand.NewPCG(5, 6))
	verified := map[string]bool{}
	kills := 50
	if testing.Short() {
		kills = 5
	}
	for run := 0; ; run++ {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killEnv+"="+folder)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		have, got, ended := map[string]bool{}, map[string]bool{}, ""
		lines := bufio.NewScanner(out)
		after, delay := r.IntN(3), time.Duration(r.IntN(300))*time.Microsecond // pieces until it is killed
		for lines.Scan() {
			what, piece, _ := strings.Cut(lines.Text(), " ")
			switch what {
			case "have":
				have[piece] = true
			case "got":
				if verified[piece] {
					t.Errorf("run %d: piece %s is downloaded twice", run, piece)
				}
				got[piece] = true
				if len(got) == after+1 && run < kills {
					go func() {
						time.Sleep(delay)
						_ = cmd.Process.Signal(syscall.SIGKILL)
					}()
				}
			case "end":
				ended = piece
			}
		}
		_ = cmd.Wait()
		for piece := range verified {
			if !have[piece] {
				t.Errorf("run %d: piece %s was verified, and is not after the kill", run, piece)
			}
		}
		for piece := range got {
			verified[piece] = true
		}
		if ended != "" && run >= kills {
			if ended != "<nil>" || len(verified)+len(have) < m.Pieces() {
				t.Errorf("run %d ended with %s: %d pieces, %d verified before", run, ended, len(got), len(have))
			}
			t.Logf("%d runs", run+1)
			break
		}
	}
	m.compare(t, folder, killUnwanted)
}

// A limit on the size of files makes writes fail, as a full disk does.
func TestFileSizeLimit(t *testing.T) {
	if os.Getenv("STORAGE_TEST_LIMIT") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestFileSizeLimit$")
		cmd.Env = append(os.Environ(), "STORAGE_TEST_LIMIT=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	m := makeTorrent(256<<10, torrent.File{Path: "a", Length: 1_000_000})
	folder := t.TempDir()
	e := open(t, newPool(t, Limits{}), m, Options{Folder: folder})
	e.download(0, 1)
	var old syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	limit := old
	limit.Cur = 600_000
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		t.Skip(err)
	}
	e.download(1, 2)
	e.write(2, m.piece(2), nil)
	wantFailure(t, e.result(), StoreFailed, "a", syscall.EFBIG)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old); err != nil {
		t.Fatal(err)
	}
	e.Retry()
	e.download(2, m.Pieces())
	e.readAll()
	m.compare(t, folder, nil)
}

package interop

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"swarmsim/testbed/driver"
)

// TestCommands makes a torrent with swarmsim torrent create, serves announces with swarmsim tracker, and
// moves its files with swarmsim seed and swarmsim get, to and from libtorrent and aria2, by file and by
// magnet link.
func TestCommands(t *testing.T) {
	t.Parallel()
	swarmsim := filepath.Join(newFolder(t), "swarmsim")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", swarmsim, "./cmd/swarmsim")
	build.Dir = ".."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	own := process{driver.Swarmsim{Program: swarmsim}}
	for _, c := range []struct {
		name          string
		seed, leecher program
		magnet        bool
	}{
		{"swarmsim to itself", own, own, false},
		{"swarmsim to itself, magnet link", own, own, true},
		{"swarmsim to libtorrent", own, process{driver.Libtorrent{}}, false},
		{"libtorrent to swarmsim, magnet link", process{driver.Libtorrent{}}, own, true},
		{"swarmsim to aria2, magnet link", own, process{driver.Aria2{}}, true},
		{"aria2 to swarmsim", process{driver.Aria2{}}, own, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			needs(t, c.seed)
			needs(t, c.leecher)
			byCommands(t, swarmsim, c.seed, c.leecher, c.magnet)
		})
	}
}

func byCommands(t *testing.T, swarmsim string, seedProgram, leecherProgram program, magnet bool) {
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	url := trackerCommand(t, swarmsim)
	folder := writeContent(t)
	path := filepath.Join(newFolder(t), "x.torrent")
	out, err := exec.CommandContext(ctx, swarmsim, "torrent", "create", filepath.Join(folder, contentName),
		"--tracker", url, "-o", path, "--quiet").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	meta, err := readTorrent(path)
	if err != nil {
		t.Fatal(err)
	}
	seed, seedJob := begin(ctx, t, seedProgram, driver.Job{Torrent: path, Folder: folder, Seed: true})
	await(ctx, t, seed)
	awaitListed(ctx, t, url, meta, seedJob.Listen)
	job := driver.Job{Torrent: path}
	if magnet {
		link, err := exec.CommandContext(ctx, swarmsim, "torrent", "magnet", path).Output()
		if err != nil {
			t.Fatal(err)
		}
		job.Torrent = strings.TrimSpace(string(link))
	}
	leecher, leecherJob := begin(ctx, t, leecherProgram, job)
	await(ctx, t, leecher, seed)
	awaitEqual(ctx, t, meta, folder, leecherJob.Folder)
}

// trackerCommand starts swarmsim tracker and returns its announce URL.
func trackerCommand(t *testing.T, swarmsim string) string {
	t.Helper()
	cmd := exec.Command(swarmsim, "tracker", "--listen", newAddress().String()+":6969", "--interval", "10s",
		"--min-interval", "1s", "--json")
	output, err := cmd.StdoutPipe()
	if err = errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil {
			t.Errorf("swarmsim tracker: %v", err)
		}
	})
	var started struct {
		Announce []string `json:"announce"`
	}
	if err := json.NewDecoder(output).Decode(&started); err != nil || len(started.Announce) == 0 {
		t.Fatalf("swarmsim tracker printed no announce URL: %v", err)
	}
	return started.Announce[0]
}

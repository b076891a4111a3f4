package interop

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"swarmsim/testbed/driver"
	"swarmsim/torrent/files"
)

// seedRate is the upload rate of a mixed swarm's seed, in bytes per second. At that rate the leechers
// get most pieces from one another.
const seedRate = 400_000

// TestMixedSwarm has every client that is installed and three of ours in one swarm, with one seed: ours,
// or libtorrent. Ours have different rules for encryption.
func TestMixedSwarm(t *testing.T) {
	for _, seed := range []program{ours{}, process{driver.Libtorrent{}}} {
		t.Run("seed "+seed.Name(), func(t *testing.T) {
			t.Parallel()
			needs(t, seed)
			mixedSwarm(t, seed)
		})
	}
}

func mixedSwarm(t *testing.T, seedProgram program) {
	ctx, cancel := context.WithTimeout(t.Context(), *limit)
	defer cancel()
	members := []program{ours{}, ours{}, ours{}}
	for _, p := range theirs() {
		version, err := p.Installed(ctx)
		j := driver.Job{Torrent: "x", Folder: "x", Work: "x", Listen: newListener(p.Name())}
		if err == nil {
			err = p.Check(&j)
		}
		if err != nil {
			t.Log(err)
			continue
		}
		noteVersion(p.Name(), version)
		members = append(members, p)
	}
	url, _ := ourTracker(t, "http")
	folder, meta := content(t, files.Options{Trackers: [][]string{{url}}}, members...)
	path := writeTorrent(t, meta)
	seed, seedJob := begin(ctx, t, seedProgram, driver.Job{
		Torrent: path, Folder: folder, Seed: true, UpLimit: seedRate, PEX: true, Encryption: driver.EncryptionPreferred,
	})
	await(ctx, t, seed)
	awaitListed(ctx, t, url, meta, seedJob.Listen)
	var leechers []running
	var jobs []driver.Job
	for i, p := range members {
		job := driver.Job{Torrent: path, PEX: true, Encryption: driver.EncryptionPreferred}
		if p.Name() == "swarmsim" {
			job.Encryption = driver.Encryption(i) // off, preferred, required
		}
		r, j := begin(ctx, t, p, job)
		leechers, jobs = append(leechers, r), append(jobs, j)
	}
	for i, r := range leechers {
		await(ctx, t, r, seed)
		awaitEqual(ctx, t, meta, folder, jobs[i].Folder)
		if own, ok := r.(*runningOurs); ok {
			s := own.torrent.Stats()
			t.Logf("swarmsim, encryption %v: %d bytes down, %d up", jobs[i].Encryption, s.Downloaded, s.Uploaded)
		}
	}
	var names []string
	for _, p := range members {
		if p.Name() != "swarmsim" {
			names = append(names, p.Name())
		}
	}
	slices.Sort(names)
	noteSwarm(fmt.Sprintf("%d clients: the seed is %s, the leechers are 3 of swarmsim, with encryption off, preferred and required, and %s",
		1+len(members), seedProgram.Name(), strings.Join(names, ", ")))
}

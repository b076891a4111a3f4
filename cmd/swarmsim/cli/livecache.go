package cli

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"swarmsim/bounded"
	"swarmsim/cmd/swarmsim/results"
)

// What the commands keep between runs is in the folder swarmsim of the user's cache folder: the nodes
// of the DHT, and which pieces of seeded torrents are verified, whose own folders are not written to.

func cacheFolder() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(cache, "swarmsim")
	return dir, os.MkdirAll(dir, 0o777)
}

const resumeSuffix = ".resume"

// maxResumeFiles bounds the number of resume files in the cache.
const maxResumeFiles = 10_000

// seedStatePath returns the file for what is verified of a torrent that is seeded. Without a cache
// folder there is none, and the files are hashed at every start.
func seedStatePath(hash [20]byte) string {
	dir, err := cacheFolder()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, fmt.Sprintf("%x%s", hash, resumeSuffix))
}

// pruneCache removes the oldest resume files beyond a number.
func pruneCache(most int) {
	dir, err := cacheFolder()
	if err != nil {
		return
	}
	type entry struct {
		path string
		time int64
	}
	var all []entry
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() && filepath.Ext(e.Name()) == resumeSuffix {
			all = append(all, entry{filepath.Join(dir, e.Name()), info.ModTime().UnixNano()})
		}
	}
	if len(all) <= most {
		return
	}
	slices.SortFunc(all, func(a, b entry) int { return int(min(max(a.time-b.time, -1), 1)) })
	for _, e := range all[:len(all)-most] {
		os.Remove(e.path)
	}
}

// The DHT's state is kept with a checksum before it.
const (
	dhtFile     = "dht.state"
	maxDHTState = 1 << 20
	fewNodes    = 1000 // bytes; a state of some 30 nodes
)

// loadDHT returns the state of the DHT of an earlier run; nil if there is none, or it is damaged.
func loadDHT() []byte {
	dir, err := cacheFolder()
	if err != nil {
		return nil
	}
	text, err := bounded.ReadFile(results.OS, filepath.Join(dir, dhtFile), maxDHTState)
	if err != nil || len(text) < sha256.Size {
		return nil
	}
	sum, state := text[:sha256.Size], text[sha256.Size:]
	if want := sha256.Sum256(state); !bytes.Equal(sum, want[:]) {
		return nil
	}
	return state
}

// saveDHT keeps the state of the DHT for later runs. That of a run which found hardly any node, because
// there was no network, does not replace a better one.
func saveDHT(state []byte) error {
	if len(state) == 0 || len(state) < fewNodes && len(loadDHT()) > len(state) {
		return nil
	}
	dir, err := cacheFolder()
	if err != nil {
		return err
	}
	f, err := results.Atomic(dir)(dhtFile)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(state)
	_, err = f.Write(append(sum[:], state...))
	return errors.Join(err, f.Close())
}

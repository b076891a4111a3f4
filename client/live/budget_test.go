package live_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/torrent"
)

// three returns the folders and descriptions of three torrents.
func three(t *testing.T) (folders []string, metas []*torrent.Meta) {
	t.Helper()
	for i := range 3 {
		folder, meta := content(t, torrent.V1, "", map[string]int{fmt.Sprint("file", i): 300_000 + i})
		folders, metas = append(folders, folder), append(metas, meta)
	}
	return folders, metas
}

// A torrent that has all connections of a session gives some up for others that have none.
func TestConnectionsAreShared(t *testing.T) {
	folders, metas := three(t)
	seed := newSession(t, func(c *live.Config) { c.MaxConnections = 6 })
	var seeds []*live.Torrent
	for i, m := range metas {
		seeds = append(seeds, add(t, seed, m, live.Options{Folder: folders[i], ReadOnly: true}))
		await(t, seeds[i])
	}
	for range 8 {
		slow := newSession(t, func(c *live.Config) { c.DownloadRate, c.NoPEX = 1000, true })
		add(t, slow, metas[0], live.Options{Folder: t.TempDir()}).AddPeers(seed.Addrs())
	}
	for end := time.Now().Add(guard); seeds[0].Stats().Peers < 6; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("the first torrent has %d connections", seeds[0].Stats().Peers)
		}
	}
	for i := 1; i < 3; i++ {
		download(t, newSession(t, nil), metas[i], folders[i], seed.Addrs())
	}
	if n := seeds[0].Stats().Peers; n > 6 {
		t.Errorf("%d connections", n)
	}
}

// slotCount is a Trace that counts the upload slots of several torrents.
type slotCount struct {
	mu   *sync.Mutex
	open map[slotHolder]bool
	most *int
	name int
}

type slotHolder struct {
	torrent int
	conn    client.ConnID
}

func (s slotCount) Note(_ time.Duration, n client.Note, conn client.ConnID, _ uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch n {
	case client.Unchoked:
		s.open[slotHolder{s.name, conn}] = true
	case client.Choked, client.Parted:
		delete(s.open, slotHolder{s.name, conn})
	}
	*s.most = max(*s.most, len(s.open))
}

// The upload slots of a session are shared by its torrents, and never more are in use.
func TestUploadSlotsAreShared(t *testing.T) {
	folders, metas := three(t)
	seed := newSession(t, func(c *live.Config) { c.UploadSlots, c.UploadRate = 3, 1_000_000 })
	most, trace := 0, slotCount{mu: &sync.Mutex{}, open: map[slotHolder]bool{}}
	trace.most = &most
	for i, m := range metas {
		trace.name = i
		await(t, add(t, seed, m, live.Options{Folder: folders[i], ReadOnly: true, Trace: trace}))
	}
	var leechers []*live.Torrent
	for range 3 {
		for _, m := range metas {
			x := add(t, newSession(t, func(c *live.Config) { c.NoPEX = true }), m, live.Options{Folder: t.TempDir()})
			x.AddPeers(seed.Addrs())
			leechers = append(leechers, x)
		}
	}
	for _, x := range leechers {
		await(t, x)
	}
	trace.mu.Lock()
	defer trace.mu.Unlock()
	if most > 3 || most == 0 {
		t.Errorf("%d slots are in use at once", most)
	}
}

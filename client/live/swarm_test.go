package live_test

import (
	"os"
	"testing"
	"time"

	"swarmsim/client/live"
	"swarmsim/torrent"
)

// Fifty leechers that find each other through the tracker all complete, while their only seed, whose upload
// is limited, sends less than three copies: they exchange the rest.
func TestFiftyLeechers(t *testing.T) {
	const leechers, size = 50, 8 << 20
	profiles := map[string]float64{"": 3} // the copies that a seed sends at most
	if os.Getenv("LIVE_SOAK") == "full" {
		for _, name := range []string{"anacrolix-1.61", "aria2", "libtorrent-2", "mainline", "transmission-3"} {
			profiles[name] = leechers // what they send is theirs
		}
	}
	for profile, limit := range profiles {
		t.Run("profile "+profile, func(t *testing.T) {
			change := func(c *live.Config) {
				small(c)
				if profile != "" {
					c.Client = strategies(t, "client.profile="+profile)
				}
			}
			folder, meta := content(t, torrent.V1, newTracker(t), map[string]int{"a": size})
			seed := add(t, newSession(t, func(c *live.Config) { change(c); c.UploadRate = 2 << 20 }), meta,
				live.Options{Folder: folder, ReadOnly: true})
			await(t, seed)
			outs, all := make([]string, leechers), make([]*live.Torrent, leechers)
			for i := range all {
				outs[i] = t.TempDir()
				all[i] = add(t, newSession(t, change), meta, live.Options{Folder: outs[i]})
			}
			for i, x := range all {
				select { // 2,500 connections in one process take a while where the machine is busy
				case <-x.Done():
				case <-time.After(5 * guard):
				}
				await(t, x)
				equal(t, folder, outs[i], meta)
			}
			copies := float64(seed.Stats().Uploaded) / size
			t.Logf("the seed has sent %.2f copies to %d leechers", copies, leechers)
			if copies >= limit {
				t.Errorf("the seed has sent %.2f copies", copies)
			}
		})
	}
}

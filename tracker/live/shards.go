package live

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"swarmsim/tracker"
)

// shardCount is the number of shards. It bounds how many announces proceed at once, and a snapshot
// or an expiry check stops one shard at a time.
const shardCount = 64

// shards are all swarms, divided by info hash.
type shards struct {
	start                   time.Time
	shard                   [shardCount]shard
	swarms, seeds, leechers atomic.Int64
}

type shard struct {
	lock    sync.Mutex
	tracker *tracker.Tracker
	rand    *rand.Rand
	_       [64]byte // a cache line between locks
}

func newShards(policy tracker.Config) *shards {
	s := &shards{start: time.Now()}
	for i := range s.shard {
		s.shard[i].tracker = tracker.New(policy)
		s.shard[i].rand = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return s
}

// now returns the time since the server began.
func (s *shards) now() time.Duration { return time.Since(s.start) }

func (s *shards) of(infoHash [20]byte) *shard { return &s.shard[infoHash[19]%shardCount] }

// do calls f with the shard's tracker, and counts what f adds and removes.
func (s *shards) do(sh *shard, f func(*tracker.Tracker)) {
	sh.lock.Lock()
	defer sh.lock.Unlock()
	before := sh.tracker.Totals()
	f(sh.tracker)
	s.counted(before, sh.tracker.Totals())
}

func (s *shards) counted(before, after tracker.Totals) {
	if before == after {
		return
	}
	s.swarms.Add(int64(after.Swarms - before.Swarms))
	s.seeds.Add(int64(after.Seeds - before.Seeds))
	s.leechers.Add(int64(after.Leechers - before.Leechers))
}

// announce handles an announce.
func (s *shards) announce(r *tracker.Request, out *tracker.Response) {
	sh := s.of(r.InfoHash)
	sh.lock.Lock()
	defer sh.lock.Unlock()
	before := sh.tracker.Totals()
	sh.tracker.AnnounceInto(s.now(), r, sh.rand, out)
	s.counted(before, sh.tracker.Totals())
}

// scrape returns the statistics of a torrent.
func (s *shards) scrape(infoHash [20]byte) tracker.Stats {
	sh := s.of(infoHash)
	sh.lock.Lock()
	defer sh.lock.Unlock()
	return sh.tracker.Scrape(infoHash)
}

// expire checks a part of all peers for silence: with a call a second, each about once a minute.
func (s *shards) expire() {
	for i := range s.shard {
		s.do(&s.shard[i], func(t *tracker.Tracker) {
			n := t.Totals()
			t.ExpireSome(s.now(), (n.Seeds+n.Leechers+n.Swarms)/60+10)
		})
	}
}

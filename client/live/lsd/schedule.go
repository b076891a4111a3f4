package lsd

import (
	"bytes"
	"slices"
	"time"
)

// The intervals of BEP 14, "Announce": a torrent is announced every 5 minutes, and a client sends
// no more than one announce a minute.
const (
	torrentInterval  = 5 * time.Minute
	datagramInterval = time.Minute
)

// schedule says which torrents to announce, and when. Times are those since any fixed moment.
type schedule struct {
	due  map[[20]byte]time.Duration
	next time.Duration // before which nothing may be sent
}

func (s *schedule) add(infoHash [20]byte, now time.Duration) {
	if _, known := s.due[infoHash]; !known {
		s.due[infoHash] = now
	}
}

// take returns the torrents to announce now, and marks them as announced. If there are none it
// returns how long to wait. Those that are due within a minute go along.
func (s *schedule) take(now time.Duration) (infoHashes [][20]byte, wait time.Duration) {
	if len(s.due) == 0 {
		return nil, torrentInterval
	}
	if now < s.next {
		return nil, s.next - now
	}
	for h := range s.due {
		infoHashes = append(infoHashes, h)
	}
	slices.SortFunc(infoHashes, func(a, b [20]byte) int {
		if s.due[a] != s.due[b] {
			return int(s.due[a] - s.due[b])
		}
		return bytes.Compare(a[:], b[:])
	})
	if first := s.due[infoHashes[0]]; first > now {
		return nil, first - now
	}
	count := 0
	for count < min(len(infoHashes), maxInfoHashes) && s.due[infoHashes[count]] <= now+datagramInterval {
		s.due[infoHashes[count]] = now + torrentInterval
		count++
	}
	s.next = now + datagramInterval
	return infoHashes[:count], 0
}

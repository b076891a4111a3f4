package client

import (
	"testing"
	"time"
)

// watch plays a list of arrivals of pieces that take 10 s each to watch: which
// piece comes when, in seconds.
func watch(t *testing.T, buffer time.Duration, pieces int, arrivals ...[2]int) *Peer {
	t.Helper()
	s := newScript(t, pieces, false, func(c *Config) {
		c.Settings.PlayRate, c.Settings.PlayBuffer = 2*BlockSize/10, buffer
		c.Torrent.PieceLength = c.Settings.PlayRate * 10
		c.Torrent.Length = c.Torrent.PieceLength * int64(pieces)
	})
	for _, a := range arrivals {
		p := s.peer
		p.now = time.Duration(a[1]) * time.Second
		p.pieces.Verified(a[0])
		p.player.grow(p.now, p.pieces.Have())
	}
	return s.peer
}

func sec(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

func TestPlayer(t *testing.T) {
	for _, c := range []struct {
		about    string
		buffer   time.Duration
		arrivals [][2]int
		at       time.Duration
		want     Playback
	}{
		{"nothing in order yet", 0, [][2]int{{1, 1}, {2, 2}}, sec(50), Playback{}},
		{"begins with the first piece", 0, [][2]int{{0, 3}}, sec(7), Playback{Started: sec(3), Watched: sec(4)}},
		{"begins when the buffer is full", sec(20), [][2]int{{0, 3}, {1, 5}}, sec(7), Playback{Started: sec(5), Watched: sec(2)}},
		{"pieces out of order fill it at once", sec(30), [][2]int{{1, 1}, {2, 2}, {0, 8}}, sec(8), Playback{Started: sec(8)}},
		{"runs dry and waits", 0, [][2]int{{0, 3}}, sec(20), Playback{Started: sec(3), Watched: sec(10), Stalls: 1, Stalled: sec(7)}},
		{"goes on with the next piece", 0, [][2]int{{0, 3}, {1, 20}}, sec(21), Playback{Started: sec(3), Watched: sec(11), Stalls: 1, Stalled: sec(7)}},
		{"and that in time is no stall", 0, [][2]int{{0, 3}, {1, 13}}, sec(21), Playback{Started: sec(3), Watched: sec(18)}},
		{"after a stall the buffer is filled again", sec(20), [][2]int{{0, 0}, {1, 5}, {2, 30}}, sec(34),
			Playback{Started: sec(5), Watched: sec(20), Stalls: 1, Stalled: sec(9)}},
		{"then it goes on", sec(20), [][2]int{{0, 0}, {1, 5}, {2, 30}, {3, 33}}, sec(34),
			Playback{Started: sec(5), Watched: sec(21), Stalls: 1, Stalled: sec(8)}},
		{"all that there is is enough", sec(1000), [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 9}}, sec(10), Playback{Started: sec(9), Watched: sec(50)}},
		{"who has all watches to the end", 0, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 45}}, sec(45),
			Playback{Started: sec(1), Watched: sec(50), Stalls: 1, Stalled: sec(4)}},
	} {
		p := watch(t, c.buffer, 5, c.arrivals...)
		if got := p.Playback(c.at); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.about, got, c.want)
		}
	}
}

// The picker hears which piece is being watched.
func TestPlayerPosition(t *testing.T) {
	p := watch(t, 0, 5, [2]int{0, 3}, [2]int{1, 4})
	for at, want := range map[float64]int{3: 0, 12.9: 0, 13.1: 1, 22.9: 1, 23.1: 2, 99: 2} {
		if got := p.player.piece(sec(at)); got != want {
			t.Errorf("at %v s piece %d, want %d", at, got, want)
		}
	}
}

package viewer

import (
	"testing"
	"time"

	"swarmsim/client/pieces"
)

// watch plays a list of arrivals of pieces that take 10 s each to watch: the piece and the second
// in which it is verified.
func watch(buffer time.Duration, count int, arrivals ...[2]int) *Viewer {
	const rate = 1000
	v := New(&pieces.Layout{Length: int64(count) * rate * 10, PieceLength: rate * 10}, rate, buffer)
	have := make([]bool, count+1)
	for _, a := range arrivals {
		have[a[0]] = true
		v.PieceVerified(time.Duration(a[1])*time.Second, func(piece int) bool { return have[piece] })
	}
	return v
}

func sec(n float64) time.Duration { return time.Duration(n * float64(time.Second)) }

// Playback starts, stalls and resumes as the documentation of the package says.
func TestPlayback(t *testing.T) {
	for _, c := range []struct {
		about    string
		buffer   time.Duration
		arrivals [][2]int
		at       time.Duration
		want     Playback
	}{
		{"nothing in order yet", 0, [][2]int{{1, 1}, {2, 2}}, sec(50), Playback{}},
		{"starts with the first piece", 0, [][2]int{{0, 3}}, sec(7), Playback{Started: sec(3), Watched: sec(4)}},
		{"starts when the buffer is full", sec(20), [][2]int{{0, 3}, {1, 5}}, sec(7), Playback{Started: sec(5), Watched: sec(2)}},
		{"pieces out of order fill the buffer at once", sec(30), [][2]int{{1, 1}, {2, 2}, {0, 8}}, sec(8), Playback{Started: sec(8)}},
		{"stalls and waits", 0, [][2]int{{0, 3}}, sec(20), Playback{Started: sec(3), Watched: sec(10), Stalls: 1, Stalled: sec(7)}},
		{"resumes with the next piece", 0, [][2]int{{0, 3}, {1, 20}}, sec(21), Playback{Started: sec(3), Watched: sec(11), Stalls: 1, Stalled: sec(7)}},
		{"a piece that comes in time prevents a stall", 0, [][2]int{{0, 3}, {1, 13}}, sec(21), Playback{Started: sec(3), Watched: sec(18)}},
		{"after a stall the buffer is filled again", sec(20), [][2]int{{0, 0}, {1, 5}, {2, 30}}, sec(34),
			Playback{Started: sec(5), Watched: sec(20), Stalls: 1, Stalled: sec(9)}},
		{"then it resumes", sec(20), [][2]int{{0, 0}, {1, 5}, {2, 30}, {3, 33}}, sec(34),
			Playback{Started: sec(5), Watched: sec(21), Stalls: 1, Stalled: sec(8)}},
		{"all of the content is enough", sec(1000), [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 9}}, sec(10), Playback{Started: sec(9), Watched: sec(50)}},
		{"with all pieces it is watched to the end", 0, [][2]int{{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 45}}, sec(45),
			Playback{Started: sec(1), Watched: sec(50), Stalls: 1, Stalled: sec(4)}},
	} {
		v := watch(c.buffer, 5, c.arrivals...)
		if got := v.Playback(c.at); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.about, got, c.want)
		}
	}
}

// The position is the piece that is being watched or waited for.
func TestPosition(t *testing.T) {
	v := watch(0, 5, [2]int{0, 3}, [2]int{1, 4})
	for at, want := range map[float64]int{3: 0, 12.9: 0, 13.1: 1, 22.9: 1, 23.1: 2, 99: 2} {
		if got := v.Position(sec(at)); got != want {
			t.Errorf("at %v s piece %d, want %d", at, got, want)
		}
	}
}

package hugepages

import (
	"runtime"
	"testing"
)

// What is expected costs no memory, and what is needed afterwards finds it.
func TestWhatIsExpectedIsThere(t *testing.T) {
	var before, asked, used runtime.MemStats
	runtime.ReadMemStats(&before)
	Expect(64 << 20)
	runtime.ReadMemStats(&asked)
	if grown := asked.HeapAlloc - before.HeapAlloc; int64(grown) > 1<<20 {
		t.Errorf("%d bytes are taken", grown)
	}
	if grown := (asked.Sys - asked.HeapReleased) - (before.Sys - before.HeapReleased); int64(grown) > 4<<20 {
		t.Errorf("%d bytes more count as the program's", grown)
	}
	var kept [][]byte
	for range 32 << 10 {
		kept = append(kept, make([]byte, 1<<10))
	}
	runtime.ReadMemStats(&used)
	if grown := used.HeapSys - asked.HeapSys; int64(grown) > 8<<20 {
		t.Errorf("the heap grew by %d bytes beyond what was expected", grown)
	}
	runtime.KeepAlive(kept)
}

// It is asked for once: a second swarm in the same program uses what the first one did.
func TestNoMoreIsAskedForThanOnce(t *testing.T) {
	Expect(64 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Expect(64 << 20)
	runtime.ReadMemStats(&after)
	if after.NumGC != before.NumGC || after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%d bytes and %d collections for what had been asked for", after.TotalAlloc-before.TotalAlloc, after.NumGC-before.NumGC)
	}
}

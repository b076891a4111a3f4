package hugepages

import (
	"runtime"
	"testing"
)

// Expect takes addresses but no memory, and the heap grows into these addresses.
func TestTheHeapGrowsIntoWhatIsExpected(t *testing.T) {
	var before, expected, used runtime.MemStats
	runtime.ReadMemStats(&before)
	Expect(64 << 20)
	runtime.ReadMemStats(&expected)
	if grown := expected.HeapAlloc - before.HeapAlloc; int64(grown) > 1<<20 {
		t.Errorf("Expect takes %d bytes", grown)
	}
	if grown := (expected.Sys - expected.HeapReleased) - (before.Sys - before.HeapReleased); int64(grown) > 4<<20 {
		t.Errorf("the program has %d more bytes of memory", grown)
	}
	var kept [][]byte
	for range 32 << 10 {
		kept = append(kept, make([]byte, 1<<10))
	}
	runtime.ReadMemStats(&used)
	if grown := used.HeapSys - expected.HeapSys; int64(grown) > 8<<20 {
		t.Errorf("the heap grew by %d bytes beyond what was expected", grown)
	}
	runtime.KeepAlive(kept)
}

// A second swarm of the same size in the same program uses the addresses of the first one.
func TestTheSameIsRequestedOnce(t *testing.T) {
	Expect(64 << 20)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	Expect(64 << 20)
	runtime.ReadMemStats(&after)
	if after.NumGC != before.NumGC || after.TotalAlloc-before.TotalAlloc > 1<<20 {
		t.Errorf("%d bytes and %d collections for a request that was met before",
			after.TotalAlloc-before.TotalAlloc, after.NumGC-before.NumGC)
	}
}

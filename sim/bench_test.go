package sim

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkClosed plays the standard closed swarm on one worker: 64 MiB in pieces of 256 KiB,
// leechers with 1 MB/s up and 4 MB/s down, 25 to 50 ms one way, about 40 neighbours each, and one
// seed with ten times their uplink. Beside blocks per second it reports the memory obtained from
// the system per peer, and the allocations per block in the middle of the run, when all peers are
// connected and none has completed.
func BenchmarkClosed(b *testing.B) {
	for _, peers := range []int{100, 1000} {
		b.Run(fmt.Sprintf("peers=%d", peers), func(b *testing.B) {
			s := load(b, closed, fmt.Sprintf("groups.leechers.count=%d", peers))
			blocks := int64(0)
			var from, to runtime.MemStats
			moved := 0.0 // bytes of content between from and to
			for b.Loop() {
				runtime.GC()
				moved = 0
				out, err := Run(context.Background(), s, Options{Workers: 1, Create: memory{}.create, Progress: func(p Progress) {
					switch p.Now.Truncate(time.Second) {
					case 30 * time.Second:
						runtime.ReadMemStats(&from)
					case 50 * time.Second:
						runtime.ReadMemStats(&to)
					}
					if p.Now > 30*time.Second && p.Now <= 50*time.Second {
						moved += p.Goodput
					}
				}})
				if err != nil {
					b.Fatal(err)
				}
				blocks += out.Summary.Blocks.Delivered
			}
			b.ReportMetric(float64(blocks)/b.Elapsed().Seconds(), "blocks/s")
			b.ReportMetric(float64(to.Mallocs-from.Mallocs)/(moved/16384), "steady-allocs/block")
			b.ReportMetric(float64(to.Sys-to.HeapReleased)/float64(peers), "B/peer")
		})
	}
}

package sim

import (
	"fmt"
	"runtime"
	"testing"
)

// BenchmarkClosed plays the standard closed swarm: one seed with 10x uplink,
// 64 MiB in 256 KiB pieces, 1 MB/s up and 4 MB/s down, 25 to 50 ms one way,
// about 40 neighbours each, on one worker.
func BenchmarkClosed(b *testing.B) {
	for _, peers := range []int{100, 1000} {
		b.Run(fmt.Sprintf("peers=%d", peers), func(b *testing.B) {
			s := load(b, closed, fmt.Sprintf("groups.leechers.count=%d", peers))
			b.ReportAllocs()
			blocks := int64(0)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			for b.Loop() {
				out, _ := play(b, s, 1)
				blocks += out.Summary.Blocks.Delivered
			}
			runtime.ReadMemStats(&after)
			b.ReportMetric(float64(blocks)/b.Elapsed().Seconds(), "blocks/s")
			b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(blocks), "allocs/block")
		})
	}
}

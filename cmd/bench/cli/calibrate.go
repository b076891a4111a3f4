package cli

import (
	"runtime"
	"runtime/metrics"
	"time"
)

const (
	calibrationWords = 1 << 18 // 2 MiB, more than the caches next to a core
	calibrationSteps = 1 << 20
)

// calibrate returns the CPU time of a fixed loop that, as a simulation does, computes and reads memory
// at random. It is the unit in which CPU times of machines of different speed are compared.
func calibrate() time.Duration {
	words := make([]uint64, calibrationWords)
	for i := range words {
		words[i] = uint64(i) * 0x9e3779b97f4a7c15
	}
	start := cpu()
	x := uint64(1)
	for range calibrationSteps {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
		x += words[x%calibrationWords]
		words[x%calibrationWords] = x
	}
	runtime.KeepAlive(x) // the loop is not left out
	return max(cpu()-start, time.Microsecond)
}

// peakInterval is the time between two readings of the heap.
const peakInterval = 2 * time.Millisecond

// peak reads how much memory the heap's objects take, until it is stopped.
type peak struct {
	end  chan struct{}
	most chan uint64
}

func startPeak() *peak {
	p := &peak{make(chan struct{}), make(chan uint64)}
	go func() {
		most, tick := uint64(0), time.NewTicker(peakInterval)
		defer tick.Stop()
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			metrics.Read(sample)
			most = max(most, sample[0].Value.Uint64())
			select {
			case <-tick.C:
			case <-p.end:
				p.most <- most
				return
			}
		}
	}()
	return p
}

// stop returns the most memory that was read.
func (p *peak) stop() uint64 {
	close(p.end)
	return <-p.most
}

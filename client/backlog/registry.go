package backlog

import (
	"time"

	"swarmsim/registry"
)

// Strategy is a request rule with its name, description and settings.
type Strategy = registry.Entry[Rule]

// Strategies lists every request rule. A new one adds its line here.
func Strategies() registry.List[Rule] {
	return []Strategy{byRate, slowStart, mainline, refill, doubling, bursts, fixed}
}

// Scaler is implemented by settings whose defaults suit ordinary paths only. ScaleDefaults
// raises them for a path whose bandwidth-delay product is the given number of blocks. It leaves
// alone every setting for which given returns true, because the user has chosen it; a setting is
// named as in its json tag.
type Scaler interface {
	ScaleDefaults(blocks int, given func(setting string) bool)
}

// Bounded is implemented by settings that limit the requests outstanding at one neighbour.
// MaxOutstanding returns that limit where the round trip takes the given time, and 0 if there is
// none.
type Bounded interface {
	MaxOutstanding(trip time.Duration) int
}

// Batcher is implemented by settings whose rule adds requests in batches. RefillBatch returns
// the largest number of requests in a batch.
type Batcher interface {
	RefillBatch() int
}

// ScaleDefaults calls the method of that name if the settings are a Scaler.
func ScaleDefaults(settings any, blocks int, given func(setting string) bool) {
	if s, ok := settings.(Scaler); ok {
		s.ScaleDefaults(blocks, given)
	}
}

// MaxOutstanding calls the method of that name if the settings are Bounded, and otherwise
// returns 0.
func MaxOutstanding(settings any, trip time.Duration) int {
	if b, ok := settings.(Bounded); ok {
		return b.MaxOutstanding(trip)
	}
	return 0
}

// RefillBatch calls the method of that name if the settings are a Batcher, and otherwise
// returns 0.
func RefillBatch(settings any) int {
	if b, ok := settings.(Batcher); ok {
		return b.RefillBatch()
	}
	return 0
}

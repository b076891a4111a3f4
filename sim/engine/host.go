package engine

import "time"

// HostID numbers the hosts of an engine from 0, in the order in which they were added.
type HostID uint32

// Host is an actor: while the engine runs, nothing but PlayWindow changes its state.
type Host[E any] interface {
	// PlayWindow plays all that happens to the host before w.End(): the arrivals, which w returns
	// in order, and what the host itself has planned. It returns the time at which the host is to
	// be played next even if nothing arrives, or Never.
	PlayWindow(w *Window[E]) (next time.Duration)
}

// hostEntry is a host and, if it implements Prefetcher, the same host as one.
type hostEntry[E any] struct {
	host       Host[E]
	prefetcher Prefetcher[E]
}

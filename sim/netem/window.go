package netem

import (
	"time"

	"swarmsim/sim/engine"
)

// PlayWindow plays what happens to the host in a window of the engine.
func (h *Host) PlayWindow(w *engine.Window[Packet]) time.Duration {
	h.stack.Events = w
	end, arrival := w.End(), w.Peek()
	for {
		at, own := h.nextEvent()
		for arrival <= at && arrival != engine.Never {
			if h.admit() && h.downlink.next <= at {
				at, own = h.downlink.next, arrived
			}
			arrival = w.Peek()
		}
		if at >= end {
			h.downlink.save(&h.stack)
			return at
		}
		h.stack.Now = at
		h.play(own)
		if h.stack.TxSchedule.Len() > 0 {
			h.transport.Flush()
		}
	}
}

// hostEvent is what happens at a host, apart from arrivals at its downlink.
type hostEvent uint8

const (
	arrived   hostEvent = iota // a packet has been received through the downlink
	transport                  // the transport layer has something to do
	timedOut                   // a dial, or the wait for the end of a split
	tick                       // the App has asked for it
)

// nextEvent is what happens next if nothing arrives before. At the same time, what comes
// first here comes first.
func (h *Host) nextEvent() (at time.Duration, event hostEvent) {
	at, event = h.downlink.next, arrived
	if next := h.transport.NextEventAt(); next < at {
		at, event = next, transport
	}
	if next := h.stack.Timeouts.Next(); next < at {
		at, event = next, timedOut
	}
	if h.tick < at {
		at, event = h.tick, tick
	}
	return at, event
}

func (h *Host) play(event hostEvent) {
	switch event {
	case arrived:
		p, blob := h.downlink.pop(&h.stack)
		h.receive(p, blob)
	case transport:
		h.transport.RunNext()
	case timedOut:
		h.timeout()
	case tick:
		h.tick = engine.Never
		h.stack.App.Tick()
	}
}

package gonet

import (
	"syscall"
	"time"

	"swarmsim/sim/engine"
	"swarmsim/sim/netem"
)

// drive keeps the engine in step with the clock: a window is played at its end. In a bubble no
// time passes while it is played, nor while the program reacts to what has arrived.
func (n *Network) drive() {
	defer close(n.done)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-n.kick:
		}
		due, open := n.play()
		if !open {
			return
		}
		if due != engine.Never {
			timer.Reset(due - n.Now())
		} else {
			timer.Stop()
		}
	}
}

// play plays the windows that have ended. It returns when the next one ends, or engine.Never, and
// reports whether the network is open.
func (n *Network) play() (due time.Duration, open bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for !n.closed {
		_, end := n.engine.NextStep()
		if end > n.Now() {
			n.due = end
			return end, true
		}
		n.engine.Step()
	}
	return 0, false
}

// schedule lets a host do now what is in its queues. The caller holds the mutex.
func (h *Host) schedule() {
	if h.scheduled {
		return
	}
	n := h.network
	now := n.Now()
	h.scheduled = true
	h.host.TickAt(now)
	n.engine.Wake(h.host.ID(), now)
	if _, end := n.engine.NextStep(); end < n.due {
		n.wakeDriver()
	}
}

func (n *Network) wakeDriver() {
	select {
	case n.kick <- struct{}{}:
	default:
	}
}

// Tick does what the program has asked for since the last window: the engine calls it.
func (h *Host) Tick() {
	h.scheduled = false
	for _, c := range h.dials {
		h.startDial(c)
	}
	h.dials = h.dials[:0]
	for _, c := range h.active {
		c.isActive = false
		c.advance()
	}
	h.active = h.active[:0]
}

// activate lets a connection advance at the host's next tick. The caller holds the mutex.
func (c *Conn) activate() {
	if !c.isActive {
		c.isActive = true
		c.host.active = append(c.host.active, c)
	}
	c.host.schedule()
}

// Traffic is what the host has sent and received so far.
func (h *Host) Traffic() netem.Traffic {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	return *h.host.Traffic()
}

// SetLink changes the host's links.
func (h *Host) SetLink(l netem.Link) {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	h.host.SetLink(l)
}

// Off takes the host off the network, as if its power were cut: the other ends of its connections
// hear nothing.
func (h *Host) Off() {
	h.network.mu.Lock()
	defer h.network.mu.Unlock()
	h.host.Off()
	for _, c := range h.conns {
		c.attached = false
		c.fail(syscall.ENETDOWN)
	}
	clear(h.conns)
	for _, l := range h.listeners {
		l.shut()
	}
	clear(h.listeners)
}

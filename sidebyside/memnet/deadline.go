package memnet

import "time"

// deadline is a time after which reading or writing fails; zero for none.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

// set changes the deadline; wake is called when it has passed.
func (d *deadline) set(at time.Time, wake func()) {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	d.at = at
	if !at.IsZero() {
		d.timer = time.AfterFunc(time.Until(at), wake)
	}
}

func (d *deadline) passed() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// SetDeadline is for reading and writing, now and from now on.
func (c *conn) SetDeadline(t time.Time) error { return c.setDeadlines(t, &c.readBy, &c.writeBy) }

func (c *conn) SetReadDeadline(t time.Time) error  { return c.setDeadlines(t, &c.readBy) }
func (c *conn) SetWriteDeadline(t time.Time) error { return c.setDeadlines(t, &c.writeBy) }

func (c *conn) setDeadlines(t time.Time, which ...*deadline) error {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	if c.closed {
		return nil // a client may still say so of what it has hung up on
	}
	for _, d := range which {
		d.set(t, c.wake)
	}
	c.changed.Broadcast()
	return nil
}

func (c *conn) wake() {
	c.host.net.mu.Lock()
	defer c.host.net.mu.Unlock()
	c.changed.Broadcast()
}

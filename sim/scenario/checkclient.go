package scenario

import "time"

// checkClient reports the settings of a client that contradict one another. field is the
// path of the client.
func (d *decoder) checkClient(c *Client, field string) {
	d.checkFastExtension(c, field)
	d.checkEventLoop(c, field)
	if c.RateWindow > 0 && c.RateWindow < Duration(100*time.Millisecond) {
		d.failAt(field+".rate_window", "%v is too short; the minimum is 100 ms", c.RateWindow)
	}
	k := &c.Connections
	if k.DialTarget > k.Max {
		d.failAt(field+".connections", "dial_target %d exceeds max %d", k.DialTarget, k.Max)
	}
	if k.MinPeers > k.DialTarget {
		k.MinPeers = k.DialTarget
	}
	d.checkMisbehaviour(c, field+".misbehaviour")
	if c.IdleTimeout <= c.KeepAliveInterval {
		d.failAt(field+".idle_timeout", "%v is not longer than keep_alive_interval %v: connections would be closed "+
			"before a keep-alive is sent", c.IdleTimeout, c.KeepAliveInterval)
	}
}

// checkFastExtension reports settings that need the fast extension (BEP 6) in a client
// that does not support it.
func (d *decoder) checkFastExtension(c *Client, field string) {
	if c.FastExtension {
		return
	}
	if c.RequestsOnChoke == ChokeKeeps {
		d.failAt(field+".requests_on_choke", "keep needs fast_extension: true; without it a choke discards requests")
	}
	if c.OnCancel != CancelSilent {
		d.failAt(field+".on_cancel", "%s needs fast_extension: true; without it there is no reject message", c.OnCancel)
	}
	if c.AllowedFastSetSize > 0 {
		d.failAt(field+".allowed_fast_set_size", "needs fast_extension: true")
	}
	if c.SuggestPieces > 0 {
		d.failAt(field+".suggest_pieces", "needs fast_extension: true")
	}
}

// checkEventLoop reports settings of different event loops that are combined: a client
// acts at once, in pulses, in refreshes of all connections, or in batches of writes.
func (d *decoder) checkEventLoop(c *Client, field string) {
	if c.HaveDelay > 0 && c.PulseInterval == 0 {
		d.failAt(field+".have_delay", "needs pulse_interval: without one, messages are sent at once")
	}
	if c.PulseInterval > 0 && c.PulseInterval < Duration(10*time.Millisecond) {
		d.failAt(field+".pulse_interval", "%v is too short; the minimum is 10 ms", c.PulseInterval)
	}
	if c.RefreshInterval > 0 && c.RefreshInterval < Duration(10*time.Millisecond) {
		d.failAt(field+".refresh_interval", "%v is too short; the minimum is 10 ms", c.RefreshInterval)
	}
	if c.InactivityTimeout > 0 && c.RefreshInterval == 0 {
		d.failAt(field+".inactivity_timeout", "needs refresh_interval: a refresh checks it")
	}
	if c.RefreshInterval > 0 && c.PulseInterval > 0 {
		d.failAt(field+".refresh_interval", "contradicts pulse_interval: both determine when messages are sent")
	}
	if c.RefreshInterval > 0 && c.Upload.BatchWrites {
		d.failAt(field+".refresh_interval", "contradicts upload.batch_writes: both determine when requests are made")
	}
}

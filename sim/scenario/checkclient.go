package scenario

import "time"

// checkClient reports the settings of a client that contradict one another. field is the
// path of the client.
func (d *decoder) checkClient(c *Client, field string) {
	d.checkFastExtension(c, field)
	d.checkExtensions(c, field)
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

// checkExtensions reports settings that need the extension protocol (BEP 10) in a client that does
// not support it.
func (d *decoder) checkExtensions(c *Client, field string) {
	for _, x := range []struct {
		name string
		on   bool
	}{{"pex", c.PEX}, {"upload_only", c.UploadOnly}, {"dont_have", c.DontHave}, {"holepunch", c.Holepunch}} {
		if x.on && !c.Extensions {
			d.failAt(field+"."+x.name, "needs extensions: true")
		}
	}
}

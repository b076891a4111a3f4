package adversary

import "swarmsim/client"

// shortenInterval changes how soon the client may announce again for want of peers.
func (a *Adversary) shortenInterval(e *client.Event) {
	if a.behaviour.AnnounceInterval == 0 {
		return
	}
	reply := *e.Reply
	reply.MinInterval = a.behaviour.AnnounceInterval
	e.Reply = &reply
}

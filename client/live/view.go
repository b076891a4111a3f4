package live

import (
	"time"

	"swarmsim/client"
)

// View is what a torrent's client knows of the swarm at a moment.
type View struct {
	Time     time.Duration // since the torrent was added, as in the calls of Options.Trace
	Peer     *client.Peer  // nil while the description is fetched and the files are checked
	Received int64         // bytes in messages that were received, without TCP's headers
	Sent     int64
}

// View has the torrent's loop call f, and waits for that. It reports false if the torrent has
// stopped, or is checked. f must not keep the View, and must not wait.
func (t *Torrent) View(f func(*View)) bool {
	called := make(chan struct{})
	posted := t.mailbox.post(letter{do: func() {
		defer close(called)
		f(t.view())
	}})
	if !posted {
		return false
	}
	select {
	case <-called:
		return true
	case <-t.ended: // the loop has left it in the mailbox, or called it at last
	}
	select {
	case <-called:
		return true
	default:
		return false
	}
}

// Peer returns the state machine; nil before there is one. Only the methods of Options.Trace may call
// it, because the state machine belongs to the loop, which calls them.
func (t *Torrent) Peer() *client.Peer { return t.peer }

func (t *Torrent) view() *View {
	return &View{Time: t.now(), Peer: t.peer, Received: t.received, Sent: t.sent}
}

package live

import (
	"time"

	"golang.org/x/time/rate"

	"swarmsim/client"
	"swarmsim/client/layers"
)

// Hash requests (BEP 52) are of no concern to the state machine: the loop answers those of neighbours, and
// makes its own while layers of a hybrid are missing. Those of a torrent of version 2 are fetched before
// the state machine begins.

// Limits of what neighbours may ask for. An answer has up to 16 KiB of hashes.
const (
	hashRequestRate  = 32 // a second, of a neighbour
	hashRequestBurst = 64
	maxHashQueue     = 256 // requests of all neighbours that wait for their answers
)

// hashServer answers hash requests of a torrent's neighbours. The loop owns it but for the server, which
// belongs to the goroutine that answers while busy is set.
type hashServer struct {
	server *layers.Server
	queue  []hashRequest
	busy   bool
}

type hashRequest struct {
	conn    *conn
	payload []byte
	kind    client.Kind // of the answer
}

// onHashMessage handles the messages about hashes.
func (t *Torrent) onHashMessage(c *conn, m *client.Message) {
	switch {
	case t.peer == nil || !c.shaken || c.gone: // what fetches the description handles them
	case m.Kind == client.HashRequest:
		t.onHashRequest(c, m.Data)
	case t.layers == nil:
	case m.Kind == client.Hashes && !t.layers.OnHashes(t.now(), c.id, m.Data),
		m.Kind == client.HashReject && !t.layers.OnReject(t.now(), c.id, m.Data):
		t.session.log("connection ended", "peer", c.addr, "reason", "it sent wrong hashes")
		t.hangUp(c)
	}
}

// hangUp ends a connection, and tells the state machine.
func (t *Torrent) hangUp(c *conn) {
	t.drop(c)
	t.step(client.Event{Kind: client.Closed, Conn: c.id})
}

// onHashRequest answers a hash request, or rejects it if there are too many.
func (t *Torrent) onHashRequest(c *conn, payload []byte) {
	if c.hashBudget == nil {
		c.hashBudget = rate.NewLimiter(hashRequestRate, hashRequestBurst)
	}
	s := &t.hashes
	if !t.Meta().Version.HasV2() || !c.hashBudget.Allow() || len(s.queue) >= maxHashQueue {
		t.sendHashes(&hashRequest{c, payload, client.HashReject})
		return
	}
	s.queue = append(s.queue, hashRequest{conn: c, payload: payload})
	t.answerHashes()
}

// answerHashes has the requests that wait answered elsewhere: the tree of a large file takes a while.
func (t *Torrent) answerHashes() {
	s := &t.hashes
	if s.busy || len(s.queue) == 0 {
		return
	}
	if s.server == nil {
		s.server = layers.NewServer(t.Meta())
	}
	batch := s.queue
	s.queue, s.busy = nil, true
	t.connections.Go(func() {
		for i := range batch {
			r, ok := &batch[i], false
			if r.payload, ok = s.server.Answer(r.payload); ok {
				r.kind = client.Hashes
			} else {
				r.kind = client.HashReject
			}
		}
		t.mailbox.post(letter{do: func() {
			s.busy = false
			for i := range batch {
				t.sendHashes(&batch[i])
			}
			t.answerHashes()
		}})
	})
}

// sendHashes sends an answer.
func (t *Torrent) sendHashes(r *hashRequest) {
	if !r.conn.gone {
		t.send(&client.Action{Conn: r.conn.id, Message: client.Message{Kind: r.kind, Data: r.payload}})
	}
}

// joinLayers has a neighbour asked for missing layers if it knows version 2.
func (t *Torrent) joinLayers(c *conn) {
	if t.layers != nil && c.v2 {
		t.layers.Join(c.id)
	}
}

// requestLayers asks neighbours for missing layers, and returns when it has to be called again.
func (t *Torrent) requestLayers() time.Duration {
	if t.layers == nil {
		return client.Never
	}
	t.layers.Ask(t.now(), func(id client.ConnID, payload []byte) {
		t.send(&client.Action{Conn: id, Message: client.Message{Kind: client.HashRequest, Data: payload}})
	})
	if t.layers.Done() {
		if err := t.layers.Err(); err != nil {
			t.session.log("the torrent contradicts itself", "torrent", t.Name(), "reason", err)
		}
		t.layers = nil
		return client.Never
	}
	return t.layers.Next()
}

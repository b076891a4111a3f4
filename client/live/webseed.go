package live

import (
	"context"
	"errors"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/webseed"
	"swarmsim/torrent"
)

// webSeed is an HTTP server with the torrent's files (BEP 19), which the state machine sees as a
// neighbour.
type webSeed struct {
	seed *webseed.Seed
	url  string
}

// openWebSeeds makes neighbours of a torrent's web seeds.
func (t *Torrent) openWebSeeds(meta *torrent.Meta) {
	if t.peer.Finished() {
		return
	}
	s := t.session
	for _, url := range meta.WebSeeds {
		seed, err := webseed.New(url, meta, webseed.Options{
			Local: s.source(), UserAgent: userAgent, Buffer: t.webBuffer,
			Limit: func(ctx context.Context, n int) error { s.download.wait(ctx, n); return ctx.Err() },
		})
		if err != nil {
			s.log("web seed is not used", "url", url, "reason", err)
			continue
		}
		w := &webSeed{seed, url}
		t.webSeeds = append(t.webSeeds, w)
		t.connectWebSeed(w)
	}
}

// webBuffer returns memory for a block.
func (t *Torrent) webBuffer(n int) []byte {
	if n <= client.BlockSize {
		if b := t.session.pool.Received.TryAcquire(); b != nil {
			return b[:n]
		}
	}
	return make([]byte, n)
}

// connectWebSeed begins with a connection to a web seed.
func (t *Torrent) connectWebSeed(w *webSeed) {
	if !t.session.addConnection(t) {
		return
	}
	c := newConn(t, nil, w.seed.Addr(), true)
	opened := letter{conn: c, event: client.Event{Kind: client.Opened, Addr: c.addr, Dialed: true}}
	if !t.mailbox.post(opened) {
		t.session.removeConnection(t)
		return
	}
	t.connections.Add(1)
	c.web = webseed.Open(w.seed, webseed.Handler{
		Deliver: func(ctx context.Context, m *client.Message) { c.deliver(ctx, *m) },
		Closed:  func(err error) { t.onWebSeedClosed(w, c, err) },
	})
	go func() {
		defer t.connections.Done()
		c.web.Wait()
	}()
}

// deliver posts a message of a web seed, and waits while many are not handled.
func (c *conn) deliver(ctx context.Context, m client.Message) {
	c.unhandled.Add(1)
	c.unhandledBytes.Add(heldBytes(&m))
	l := letter{conn: c, event: client.Event{Kind: client.Received, Message: m}}
	if !c.torrent.mailbox.post(l) {
		c.torrent.release(&l)
		return
	}
	for c.unhandled.Load() > maxUnhandled {
		select {
		case <-c.resume:
		case <-ctx.Done():
			return
		}
	}
}

// onWebSeedClosed tells the loop, and connects again unless the server is of no use any more.
func (t *Torrent) onWebSeedClosed(w *webSeed, c *conn, err error) {
	t.session.log("web seed ended", "url", w.url, "reason", err)
	t.mailbox.post(letter{conn: c, event: client.Event{Kind: client.Closed}})
	if w.seed.Err() != nil || errors.Is(err, context.Canceled) {
		return
	}
	pause := max(time.Second, time.Until(w.seed.ReadyAt()))
	time.AfterFunc(pause, func() {
		t.mailbox.post(letter{do: func() {
			if !t.stopping && !t.peer.Finished() {
				t.connectWebSeed(w)
			}
		}})
	})
}

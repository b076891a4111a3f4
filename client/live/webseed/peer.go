package webseed

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"swarmsim/client"
)

// Handler is the session's side of a Peer.
type Handler struct {
	// Deliver hands a message to the state machine (event Received). It may block, and returns when
	// the context is done. The message's Data may be kept.
	Deliver func(context.Context, *client.Message)

	// Closed says that the Peer has ended the connection (event Closed), and why.
	Closed func(error)
}

// Peer is a web seed as the state machine's neighbour: a seed with the fast extension that never
// downloads.
type Peer struct {
	seed    *Seed
	handler Handler
	ctx     context.Context
	cancel  context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	changed  sync.Cond // with mu: any of the fields below
	shaken   bool      // the handshake has been answered
	fast     bool      // the client speaks the fast extension
	choking  bool
	ended    bool
	reason   error           // why it has ended, if the client did not close it
	requests []Block         // that no worker has taken
	batches  map[*batch]bool // that workers are at
	outbox   []client.Message
	waiting  int // bytes of blocks in outbox
}

// batch is what a worker fetches at once.
type batch struct {
	blocks  []Block
	pending map[Block]bool // not delivered and not cancelled
	cancel  context.CancelFunc
}

const (
	maxOutbox     = 2 << 20          // bytes of blocks that wait to be delivered
	maxRequests   = 4096             // that are kept; further ones are rejected
	keepAlive     = 90 * time.Second // between keep-alives: neighbours are given up after two minutes
	mostBatchGaps = 64               // runs of blocks in one batch
)

// Open begins with a connection to a seed. The client sends its handshake first, as the side that has
// dialed.
func Open(s *Seed, h Handler) *Peer {
	p := &Peer{seed: s, handler: h, choking: true, batches: map[*batch]bool{}}
	p.changed.L = &p.mu
	p.ctx, p.cancel = context.WithCancel(context.Background())
	context.AfterFunc(p.ctx, p.changed.Broadcast)
	p.running.Go(p.deliver)
	p.running.Go(p.beat)
	for range s.options.MaxConns {
		p.running.Go(p.work)
	}
	return p
}

// Close ends the connection. It does not wait: use Wait for that.
func (p *Peer) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end(nil)
}

// Wait waits until all goroutines of a closed Peer have ended.
func (p *Peer) Wait() { p.running.Wait() }

// end ends the connection; reason is nil if the client does. mu is held.
func (p *Peer) end(reason error) {
	p.ended = true
	p.reason = reason
	p.cancel()
	p.changed.Broadcast()
}

// Send takes a message from the client. It does not block and keeps nothing of it.
func (p *Peer) Send(m *client.Message) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.changed.Broadcast()
	b := Block{m.Index, m.Begin, m.Length}
	switch m.Kind {
	case client.Handshake:
		p.onHandshake(m)
	case client.Request:
		p.onRequest(b)
	case client.Cancel:
		p.onCancel(b)
	}
}

// onHandshake answers the client's handshake as a seed that unchokes at once.
func (p *Peer) onHandshake(m *client.Message) {
	if p.shaken || len(m.Data) != 40 {
		return
	}
	p.shaken, p.fast = true, m.Index&client.SpeaksFast != 0
	id := p.seed.PeerID()
	p.push(client.Message{
		Kind: client.Handshake, Index: m.Index & (client.SpeaksFast | client.AnswersCancels),
		Data: append(slices.Clone(m.Data[:20]), id[:]...),
	})
	if p.fast && p.seed.HasAll() {
		p.push(client.Message{Kind: client.HaveAll})
	} else {
		p.push(client.Message{Kind: client.Bitfield, Data: p.seed.bitfield()})
	}
	if at := p.seed.ReadyAt(); time.Now().Before(at) {
		p.unchokeAt(at)
		return
	}
	p.unchoke()
}

func (p *Peer) onRequest(b Block) {
	if p.choking || len(p.requests) >= maxRequests || p.seed.check(b) != nil {
		p.reject(b)
		return
	}
	p.requests = append(p.requests, b)
}

// onCancel withdraws a request: it is rejected (BEP 6). A batch with no other block is given up.
func (p *Peer) onCancel(b Block) {
	if i := slices.Index(p.requests, b); i >= 0 {
		p.requests = slices.Delete(p.requests, i, i+1)
		p.reject(b)
		return
	}
	for batch := range p.batches {
		if batch.pending[b] {
			delete(batch.pending, b)
			p.reject(b)
			if len(batch.pending) == 0 {
				batch.cancel()
			}
			return
		}
	}
}

// reject tells the client that a request will not be answered, if it speaks the fast extension.
func (p *Peer) reject(b Block) {
	if p.fast {
		p.push(client.Message{Kind: client.Reject, Index: b.Piece, Begin: b.Begin, Length: b.Length})
	}
}

// unchoke lets the client send requests.
func (p *Peer) unchoke() {
	p.choking = false
	p.push(client.Message{Kind: client.Unchoke})
}

// unchokeAt unchokes when the server may be asked again.
func (p *Peer) unchokeAt(at time.Time) {
	timer := time.AfterFunc(time.Until(at), func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.choking && !p.ended {
			p.unchoke()
		}
	})
	context.AfterFunc(p.ctx, func() { timer.Stop() })
}

// push puts a message into the outbox.
func (p *Peer) push(m client.Message) {
	if m.Kind == client.Piece {
		p.waiting += len(m.Data)
	}
	p.outbox = append(p.outbox, m)
	p.changed.Broadcast()
}

// deliver delivers the outbox, until the connection ends.
func (p *Peer) deliver() {
	for {
		m, ok := p.nextMessage()
		if !ok {
			break
		}
		p.handler.Deliver(p.ctx, &m)
	}
	p.mu.Lock()
	reason := p.reason
	p.mu.Unlock()
	if reason != nil && p.handler.Closed != nil {
		p.handler.Closed(reason)
	}
}

// nextMessage waits for a message and removes it from the outbox.
func (p *Peer) nextMessage() (client.Message, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.outbox) == 0 && !p.ended {
		p.changed.Wait()
	}
	if p.ended {
		return client.Message{}, false
	}
	m := p.outbox[0]
	p.outbox[0] = client.Message{}
	p.outbox = p.outbox[1:]
	if m.Kind == client.Piece {
		p.waiting -= len(m.Data)
		p.changed.Broadcast()
	}
	return m, true
}

// beat sends keep-alives.
func (p *Peer) beat() {
	ticker := time.NewTicker(keepAlive)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			p.mu.Lock()
			p.push(client.Message{Kind: client.KeepAlive})
			p.mu.Unlock()
		case <-p.ctx.Done():
			return
		}
	}
}

// work fetches batch after batch, until the connection ends.
func (p *Peer) work() {
	for {
		ctx, b := p.nextBatch()
		if b == nil {
			return
		}
		err := p.seed.Fetch(ctx, b.blocks, func(i int, data []byte) error { return p.onBlock(b, b.blocks[i], data) })
		b.cancel()
		p.finish(b, err)
	}
}

// nextBatch waits for requests and takes as many as one batch may have, in the order of the content
// so that neighbours can be joined; nil if the connection has ended.
func (p *Peer) nextBatch() (context.Context, *batch) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.mayFetch() && !p.ended {
		p.changed.Wait()
	}
	if p.ended {
		return nil, nil
	}
	n, bytes, gaps := 0, 0, 0
	for n < len(p.requests) && (n == 0 || bytes+int(p.requests[n].Length) <= p.seed.options.MaxRange) && gaps < mostBatchGaps {
		if n > 0 && p.seed.offset(p.requests[n]) != p.seed.offset(p.requests[n-1])+int64(p.requests[n-1].Length) {
			gaps++
		}
		bytes += int(p.requests[n].Length)
		n++
	}
	b := &batch{blocks: slices.Clone(p.requests[:n]), pending: make(map[Block]bool, n)}
	p.requests = slices.Delete(p.requests, 0, n)
	slices.SortStableFunc(b.blocks, func(x, y Block) int { return int(min(max(p.seed.offset(x)-p.seed.offset(y), -1), 1)) })
	b.blocks = slices.Compact(b.blocks)
	for _, block := range b.blocks {
		b.pending[block] = true
	}
	ctx, cancel := context.WithCancel(p.ctx)
	b.cancel = cancel
	p.batches[b] = true
	return ctx, b
}

// mayFetch reports whether a batch is worth while. A second one must be as long as what is still to
// come of the first: the client sends a request for each block that it gets, and each alone would be
// a request to the server.
func (p *Peer) mayFetch() bool {
	coming := 1
	for b := range p.batches {
		coming = max(coming, len(b.pending))
	}
	return !p.choking && len(p.requests) >= coming
}

// onBlock queues a block that has arrived, unless it was cancelled, when there is room for it.
func (p *Peer) onBlock(b *batch, block Block, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.waiting > 0 && p.waiting+len(data) > maxOutbox && !p.ended {
		p.changed.Wait()
	}
	if p.ended {
		return context.Canceled
	}
	if b.pending[block] {
		delete(b.pending, block) // another worker may take a batch now
		p.push(client.Message{Kind: client.Piece, Index: block.Piece, Begin: block.Begin, Length: block.Length, Data: data})
	}
	return nil
}

// finish ends a batch. After a failure of the server the Peer chokes until it may be asked again, or
// closes if pieces have been lost.
func (p *Peer) finish(b *batch, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.batches, b)
	if err == nil || p.ended || len(b.pending) == 0 {
		return
	}
	if f := (*FileError)(nil); errors.As(err, &f) || p.seed.Err() != nil || !p.fast {
		p.end(fmt.Errorf("the connection ends: %w", err))
		return
	}
	if !p.choking {
		p.choking = true
		p.push(client.Message{Kind: client.Choke})
		p.unchokeAt(p.seed.ReadyAt())
	}
	for _, block := range append(b.left(), p.requests...) {
		p.reject(block)
	}
	p.requests = nil
}

// left returns the blocks that are pending, in order.
func (b *batch) left() []Block {
	return slices.DeleteFunc(slices.Clone(b.blocks), func(block Block) bool { return !b.pending[block] })
}

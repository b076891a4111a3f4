package storage

import (
	"runtime"
	"sync"

	"swarmsim/client"
	"swarmsim/torrent"
)

// Limits are the limits of a Pool. Zero values stand for the defaults.
type Limits struct {
	Workers       int   // goroutines that hash and use the disk; default: one a core, at least 4
	ReceivedBytes int64 // memory for blocks that are received and not yet written and hashed; default 64 MiB
	ReadBytes     int64 // memory for blocks that are read and not yet sent; default 64 MiB
	OpenFiles     int   // files that are kept open, over all torrents; default 256
}

const defaultBufferBytes = 64 << 20

// Pool is what the stores of a session share: workers, buffers and open files.
type Pool struct {
	Received *Buffers // for blocks that are received; Store.Write releases them
	Read     *Buffers // for blocks that are read; the receiver of a Result releases them

	folders folders
	handles handles
	size    int // number of workers

	mu         sync.Mutex
	wake       sync.Cond
	tasks      queue // that peers wait for
	background queue // hashing of pieces at a start or a recheck
	idle       int   // workers that wait
	closed     bool
	stores     map[*Store]struct{}
	workers    sync.WaitGroup
}

// task is work for one worker.
type task interface{ run(w *worker) }

// NewPool returns a pool with running workers.
func NewPool(l Limits) *Pool {
	if l.Workers <= 0 {
		l.Workers = max(4, runtime.GOMAXPROCS(0))
	}
	if l.ReceivedBytes <= 0 {
		l.ReceivedBytes = defaultBufferBytes
	}
	if l.ReadBytes <= 0 {
		l.ReadBytes = defaultBufferBytes
	}
	if l.OpenFiles <= 0 {
		l.OpenFiles = 256
	}
	p := &Pool{
		Received: newBuffers(l.ReceivedBytes),
		Read:     newBuffers(l.ReadBytes),
		stores:   map[*Store]struct{}{},
	}
	p.size = l.Workers
	p.wake.L = &p.mu
	p.handles.limit = l.OpenFiles
	p.Received.onShort = p.flush
	p.Read.onFree = p.resumeReads
	p.workers.Add(l.Workers)
	for range l.Workers {
		go p.work()
	}
	return p
}

// Close stops the workers. All stores must have been closed. Waiting calls of Acquire fail.
func (p *Pool) Close() {
	p.Received.close()
	p.Read.close()
	p.mu.Lock()
	p.closed = true
	p.wake.Broadcast()
	p.mu.Unlock()
	p.workers.Wait()
	p.handles.closeIdle(0)
}

// start queues a task.
func (p *Pool) start(t task) { p.startIn(&p.tasks, t) }

func (p *Pool) startIn(q *queue, t task) {
	p.mu.Lock()
	q.push(t)
	wake := p.idle > 0
	p.mu.Unlock()
	if wake {
		p.wake.Signal()
	}
}

// worker has memory that a task may use while it runs.
type worker struct {
	segments []torrent.Segment
	vector   [][]byte
	scratch  []byte // readBack bytes, allocated when it is needed first
	blocks   []block
	refs     []client.BlockRef
}

// work runs tasks until the pool is closed and none is left.
func (p *Pool) work() {
	defer p.workers.Done()
	w := &worker{}
	for {
		t := p.next()
		if t == nil {
			return
		}
		t.run(w)
	}
}

func (p *Pool) next() task {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if t := p.tasks.pop(); t != nil {
			return t
		}
		if t := p.background.pop(); t != nil {
			return t
		}
		if p.closed {
			return nil
		}
		p.idle++
		p.wake.Wait()
		p.idle--
	}
}

// flush has all stores work on the blocks that they hold, because buffers are short.
func (p *Pool) flush() {
	for _, s := range p.allStores() {
		s.Flush()
	}
}

// resumeReads continues the reads that waited for a buffer.
func (p *Pool) resumeReads() {
	for _, s := range p.allStores() {
		s.resumeReads()
	}
}

func (p *Pool) allStores() []*Store {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]*Store, 0, len(p.stores))
	for s := range p.stores {
		out = append(out, s)
	}
	return out
}

func (p *Pool) add(s *Store) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.stores[s] = struct{}{}
	return nil
}

func (p *Pool) remove(s *Store) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.stores, s)
}

// queue is a first-in, first-out queue of tasks.
type queue struct {
	tasks []task
	first int
}

func (q *queue) push(t task) { q.tasks = append(q.tasks, t) }

// pop returns nil if the queue is empty.
func (q *queue) pop() task {
	if q.first == len(q.tasks) {
		return nil
	}
	t := q.tasks[q.first]
	q.tasks[q.first] = nil
	q.first++
	if q.first == len(q.tasks) {
		q.tasks, q.first = q.tasks[:0], 0
	} else if 2*q.first > len(q.tasks) && q.first >= 64 {
		q.tasks = append(q.tasks[:0], q.tasks[q.first:]...)
		q.first = 0
	}
	return t
}

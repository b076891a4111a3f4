package live

import (
	"context"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/storage"
	"swarmsim/client/pieces"
	"swarmsim/client/wire"
	"swarmsim/torrent"
)

// Options say how a torrent is downloaded.
type Options struct {
	Folder      string // where its files are, or their folder; nothing is written outside it
	StatePath   string // of the file that says what is verified; "" for one in Folder
	ReadOnly    bool   // nothing is written: for seeds
	Preallocate bool   // the disk space of a file is reserved before its first block is written

	// Priorities has one number for each file: 0 not to download it, 1 to 7 for files that come the
	// earlier the greater it is. nil stands for 1 each.
	Priorities []byte

	Check bool // everything that is on disk is hashed, whatever is known of it

	// Trace is told what the state machine does; nil for none. Its methods are called by the loop.
	Trace client.Trace
}

// State is what a torrent is doing.
type State uint8

// The states.
const (
	Checking    State = iota // what is on disk is hashed
	Downloading              // files are missing
	Seeding                  // all that is wanted is there
	Failed                   // the disk fails; see Err
	Stopped
)

func (s State) String() string {
	return [...]string{"checking", "downloading", "seeding", "failed", "stopped"}[s]
}

// Torrent is a torrent of a session.
type Torrent struct {
	session *Session
	meta    *torrent.Meta
	options Options
	store   *storage.Store
	started time.Time

	// Owned by the loop.
	peer      *client.Peer
	hello     []byte // our handshake
	conns     []*conn
	freeConns []client.ConnID
	actions   []client.Action
	dirty     []*conn // whose outboxes are not empty
	trackers  []*tracker
	taken     bool // the store owns the block of the event that is being handled
	stopping  bool
	selected  bool // what is wanted has changed since Stats were renewed

	mailbox     *mailbox
	connections sync.WaitGroup // goroutines of connections and dials
	announces   sync.WaitGroup // also in the DHT

	ctx     context.Context // ends when the torrent stops
	cancel  context.CancelFunc
	closing context.Context // of the announce that it stops
	stopAll context.CancelFunc
	ended   chan struct{} // closed when the loop has ended
	done    chan struct{} // closed when all that is wanted is there, or never will be
	doneNow sync.Once

	state   atomic.Uint32
	checked atomic.Int64 // pieces that have been hashed while checking
	toCheck atomic.Int64
	failure atomic.Pointer[error]
	stats   atomic.Pointer[Stats]
}

// newTorrent opens a torrent's files.
func newTorrent(s *Session, meta *torrent.Meta, o Options) (*Torrent, error) {
	if o.Priorities != nil && len(o.Priorities) != len(meta.Files) {
		return nil, fmt.Errorf("there are %d priorities for %d files", len(o.Priorities), len(meta.Files))
	}
	t := &Torrent{
		session: s, meta: meta, options: o, started: time.Now(), mailbox: newMailbox(),
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	t.ctx, t.cancel = context.WithCancel(s.ctx)
	t.closing, t.stopAll = context.WithCancel(context.Background())
	store, err := storage.Open(s.pool, meta, storage.Options{
		Folder: o.Folder, StatePath: o.StatePath, ReadOnly: o.ReadOnly, Preallocate: o.Preallocate,
		Unwanted: unwanted(o.Priorities), Done: t.onStored,
	})
	if err != nil {
		return nil, err
	}
	t.store = store
	t.stats.Store(&Stats{Length: meta.Size()})
	return t, nil
}

// unwanted returns, for each file, whether it is not to be downloaded; nil if all are.
func unwanted(priorities []byte) []bool {
	if priorities == nil {
		return nil
	}
	out := make([]bool, len(priorities))
	for i, p := range priorities {
		out[i] = p == 0
	}
	return out
}

// abandon ends a torrent that never ran.
func (t *Torrent) abandon() {
	t.cancel()
	t.stopAll()
	t.store.Close()
}

// run checks what is on disk and plays the state machine until the torrent stops.
func (t *Torrent) run() {
	defer t.session.wait.Done()
	defer close(t.ended)
	defer t.session.remove(t)
	defer t.stopAll()
	defer t.finish()
	have, err := t.resume()
	if err != nil {
		t.fail(err)
		t.cancel()
	} else {
		t.newPeer(have)
		t.loop()
	}
	t.end()
}

// resume finds out which pieces are on disk.
func (t *Torrent) resume() (pieces.Bitset, error) {
	progress := func(done, total int) {
		t.checked.Store(int64(done))
		t.toCheck.Store(int64(total))
	}
	have, err := t.store.Resume(t.ctx, progress)
	if err == nil && t.options.Check {
		have, err = t.store.Check(t.ctx, progress)
	}
	return have, err
}

// newPeer makes the state machine, which begins with the given pieces.
func (t *Torrent) newPeer(have pieces.Bitset) {
	seed := mathrand.New(mathrand.NewPCG(mathrand.Uint64(), mathrand.Uint64()))
	cfg := t.session.cfg.Client(seed)
	var sizes []int
	t.trackers, sizes = newTrackers(t.session, t.meta.Trackers)
	settings := *cfg.Settings
	settings.Connections.SharedAddresses = true
	settings.Extensions = t.session.extensions()
	cfg.Settings = &settings
	cfg.ClientName, cfg.ListenPort, cfg.Info = clientName, t.session.port(), t.meta.Info
	cfg.Torrent = layoutOf(t.meta)
	cfg.ID, cfg.Rand, cfg.Store, cfg.Trace = t.session.id, seed, loopStore{t}, t.options.Trace
	cfg.Have, cfg.Priorities, cfg.Trackers = have, t.piecePriorities(t.options.Priorities), sizes
	t.peer = client.New(cfg)
	hello := t.peer.Hello()
	hello.Index |= t.session.speaks()
	t.hello = wire.Append(nil, &hello)
	t.selected = true
	t.setState()
	t.findPeers()
}

// setState derives the state from the state machine's.
func (t *Torrent) setState() {
	switch {
	case t.failure.Load() != nil:
		t.state.Store(uint32(Failed))
	case t.peer.Finished():
		t.state.Store(uint32(Seeding))
		t.updateStats(t.now())
		t.finish()
	default:
		t.state.Store(uint32(Downloading))
	}
}

// finish wakes those who wait for Done.
func (t *Torrent) finish() { t.doneNow.Do(func() { close(t.done) }) }

// fail notes why the torrent cannot go on.
func (t *Torrent) fail(err error) {
	t.failure.Store(&err)
	t.state.Store(uint32(Failed))
	t.session.log("storage failed", "torrent", t.meta.Name, "reason", err)
}

// Meta returns the torrent's description.
func (t *Torrent) Meta() *torrent.Meta { return t.meta }

// Done is closed when all files that are wanted are there, or when the torrent has stopped without.
func (t *Torrent) Done() <-chan struct{} { return t.done }

// Err returns why the disk has failed; nil if it has not.
func (t *Torrent) Err() error {
	if err := t.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Check returns how many pieces have been hashed of those that are checked at the start.
func (t *Torrent) Checked() (done, total int64) { return t.checked.Load(), t.toCheck.Load() }

// State returns what the torrent is doing.
func (t *Torrent) State() State { return State(t.state.Load()) }

// Retry continues after the disk has failed.
func (t *Torrent) Retry() {
	t.mailbox.post(letter{do: func() {
		t.failure.Store(nil)
		t.store.Retry()
		t.step(client.Event{Kind: client.StorageRestored})
		t.setState()
	}})
}

// Prioritize changes what is downloaded: one number for each file, as in Options.Priorities.
func (t *Torrent) Prioritize(priorities []byte) error {
	if len(priorities) != len(t.meta.Files) {
		return fmt.Errorf("there are %d priorities for %d files", len(priorities), len(t.meta.Files))
	}
	if err := t.store.SetUnwanted(unwanted(priorities)); err != nil {
		return err
	}
	t.mailbox.post(letter{do: func() {
		t.selected = true
		t.step(client.Event{Kind: client.Prioritize, Message: client.Message{Data: t.piecePriorities(priorities)}})
		t.setState()
	}})
	return nil
}

// piecePriorities returns the priority of each piece: the greatest of its files.
func (t *Torrent) piecePriorities(files []byte) []byte {
	if files == nil {
		return nil
	}
	out := make([]byte, t.meta.Pieces())
	for i, priority := range files {
		first, end := t.meta.FilePieces(i)
		for piece := first; piece < end && !t.meta.Files[i].Padding(); piece++ {
			out[piece] = max(out[piece], priority)
		}
	}
	return out
}

// AddPeers tells the torrent of peers.
func (t *Torrent) AddPeers(peers []netip.AddrPort) { t.found(peers, client.FromUser) }

// found tells the state machine of peers.
func (t *Torrent) found(peers []netip.AddrPort, source client.Source) {
	if len(peers) > 0 {
		reply := &client.AnnounceReply{Peers: peers}
		t.mailbox.post(letter{event: client.Event{Kind: client.PeersFound, Source: source, Reply: reply}})
	}
}

// Close stops the torrent: it announces that, hangs up, and writes what is needed to resume. It
// waits until that is done, or until ctx ends, and then no longer for the trackers.
func (t *Torrent) Close(ctx context.Context) error {
	t.mailbox.post(letter{do: func() { t.leave() }})
	t.cancel()
	stop := context.AfterFunc(ctx, t.stopAll)
	defer stop()
	<-t.ended
	return t.Err()
}

// end waits for everything that belongs to the torrent. The loop has ended.
func (t *Torrent) end() {
	for _, l := range t.mailbox.close() {
		t.release(&l)
		if l.conn != nil && l.event.Kind == client.Opened {
			l.conn.close()
			t.session.removeConnection()
		}
	}
	for _, c := range t.conns {
		if c != nil {
			c.close()
			t.session.removeConnection()
		}
	}
	t.connections.Wait()
	if err := t.store.Close(); err != nil && t.Err() == nil && !errors.Is(err, storage.ErrClosed) {
		t.fail(err)
	}
	t.announces.Wait()
	if t.State() != Failed {
		t.state.Store(uint32(Stopped))
	}
}

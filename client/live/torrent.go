package live

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"swarmsim/client"
	"swarmsim/client/layers"
	"swarmsim/client/live/storage"
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

	// Select returns the Priorities of a magnet link's torrent when its description has come; nil as
	// above. An error fails the torrent. It is not called where there is a torrent file.
	Select func(*torrent.Meta) ([]byte, error)

	Check bool // everything that is on disk is hashed, whatever is known of it

	// Trace is told what the state machine does; nil for none. Its methods are called by the loop.
	Trace client.Trace
}

// State is what a torrent is doing.
type State uint8

// The states.
const (
	FetchingMetadata State = iota // the torrent's description comes from peers (BEP 9)
	Checking                      // what is on disk is hashed
	Downloading                   // files are missing
	Seeding                       // all that is wanted is there
	Failed                        // the disk fails; see Err
	Stopped
)

func (s State) String() string {
	return [...]string{"fetching metadata", "checking", "downloading", "seeding", "failed", "stopped"}[s]
}

// Torrent is a torrent of a session.
type Torrent struct {
	session  *Session
	hash     [20]byte // identifies the torrent in the session; one of swarms
	swarms   atomic.Pointer[swarms]
	meta     atomic.Pointer[torrent.Meta] // nil until it has been fetched
	magnet   *torrent.Magnet              // nil if there was a torrent file
	options  Options
	store    *storage.Store
	started  time.Time
	hello    sentHello    // our handshake
	progress atomic.Int64 // bytes of the metadata that have arrived

	// Owned by the loop.
	machine   machine      // peer, or what fetches the metadata
	peer      *client.Peer // nil while the metadata is fetched
	conns     []*conn
	freeConns []client.ConnID
	event     client.Event // that the state machine handles
	actions   []client.Action
	dirty     []*conn // whose outboxes are not empty
	trackers  []*tracker
	webSeeds  []*webSeed
	taken     bool // the store owns the block of the event that is being handled
	stopping  bool
	searching [][20]byte              // info hashes for which sources of peers other than trackers have been asked
	inSecond  map[netip.AddrPort]bool // peers that are dialed with the second info hash
	layers    *layers.Fetcher         // of layers that are missing; nil for none
	hashes    hashServer
	selected  bool  // what is wanted has changed since Stats were renewed
	received  int64 // bytes in messages
	sent      int64

	mailbox     *mailbox
	connections sync.WaitGroup // goroutines of connections and dials
	announces   sync.WaitGroup // also in the DHT

	ctx         context.Context // ends when the torrent stops
	cancel      context.CancelFunc
	sources     context.Context // of sources of peers that a private torrent may not have
	stopSources context.CancelFunc
	closing     context.Context // of the announce that it stops
	stopAll     context.CancelFunc
	ended       chan struct{} // closed when the loop has ended
	done        chan struct{} // closed when all that is wanted is there, or never will be
	doneNow     sync.Once

	statuses trackerStatuses

	state   atomic.Uint32
	checked atomic.Int64 // pieces that have been hashed while checking
	toCheck atomic.Int64
	failure atomic.Pointer[error]
	slotUse *slotUse // of the session's upload slots

	held     int // connections; guarded by Session.mu, as is yielding
	yielding int // of these, those that are to be given up
	stats    atomic.Pointer[Stats]
}

// machine is a state machine: client.Peer, or metadata.Fetcher.
type machine interface {
	Step(now time.Duration, e *client.Event, out []client.Action) []client.Action
	NextTick() time.Duration
	Hello() client.Message
}

// newTorrent returns a torrent that does not run yet.
func newTorrent(s *Session, names swarms, o Options) *Torrent {
	t := &Torrent{
		session: s, hash: names.first, options: o, started: time.Now(), mailbox: newMailbox(),
		ended: make(chan struct{}), done: make(chan struct{}),
	}
	t.slotUse = s.slots.join()
	t.swarms.Store(&names)
	t.ctx, t.cancel = context.WithCancel(s.ctx)
	t.sources, t.stopSources = context.WithCancel(t.ctx)
	t.closing, t.stopAll = context.WithCancel(context.Background())
	t.stats.Store(&Stats{})
	return t
}

// openStore opens the files of a torrent whose description is known.
func (t *Torrent) openStore(meta *torrent.Meta) error {
	o := &t.options
	if o.Priorities != nil && len(o.Priorities) != len(meta.Files) {
		return fmt.Errorf("there are %d priorities for %d files", len(o.Priorities), len(meta.Files))
	}
	meta.GuardLayers(&sync.Mutex{})
	store, err := storage.Open(t.session.pool, meta, storage.Options{
		Folder: o.Folder, StatePath: o.StatePath, ReadOnly: o.ReadOnly, Preallocate: o.Preallocate,
		Unwanted: unwanted(o.Priorities), Done: t.onStored,
	})
	if err != nil {
		return err
	}
	t.store = store
	t.stats.Store(&Stats{Length: meta.Size()})
	t.meta.Store(meta)
	return nil
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
	t.session.slots.leave(t.slotUse)
	t.cancel()
	t.stopAll()
	if t.store != nil {
		t.store.Close()
	}
}

// setState derives the state from the state machine's.
func (t *Torrent) setState() {
	switch {
	case t.peer == nil: // it is not known yet what is missing
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
	t.session.log("storage failed", "torrent", t.Name(), "reason", err)
}

// InfoHash returns the info hash that the torrent was added with. A hybrid also has another.
func (t *Torrent) InfoHash() [20]byte { return t.hash }

// Meta returns the torrent's description; nil while it is fetched from peers.
func (t *Torrent) Meta() *torrent.Meta { return t.meta.Load() }

// Name returns the torrent's name; that of the magnet link, or the info hash, while there is no other.
func (t *Torrent) Name() string {
	if m := t.Meta(); m != nil {
		return m.Name
	}
	if t.magnet != nil && t.magnet.Name != "" {
		return t.magnet.Name
	}
	return fmt.Sprintf("%x", t.hash)
}

// MetadataFetched returns how many bytes of the description have come.
func (t *Torrent) MetadataFetched() int64 { return t.progress.Load() }

// Done is closed when all files that are wanted are there, or when the torrent has stopped without.
func (t *Torrent) Done() <-chan struct{} { return t.done }

// Err returns why the disk has failed; nil if it has not.
func (t *Torrent) Err() error {
	if err := t.failure.Load(); err != nil {
		return *err
	}
	return nil
}

// Checked returns how many pieces have been hashed of those that are checked at the start.
func (t *Torrent) Checked() (done, total int64) { return t.checked.Load(), t.toCheck.Load() }

// State returns what the torrent is doing.
func (t *Torrent) State() State { return State(t.state.Load()) }

// Retry continues after the disk has failed.
func (t *Torrent) Retry() {
	t.mailbox.post(letter{do: func() {
		if t.peer == nil {
			return // nothing has been stored yet
		}
		t.failure.Store(nil)
		t.store.Retry()
		t.step(client.Event{Kind: client.StorageRestored})
		t.setState()
	}})
}

// Prioritize changes what is downloaded: one number for each file, as in Options.Priorities.
func (t *Torrent) Prioritize(priorities []byte) error {
	meta := t.Meta()
	if meta == nil {
		return errors.New("the torrent's files are not known yet")
	}
	if len(priorities) != len(meta.Files) {
		return fmt.Errorf("there are %d priorities for %d files", len(priorities), len(meta.Files))
	}
	if err := t.store.SetUnwanted(unwanted(priorities)); err != nil {
		return err
	}
	t.mailbox.post(letter{do: func() {
		if t.peer == nil {
			t.options.Priorities = priorities
			return
		}
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
	meta := t.Meta()
	out := make([]byte, meta.Pieces())
	for i, priority := range files {
		first, end := meta.FilePieces(i)
		for piece := first; piece < end && !meta.Files[i].Padding(); piece++ {
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
			t.session.removeConnection(t)
		}
	}
	for _, c := range t.conns {
		if c != nil {
			c.close()
			t.session.removeConnection(t)
		}
	}
	t.session.slots.leave(t.slotUse)
	t.session.forgetYields(t)
	t.connections.Wait()
	for _, w := range t.webSeeds {
		w.seed.Close()
	}
	for _, tr := range t.trackers {
		defer tr.client.Close()
	}
	if t.store == nil {
		// There was nothing to store.
	} else if err := t.store.Close(); err != nil && t.Err() == nil && !errors.Is(err, storage.ErrClosed) {
		t.fail(err)
	}
	t.announces.Wait()
	if t.State() != Failed {
		t.state.Store(uint32(Stopped))
	}
}

// sentHello is the handshake that dials send. The loop changes it, and dials read it.
type sentHello struct{ bytes atomic.Pointer[[]byte] }

// Store sets the handshake.
func (h *sentHello) Store(b []byte) { h.bytes.Store(&b) }

// naming returns the handshake with an info hash; nil before there is one.
func (h *sentHello) naming(hash [20]byte) []byte {
	b := h.bytes.Load()
	if b == nil {
		return nil
	}
	out := bytes.Clone(*b)
	copy(out[len(out)-40:], hash[:])
	return out
}

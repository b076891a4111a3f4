package metadata

import (
	"math/rand/v2"
	"net/netip"
	"time"

	"swarmsim/client"
	"swarmsim/client/layers"
)

// DefaultMaxSize is the longest info dictionary that is fetched unless Config says otherwise: 32
// MiB, the limit on torrent files.
const DefaultMaxSize = 32 << 20

// Config is what a Fetcher is made of.
type Config struct {
	InfoHash [20]byte  // of version 1; the first 20 bytes of that of version 2 if there is no other
	V2       *[32]byte // the info hash of version 2 (BEP 52); nil if it is not known
	ID       client.PeerID
	Rand     *rand.Rand

	Trackers   int    // their number; they are announced to by their place, 0 to Trackers-1
	ClientName string // and version, for neighbours; may be empty
	ListenPort uint16 // at which peers are accepted; 0 for none
	MaxSize    int64  // bytes of the dictionary at most; 0 for DefaultMaxSize

	// Layers returns what fetches the piece layers of a dictionary (BEP 52), and how long at most; 0 for
	// until they are there. With a limit they are not waited for either if no neighbour knows version 2.
	// nil for a Fetcher, or for the function, if there are none to fetch.
	Layers func(info []byte) (f *layers.Fetcher, most time.Duration)

	Info []byte // the dictionary if it is known, and only its layers are fetched; nil otherwise
}

// Fetcher fetches an info dictionary.
type Fetcher struct {
	cfg      Config
	now      time.Duration   // of the current step
	out      []client.Action // of the current step
	started  bool
	departed bool
	nextTick time.Duration

	neighbours []neighbour // by client.ConnID
	lastSerial uint32
	book       book
	trackers   []tracker

	current *assembly // what is being fetched; nil for nothing
	alone   bool      // from one neighbour at a time
	info    []byte

	layers      *layers.Fetcher // of info; nil for none
	layersUntil time.Duration   // when they are waited for no longer
}

// tick is the time between checks for what is late.
const tick = time.Second

// New returns a Fetcher that has not started: its first Tick starts it.
func New(c Config) *Fetcher {
	if c.MaxSize == 0 {
		c.MaxSize = DefaultMaxSize
	}
	f := &Fetcher{cfg: c, trackers: make([]tracker, c.Trackers), layersUntil: client.Never}
	if c.Info != nil {
		f.setInfo(c.Info)
	}
	return f
}

// Info returns the bytes of the info dictionary, whose hash is right; nil before they are there.
func (f *Fetcher) Info() []byte { return f.info }

// Done reports whether the dictionary is there, and its layers if they are waited for. All connections are
// closed then, and no further event is needed.
func (f *Fetcher) Done() bool {
	return f.info != nil && (f.layers == nil || f.layers.Done() || f.now >= f.layersUntil)
}

// Peers returns the addresses of known peers, first those to which there has been a connection.
func (f *Fetcher) Peers() []netip.AddrPort { return f.book.list() }

// Progress returns the bytes that have arrived of the dictionary, and its length as neighbours say; 0
// before any has said so.
func (f *Fetcher) Progress() (done, total int64) {
	if f.info != nil {
		return int64(len(f.info)), int64(len(f.info))
	}
	if f.current == nil {
		return 0, 0
	}
	return f.current.received, f.current.size
}

// NextTick returns when a Tick event is needed; client.Never for not at all.
func (f *Fetcher) NextTick() time.Duration {
	if f.ended() {
		return client.Never
	}
	return f.nextTick
}

// ended reports whether nothing is left to do.
func (f *Fetcher) ended() bool { return f.departed || f.Done() }

// Step handles an event and appends to out what the caller is to do. It is called as
// client.Peer.Step is.
func (f *Fetcher) Step(now time.Duration, e *client.Event, out []client.Action) []client.Action {
	f.now, f.out = now, out
	switch e.Kind {
	case client.Opened:
		f.onOpened(e)
	case client.Received:
		f.onMessage(e.Conn, &e.Message)
	case client.Closed:
		f.onClosed(e.Conn)
	case client.DialFailed:
		f.book.onDialFailed(e.Addr, now)
	case client.Announced:
		f.onAnnounced(e)
	case client.AnnounceFailed:
		f.onAnnounceFailed(e)
	case client.PeersFound:
		f.book.add(e.Reply.Peers)
	case client.Tick:
		f.onTick()
	case client.Leave:
		f.leave()
	}
	if !f.ended() && f.started {
		if f.info == nil {
			f.request()
		}
		f.requestLayers()
		f.dialMore()
	}
	if f.Done() {
		f.hangUpAll(client.MetadataComplete)
	}
	out, f.out = f.out, nil
	return out
}

// onTick does what is due.
func (f *Fetcher) onTick() {
	if f.ended() {
		return
	}
	f.started = true
	f.nextTick = f.now + tick
	f.announceDue()
	f.checkNeighbours()
}

// leave ends all connections and tells the trackers.
func (f *Fetcher) leave() {
	if f.ended() {
		return
	}
	f.hangUpAll(client.Departing)
	f.departed = true
	for i := range f.trackers {
		if f.trackers[i].answered {
			f.announce(i, client.Stopped)
		}
	}
}

// send sends a message.
func (f *Fetcher) send(id client.ConnID, m client.Message) {
	f.neighbours[id].lastSent = f.now
	f.out = append(f.out, client.Action{Kind: client.Send, Conn: id, Message: m})
}

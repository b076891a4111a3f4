package webseed

import (
	"bytes"
	"context"
	"crypto/sha1"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/pieces"
	"swarmsim/torrent"
)

// download is a session of one state machine with one web seed.
type download struct {
	t      *testing.T
	meta   *torrent.Meta
	seed   *Seed
	client *client.Peer
	data   []byte // what has been written
	start  time.Time
	events chan client.Event
	neighbour
	closed []error
}

// neighbour is a connection to the web seed.
type neighbour struct {
	peer *Peer
	open bool
}

// newDownload makes a leecher without content.
func newDownload(t *testing.T, m *torrent.Meta, seed *Seed) *download {
	d := &download{t: t, meta: m, seed: seed, data: make([]byte, m.Length), start: time.Now(), events: make(chan client.Event)}
	settings := client.DefaultSettings()
	settings.Fast.Enabled, settings.Fast.AnswerCancels = true, true
	d.client = client.New(client.Config{
		Torrent:  &client.Torrent{InfoHash: m.InfoHash, Layout: pieces.Layout{Length: m.Length, PieceLength: m.PieceLength}},
		ID:       client.PeerID{1},
		Store:    d,
		Rand:     rand.New(rand.NewPCG(1, 2)),
		Settings: &settings,
		Backlog:  backlog.Strategies().New("rate", &backlog.ByRate{Min: 64, Max: 500, QueueTime: time.Second}),
		Loop:     client.Loops().NewDefault("immediate"),
		Assign:   assign.Rules().NewDefault("strict"),
		EndGame:  assign.EndGames().NewDefault("single-duplicate"),
		Picker:   pick.Strategies().NewDefault("sequential"),
		Choker:   choke.Strategies().NewDefault("tit-for-tat"), SeedChoker: choke.Strategies().NewDefault("round-robin"),
	})
	return d
}

// Read, Write and Verify make the session the client's store.
func (d *download) Read(client.BlockRef) ([]byte, bool) { return nil, true }

func (d *download) Write(piece, begin uint32, data []byte) {
	copy(d.data[int64(piece)*d.meta.PieceLength+int64(begin):], data)
}

func (d *download) Verify(piece uint32) client.Verdict {
	at := int64(piece) * d.meta.PieceLength
	sum := sha1.Sum(d.data[at:][:d.meta.PieceSize(int(piece))])
	return client.VerdictOf(bytes.Equal(sum[:], d.meta.Hashes[20*piece:][:20]))
}

// open opens a connection to the web seed, as after a Dial.
func (d *download) connect() {
	post := func(ctx context.Context, e client.Event) {
		select {
		case d.events <- e:
		case <-ctx.Done():
		}
	}
	d.peer = Open(d.seed, Handler{
		Deliver: func(ctx context.Context, m *client.Message) {
			post(ctx, client.Event{Kind: client.Received, Message: *m})
		},
		Closed: func(err error) {
			d.closed = append(d.closed, err)
			post(d.t.Context(), client.Event{Kind: client.Closed})
		},
	})
	d.neighbour.open = true
	d.step(client.Event{Kind: client.Opened, Dialed: true, Addr: d.seed.Addr()})
}

// step passes an event to the client and carries out its actions.
func (d *download) step(e client.Event) {
	for _, a := range d.client.Step(time.Since(d.start), &e, nil) {
		switch {
		case a.Kind == client.Send && d.neighbour.open:
			d.peer.Send(&a.Message)
		case a.Kind == client.HangUp:
			d.peer.Close()
			d.neighbour.open = false
		}
	}
}

// run plays events until a condition is met, and waits for the web seed's goroutines to end.
func (d *download) run(until func() bool) {
	d.t.Helper()
	ctx := guard(d.t)
	d.step(client.Event{Kind: client.Tick})
	d.connect()
	for !until() {
		timer := time.NewTimer(d.client.NextTick() - time.Since(d.start))
		select {
		case e := <-d.events:
			d.neighbour.open = d.neighbour.open && e.Kind != client.Closed
			d.step(e)
		case <-timer.C:
			d.step(client.Event{Kind: client.Tick})
		case <-ctx.Done():
			d.t.Fatalf("timed out with %d pieces; closed: %v, stats %+v", d.client.HaveCount(), d.closed, d.seed.Stats())
		}
		timer.Stop()
	}
	d.peer.Close()
	d.peer.Wait()
}

// A client downloads from a web seed alone, in far fewer requests than blocks.
func TestDownload(t *testing.T) {
	m, data := content([]string{"a", ".pad", "b"}, 1<<20-100, 100, 7<<20+5)
	server := newServer(t, m, data, nil)
	d := newDownload(t, m, server.seed(t, Options{}))
	d.run(d.client.Complete)
	if !bytes.Equal(d.data, data) {
		t.Error("the content is wrong")
	}
	if n := len(server.log()); n > 200 {
		t.Errorf("%d requests for 513 blocks", n)
	}
}

// A file that the server lacks costs its pieces only: the session opens another connection.
func TestDownloadWithMissingFile(t *testing.T) {
	m, data := content([]string{"a", "b", "c"}, 10*pieceLength, 10*pieceLength+1, 10*pieceLength-1)
	server := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, r *http.Request) bool {
		if !strings.HasSuffix(r.URL.Path, "/b") {
			return false
		}
		http.NotFound(w, r)
		return true
	})
	d := newDownload(t, m, server.seed(t, Options{}))
	d.run(func() bool {
		if !d.neighbour.open && d.client.HaveCount() < 19 {
			d.connect()
		}
		return d.client.HaveCount() == 19
	})
	if len(d.closed) != 1 || !contains(d.closed[0], `file "b"`) || d.client.Have(10) || d.client.Have(20) {
		t.Errorf("closed %v", d.closed)
	}
}

// A server that is busy for a while is asked again: the web seed chokes meanwhile.
func TestDownloadFromBusyServer(t *testing.T) {
	m, data := content([]string{"a"}, 50*pieceLength)
	var asked atomic.Int32
	server := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
		if asked.Add(1)%3 != 1 {
			return false
		}
		w.WriteHeader(http.StatusServiceUnavailable)
		return true
	})
	d := newDownload(t, m, server.seed(t, Options{RetryAfter: 10 * time.Millisecond}))
	d.run(d.client.Complete)
	if !bytes.Equal(d.data, data) || len(d.closed) > 0 || d.seed.Stats().Failures == 0 {
		t.Errorf("closed %v, %+v", d.closed, d.seed.Stats())
	}
}

// Corrupt content gets the web seed banned, as any neighbour that sends it.
func TestCorruptServerIsBanned(t *testing.T) {
	m, data := content([]string{"a"}, 10*pieceLength)
	server := newServer(t, m, slices.Concat(data[:5*pieceLength], make([]byte, 5*pieceLength)), nil)
	d := newDownload(t, m, server.seed(t, Options{}))
	d.run(func() bool { return d.client.Counters().Banned > 0 })
	if d.neighbour.open || d.seed.Addr() != Addr(server.URL) {
		t.Error("the connection is open")
	}
	d.connect()
	d.peer.Wait()
	if d.neighbour.open {
		t.Error("the web seed is let in again")
	}
}

// A slow server gets its time: only one that sends nothing is given up.
func TestDownloadFromSlowServer(t *testing.T) {
	m, data := content([]string{"a"}, 2*pieceLength)
	server := newServer(t, m, data, func(s *fileServer, w http.ResponseWriter, r *http.Request) bool {
		s.serve(slowWriter{w}, r)
		return true
	})
	d := newDownload(t, m, server.seed(t, Options{Stall: time.Second}))
	d.run(d.client.Complete)
	if len(d.closed) > 0 || d.seed.Stats().Failures > 0 {
		t.Errorf("closed %v, %+v", d.closed, d.seed.Stats())
	}
}

// slowWriter sends a kilobyte at a time.
type slowWriter struct{ http.ResponseWriter }

func (w slowWriter) Write(p []byte) (int, error) {
	for part := range slices.Chunk(p, 1024) {
		if _, err := w.ResponseWriter.Write(part); err != nil {
			return 0, err
		}
		w.ResponseWriter.(http.Flusher).Flush()
		time.Sleep(2 * time.Millisecond)
	}
	return len(p), nil
}

// probe is a Peer whose messages the test reads itself.
func probe(t *testing.T, s *Seed) (*Peer, <-chan client.Message, <-chan error) {
	t.Helper()
	messages, closed := make(chan client.Message), make(chan error, 1)
	p := Open(s, Handler{
		Deliver: func(ctx context.Context, m *client.Message) {
			select {
			case messages <- *m:
			case <-ctx.Done():
			}
		},
		Closed: func(err error) { closed <- err },
	})
	t.Cleanup(func() {
		p.Close()
		p.Wait()
	})
	return p, messages, closed
}

func expect(t *testing.T, messages <-chan client.Message, kinds ...client.Kind) (last client.Message) {
	t.Helper()
	for _, want := range kinds {
		select {
		case last = <-messages:
			if last.Kind != want {
				t.Fatalf("got %v, want %v", last.Kind, want)
			}
		case <-guard(t).Done():
			t.Fatalf("no %v", want)
		}
	}
	return last
}

func shake(p *Peer, m *torrent.Meta, extensions uint32) {
	p.Send(&client.Message{Kind: client.Handshake, Index: extensions, Data: append(m.InfoHash[:], make([]byte, 20)...)})
}

func request(piece, begin uint32) *client.Message {
	return &client.Message{Kind: client.Request, Index: piece, Begin: begin, Length: 16 << 10}
}

func TestHandshake(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, nil).seed(t, Options{})
	p, messages, _ := probe(t, seed)
	shake(p, m, client.SpeaksFast|client.AnswersCancels|client.SpeaksExtensions)
	got := expect(t, messages, client.Handshake)
	id := seed.PeerID()
	if got.Index != client.SpeaksFast|client.AnswersCancels || !bytes.Equal(got.Data, append(m.InfoHash[:], id[:]...)) {
		t.Errorf("got %+v", got)
	}
	expect(t, messages, client.HaveAll, client.Unchoke)

	p, messages, _ = probe(t, seed)
	shake(p, m, 0)
	got = expect(t, messages, client.Handshake, client.Bitfield)
	if !bytes.Equal(got.Data, []byte{0b1111_1100}) {
		t.Errorf("bitfield %08b", got.Data)
	}
	expect(t, messages, client.Unchoke)
}

// A cancelled request is rejected, waiting or under way; requests that cannot be served are, too.
func TestCancel(t *testing.T) {
	m, data := odd()
	asked := make(chan bool)
	seed := newServer(t, m, data, func(_ *fileServer, _ http.ResponseWriter, r *http.Request) bool {
		asked <- true
		<-r.Context().Done()
		return true
	}).seed(t, Options{MaxConns: 1})
	p, messages, _ := probe(t, seed)
	shake(p, m, client.SpeaksFast)
	expect(t, messages, client.Handshake, client.HaveAll, client.Unchoke)
	p.Send(request(0, 0))
	<-asked
	p.Send(request(1, 0))
	for _, r := range []*client.Message{request(1, 0), request(0, 0)} {
		cancel := *r
		cancel.Kind = client.Cancel
		p.Send(&cancel)
		if got := expect(t, messages, client.Reject); got.Index != r.Index {
			t.Errorf("got %+v", got)
		}
	}
	p.Send(request(99, 0))
	expect(t, messages, client.Reject)
	if seed.Stats().Failures != 0 {
		t.Errorf("stats %+v", seed.Stats())
	}
}

// Without the fast extension there is no REJECT: the connection ends when the server fails.
func TestFailureWithoutFastExtension(t *testing.T) {
	m, data := odd()
	seed := newServer(t, m, data, func(_ *fileServer, w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusInternalServerError)
		return true
	}).seed(t, Options{})
	p, messages, closed := probe(t, seed)
	shake(p, m, 0)
	expect(t, messages, client.Handshake, client.Bitfield, client.Unchoke)
	p.Send(request(0, 0))
	if err := <-closed; !contains(err, "500") {
		t.Errorf("closed: %v", err)
	}
	p.Wait()
	p, messages, _ = probe(t, seed) // choked until the server may be asked again
	shake(p, m, client.SpeaksFast)
	expect(t, messages, client.Handshake, client.HaveAll)
	p.Send(request(0, 0))
	expect(t, messages, client.Reject)
}

// A client that does not take its blocks stops the server: what waits is bounded.
func TestBackPressure(t *testing.T) {
	m, data := content([]string{"a"}, 64*pieceLength)
	for range 3 { // 8 MiB
		m.Files[0].Length *= 2
		m.Length *= 2
		data = append(data, data...)
	}
	seed := newServer(t, m, data, nil).seed(t, Options{MaxRange: 1 << 30})
	p, messages, _ := probe(t, seed)
	shake(p, m, client.SpeaksFast)
	expect(t, messages, client.Handshake, client.HaveAll, client.Unchoke)
	blocks := blocksOf(m, 0, m.Pieces())
	for _, b := range blocks {
		p.Send(request(b.Piece, b.Begin))
	}
	for range blocks {
		if expect(t, messages, client.Piece); p.outboxBytes() > maxOutbox {
			t.Errorf("%d bytes wait", p.outboxBytes())
		}
	}
}

func (p *Peer) outboxBytes() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.waiting
}

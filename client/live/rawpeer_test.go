package live_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"swarmsim/client"
	"swarmsim/client/live"
	"swarmsim/client/wire"
)

// rawPeer is the other end of a connection, which sends whatever a test wants.
type rawPeer struct {
	t    testing.TB
	conn net.Conn
	r    *wire.Reader
}

// speaksAll are the extensions that raw peers say they support.
const speaksAll = client.SpeaksFast | client.SpeaksExtensions

// rawID returns the ID of a raw peer.
func rawID(n byte) client.PeerID { return client.PeerID{0: '-', 1: 'R', 2: 'W', 19: n} }

// dialRaw connects to a session from a local address, and sends nothing yet.
func dialRaw(t testing.TB, s *live.Session, from string) *rawPeer {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	conn, err := d.DialContext(t.Context(), "tcp", s.Addrs()[0].String())
	if err != nil {
		t.Fatal(err)
	}
	return newRaw(t, conn)
}

func newRaw(t testing.TB, conn net.Conn) *rawPeer {
	t.Cleanup(func() { conn.Close() })
	conn.SetDeadline(time.Now().Add(guard))
	return &rawPeer{t, conn, wire.NewReader(conn, wire.Limits{})}
}

// joinRaw connects to a torrent, and exchanges handshakes.
func joinRaw(t testing.TB, x *live.Torrent, s *live.Session, from string, id client.PeerID) *rawPeer {
	t.Helper()
	p := dialRaw(t, s, from)
	p.send(hello(x.InfoHash(), id))
	if _, err := p.r.Handshake(); err != nil {
		t.Fatal(err)
	}
	return p
}

// hello returns a handshake.
func hello(hash [20]byte, id client.PeerID) client.Message {
	return client.Message{Kind: client.Handshake, Index: speaksAll, Data: append(hash[:], id[:]...)}
}

// send sends messages. It reports whether the connection is still there.
func (p *rawPeer) send(messages ...client.Message) bool {
	var b []byte
	for i := range messages {
		b = wire.Append(b, &messages[i])
	}
	return p.write(b)
}

func (p *rawPeer) write(b []byte) bool {
	_, err := p.conn.Write(b)
	return err == nil
}

// await returns the next message of a kind.
func (p *rawPeer) await(k client.Kind) client.Message {
	p.t.Helper()
	for {
		m, err := p.r.Next()
		if err != nil {
			p.t.Fatalf("no %v: %v", k, err)
		}
		if m.Kind == k {
			return m
		}
	}
}

// expectEnd fails the test unless the other side ends the connection.
func (p *rawPeer) expectEnd() {
	p.t.Helper()
	if _, err := io.Copy(io.Discard, p.conn); isTimeout(err) {
		p.t.Error("the connection was kept")
	}
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// logBook keeps the lines that a session logs.
type logBook struct {
	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed when there is another line
}

func newLogBook() *logBook { return &logBook{more: make(chan struct{})} }

// use has a session log into the book.
func (b *logBook) use(c *live.Config) { c.Log = slog.New(b) }

func (b *logBook) Enabled(context.Context, slog.Level) bool { return true }
func (b *logBook) WithAttrs([]slog.Attr) slog.Handler       { return b }
func (b *logBook) WithGroup(string) slog.Handler            { return b }

func (b *logBook) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool { line += " " + a.String(); return true })
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, line)
	close(b.more)
	b.more = make(chan struct{})
	return nil
}

// expect waits for a line with all the texts.
func (b *logBook) expect(t testing.TB, texts ...string) {
	t.Helper()
	late := time.After(guard)
	for next := 0; ; {
		b.mu.Lock()
		lines, more := b.lines[next:], b.more
		next = len(b.lines)
		b.mu.Unlock()
		for _, line := range lines {
			if containsAll(line, texts) {
				return
			}
		}
		select {
		case <-more:
		case <-late:
			t.Fatalf("no line with %q in the log, whose last lines are\n%s", texts, strings.Join(b.last(10), "\n"))
		}
	}
}

func (b *logBook) last(n int) []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lines[max(0, len(b.lines)-n):]
}

func containsAll(line string, texts []string) bool {
	for _, text := range texts {
		if !strings.Contains(line, text) {
			return false
		}
	}
	return true
}

// localAddr returns the raw peer's address, as it is in the log.
func (p *rawPeer) localAddr() string { return p.conn.LocalAddr().String() }

// listenRaw listens at an address of this machine for connections of sessions, and passes them to a
// function, each in a goroutine.
func listenRaw(t testing.TB, ip string, serve func(*rawPeer)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", net.JoinHostPort(ip, "0"))
	if err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	wait.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p := &rawPeer{t, conn, wire.NewReader(conn, wire.Limits{})}
			stop := context.AfterFunc(t.Context(), func() { conn.Close() })
			wait.Go(func() { defer stop(); defer conn.Close(); serve(p) })
		}
	})
	t.Cleanup(func() { l.Close(); wait.Wait() })
	return l.Addr().(*net.TCPAddr).AddrPort()
}

// small gives a session little memory for blocks, so that a test sees what else takes memory.
func small(c *live.Config) { c.Storage.ReceivedBytes, c.Storage.ReadBytes = 2<<20, 2<<20 }

func appendMessage(b []byte, m client.Message) []byte { return wire.Append(b, &m) }

// loopback is any port of this machine.
func loopback() []netip.AddrPort { return []netip.AddrPort{netip.MustParseAddrPort("127.0.0.1:0")} }

package live

import (
	"context"
	"errors"
	"iter"
	"net"
	"net/netip"
	"time"

	"swarmsim/client"
	"swarmsim/client/live/crypt"
	"swarmsim/client/wire"
)

// accept accepts connections until the listener is closed.
func (s *Session) accept(l net.Listener) {
	defer s.wait.Done()
	for {
		socket, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as too many open files, which passes
			s.log("no connection accepted", "reason", err)
			select {
			case <-s.ctx.Done():
				return
			case <-time.After(acceptPause):
			}
			continue
		}
		if other := s.handshakes.add(socket); other != nil {
			s.log("incoming connection refused", "peer", other.RemoteAddr(), "reason", "too many handshakes at once")
			other.Close()
		}
		s.wait.Add(1)
		go s.welcome(socket)
	}
}

// acceptPause is the time until connections are accepted again after that has failed.
const acceptPause = 100 * time.Millisecond

// welcome reads the handshake of an incoming connection and passes it to its torrent.
func (s *Session) welcome(socket net.Conn) {
	defer s.wait.Done()
	defer s.handshakes.remove(socket)
	addr := socket.RemoteAddr().(*net.TCPAddr).AddrPort()
	ctx, cancel := context.WithTimeout(s.ctx, handshakeTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	defer stop()
	conn, _, err := crypt.Accept(ctx, socket, crypt.Config{Mode: s.cfg.Encryption}, s.infoHashes())
	if err != nil {
		s.log("incoming connection refused", "peer", addr, "reason", err)
		return
	}
	r := wire.NewReader(streamOf(conn), wire.Limits{Payload: maxPayload})
	hello, err := r.Handshake()
	if err != nil {
		s.log("incoming connection refused", "peer", addr, "reason", err)
		conn.Close()
		return
	}
	t := s.torrent([20]byte(hello.Data[:20]))
	if t == nil {
		s.log("incoming connection refused", "peer", addr, "reason", "there is no torrent with the info hash of its handshake")
		conn.Close()
		return
	}
	if client.PeerID(hello.Data[20:]) == s.id {
		s.log("incoming connection refused", "peer", addr, "reason", client.ConnectedToSelf)
		conn.Write(t.hello.naming(t.hash)) // the other end, which is ours, too, learns which address is its own
		conn.Close()
		return
	}
	if !stop() {
		conn.Close()
		return
	}
	t.connect(conn, r, addr, false, &hello)
}

// infoHashes returns those of all torrents.
func (s *Session) infoHashes() iter.Seq[[20]byte] {
	return func(yield func([20]byte) bool) {
		s.mu.Lock()
		hashes := make([][20]byte, 0, len(s.torrents))
		for h := range s.torrents {
			hashes = append(hashes, h)
		}
		s.mu.Unlock()
		for _, h := range hashes {
			if !yield(h) {
				return
			}
		}
	}
}

// dial makes a connection to a peer, which knows the torrent by an info hash, and reports the result to the
// loop.
func (t *Torrent) dial(addr netip.AddrPort, hash [20]byte) {
	defer t.connections.Done()
	s := t.session
	failed := func() {
		t.mailbox.post(letter{event: client.Event{Kind: client.DialFailed, Addr: addr}})
	}
	if !s.mayConnect(t) {
		failed()
		return
	}
	dialer := net.Dialer{Timeout: handshakeTimeout}
	if ip := s.local(addr.Addr()); ip.IsValid() {
		dialer.LocalAddr = &net.TCPAddr{IP: ip.AsSlice()}
	}
	open := func(ctx context.Context) (net.Conn, error) { return dialer.DialContext(ctx, "tcp", addr.String()) }
	ctx, cancel := context.WithTimeout(t.ctx, 2*handshakeTimeout)
	defer cancel()
	socket, _, err := crypt.Connect(ctx, open, crypt.Config{Mode: s.cfg.Encryption}, hash, t.hello.naming(hash))
	if err != nil {
		s.log("no connection", "peer", addr, "reason", err)
		failed()
		return
	}
	t.connect(socket, nil, addr, true, nil)
}

// connect begins with a connection: its first letter tells the loop. hello is the peer's handshake
// if that has been read.
func (t *Torrent) connect(socket net.Conn, r *wire.Reader, addr netip.AddrPort, dialed bool, hello *client.Message) {
	if !t.session.addConnection(t) {
		t.session.log("connection refused", "peer", addr, "reason", "the session has as many connections as it may")
		socket.Close()
		if dialed {
			t.mailbox.post(letter{event: client.Event{Kind: client.DialFailed, Addr: addr}})
		}
		return
	}
	if r == nil {
		r = wire.NewReader(streamOf(socket), wire.Limits{Payload: maxPayload})
	}
	c := newConn(t, socket, addr, dialed)
	c.skipHello = dialed
	if hello != nil {
		c.hash = [20]byte(hello.Data[:20])
	}
	// Both goroutines are counted before the loop can know of them.
	t.connections.Add(2)
	opened := letter{conn: c, event: client.Event{Kind: client.Opened, Addr: addr, Dialed: dialed}}
	if !t.mailbox.post(opened) {
		socket.Close()
		t.connections.Add(-2)
		t.session.removeConnection(t)
		return
	}
	go c.read(r, hello)
	go c.write()
}

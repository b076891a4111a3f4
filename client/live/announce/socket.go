package announce

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"time"
)

// Socket is a UDP socket that serves any number of UDP trackers and torrents. It keeps the connection
// ids of trackers (BEP 15).
type Socket struct {
	conn   *net.UDPConn
	closed chan struct{}
	reader sync.WaitGroup

	mu      sync.Mutex
	pending map[uint32]*transaction
	links   map[netip.AddrPort]*link
}

// transaction is a request without an answer.
type transaction struct {
	remote netip.AddrPort
	answer chan answer // of capacity 1
}

// answer is a response's action and body.
type answer struct {
	action uint32
	body   []byte
}

// link is the connection id of a tracker at an address.
type link struct {
	token chan struct{} // of capacity 1: held by the call that obtains an id
	id    uint64
	got   time.Time
}

// idLifetime is for how long a client uses a connection id (BEP 15).
const idLifetime = time.Minute

// maxLinks is the number of trackers' addresses beyond which expired connection ids are removed.
const maxLinks = 256

// NewSocket opens a UDP socket at a local address, and any port of it. The zero Addr is any address
// of both families.
func NewSocket(local netip.Addr) (*Socket, error) {
	conn, err := net.ListenUDP("udp", net.UDPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		return nil, fmt.Errorf("open a UDP socket for trackers: %w", err)
	}
	s := &Socket{
		conn: conn, closed: make(chan struct{}),
		pending: map[uint32]*transaction{}, links: map[netip.AddrPort]*link{},
	}
	s.reader.Go(s.read)
	return s, nil
}

// Close closes the socket. Calls in progress fail.
func (s *Socket) Close() error {
	s.mu.Lock()
	select {
	case <-s.closed:
	default:
		close(s.closed)
	}
	s.mu.Unlock()
	err := s.conn.Close()
	s.reader.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// errClosed is the error of calls after Close.
var errClosed = errors.New("closed")

// read hands each datagram to the transaction that it answers, until the socket is closed.
func (s *Socket) read() {
	buf := make([]byte, 1<<16)
	for {
		n, from, err := s.conn.ReadFromUDPAddrPort(buf)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // such as an ICMP error on some systems, for an earlier datagram
			select {
			case <-s.closed:
				return
			case <-time.After(10 * time.Millisecond):
			}
			continue
		}
		s.dispatch(netip.AddrPortFrom(from.Addr().Unmap(), from.Port()), buf[:n])
	}
}

// dispatch hands a datagram to the transaction that it answers. One from another address than the
// tracker's, or with an unknown id, is dropped: it may be forged.
func (s *Socket) dispatch(from netip.AddrPort, data []byte) {
	action, id, body, ok := decodeUDPHeader(data)
	if !ok {
		return
	}
	s.mu.Lock()
	t := s.pending[id]
	s.mu.Unlock()
	if t == nil || t.remote.Port() != from.Port() || t.remote.Addr().WithZone("") != from.Addr().WithZone("") {
		return
	}
	select {
	case t.answer <- answer{action, append([]byte(nil), body...)}:
	default: // it has an answer
	}
}

// begin makes a transaction with a random id, which others cannot guess.
func (s *Socket) begin(remote netip.AddrPort) (uint32, *transaction) {
	t := &transaction{remote: remote, answer: make(chan answer, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		var random [4]byte
		rand.Read(random[:])
		id := binary.BigEndian.Uint32(random[:])
		if s.pending[id] == nil {
			s.pending[id] = t
			return id, t
		}
	}
}

func (s *Socket) end(id uint32) {
	s.mu.Lock()
	delete(s.pending, id)
	s.mu.Unlock()
}

// send sends a datagram and waits for its answer, or for a time. An answer that is not of the action,
// nor an error, is a breach of protocol.
func (s *Socket) send(ctx context.Context, remote netip.AddrPort, wait time.Duration,
	connection uint64, action uint32, body []byte) ([]byte, error) {
	id, t := s.begin(remote)
	defer s.end(id)
	data := append(appendHeader(make([]byte, 0, 16+len(body)), connection, action, id), body...)
	if _, err := s.conn.WriteToUDPAddrPort(data, remote); err != nil {
		if errors.Is(err, net.ErrClosed) {
			return nil, errClosed
		}
		return nil, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case a := <-t.answer:
		switch a.action {
		case action:
			return a.body, nil
		case actionError:
			return nil, &Failure{Reason: excerpt(string(a.body))}
		}
		return nil, fmt.Errorf("the answer has action %d; %d was asked for", a.action, action)
	case <-timer.C:
		return nil, errNoAnswer
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.closed:
		return nil, errClosed
	}
}

// errNoAnswer is the error of a datagram that nothing has answered yet.
var errNoAnswer = errors.New("no answer")

// link returns the link to a tracker's address.
func (s *Socket) link(remote netip.AddrPort) *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.links[remote]
	if l == nil {
		if len(s.links) >= maxLinks {
			s.dropLinks()
		}
		l = &link{token: make(chan struct{}, 1)}
		s.links[remote] = l
	}
	return l
}

// dropLinks removes the links whose ids have expired. A call that uses one of them keeps it.
func (s *Socket) dropLinks() {
	for remote, l := range s.links {
		if time.Since(l.got) > idLifetime {
			delete(s.links, remote)
		}
	}
}

// id returns the connection id, if it has not expired.
func (s *Socket) id(l *link) (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return l.id, !l.got.IsZero() && time.Since(l.got) < idLifetime
}

func (s *Socket) setID(l *link, id uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.id, l.got = id, time.Now()
}

// forgetID forgets a connection id that the tracker has refused, unless there is a newer one.
func (s *Socket) forgetID(l *link, refused uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l.id == refused {
		l.got = time.Time{}
	}
}

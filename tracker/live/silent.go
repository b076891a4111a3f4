package live

import (
	"net"
	"net/http"
	"sync"
)

// silentConns are the HTTP connections on which nothing was received yet. http.Server.Shutdown waits
// five seconds for the requests of such connections, which may never come.
type silentConns struct {
	lock   sync.Mutex
	conns  map[net.Conn]struct{}
	closed bool
}

// changed is an http.Server's ConnState.
func (s *silentConns) changed(c net.Conn, state http.ConnState) {
	s.lock.Lock()
	defer s.lock.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.conns, c)
	case s.closed:
		c.Close()
	default:
		if s.conns == nil {
			s.conns = map[net.Conn]struct{}{}
		}
		s.conns[c] = struct{}{}
	}
}

// close closes the silent connections, and those to come.
func (s *silentConns) close() {
	s.lock.Lock()
	defer s.lock.Unlock()
	s.closed = true
	for c := range s.conns {
		c.Close()
	}
}

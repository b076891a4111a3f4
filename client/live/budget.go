package live

// The connections of a session are shared fairly: when all are in use, a torrent that has fewer than
// another gets one, and the other gives one up, until all have the same number, or as many as they want.

// addConnection counts a connection of a torrent. It reports false if there are too many and no other
// torrent has two more.
func (s *Session) addConnection(t *Torrent) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connections-s.yielding >= s.cfg.MaxConnections {
		giver := s.richest()
		if giver == nil || giver.held-giver.yielding < t.held+2 {
			return false
		}
		giver.yielding++
		s.yielding++
		if !giver.mailbox.post(letter{do: giver.yield}) { // it ends, and gives up all
			giver.yielding--
			s.yielding--
			return false
		}
	}
	s.connections++
	t.held++
	return true
}

// mayConnect reports whether addConnection would report true, so that no peer is dialed in vain.
func (s *Session) mayConnect(t *Torrent) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.connections-s.yielding < s.cfg.MaxConnections {
		return true
	}
	giver := s.richest()
	return giver != nil && giver.held-giver.yielding >= t.held+2
}

// richest returns the torrent with the most connections, of equals any. The caller holds the lock.
func (s *Session) richest() (out *Torrent) {
	for hash, t := range s.torrents {
		if hash == t.hash && (out == nil || t.held-t.yielding > out.held-out.yielding) {
			out = t
		}
	}
	return out
}

func (s *Session) removeConnection(t *Torrent) {
	s.mu.Lock()
	s.connections--
	t.held--
	s.mu.Unlock()
}

// yield gives up the connection that has been of the least use: of those that have sent us the fewest
// bytes, the last.
func (t *Torrent) yield() {
	t.session.mu.Lock()
	t.yielding--
	t.session.yielding--
	t.session.mu.Unlock()
	var least *conn
	fewest := int64(0)
	for _, c := range t.conns {
		if c == nil || c.web != nil {
			continue
		}
		received := int64(0)
		if t.peer != nil && c.shaken {
			received = t.peer.BytesReceived(c.id)
		}
		if least == nil || received <= fewest {
			least, fewest = c, received
		}
	}
	if least != nil {
		t.session.log("connection ended", "peer", least.addr, "reason", "another torrent has fewer connections")
		t.hangUp(least)
	}
}

// forgetYields forgets what a torrent that has ended was asked to give up.
func (s *Session) forgetYields(t *Torrent) {
	s.mu.Lock()
	s.yielding -= t.yielding
	t.yielding = 0
	s.mu.Unlock()
}

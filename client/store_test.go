package client

import "testing"

// laterStore is a store that answers later: a test passes its answers to the peer as events.
type laterStore struct{ testStore }

func (*laterStore) Read(BlockRef) ([]byte, bool) { return nil, false }
func (*laterStore) Verify(uint32) Verdict        { return Pending }

// useLaterStore gives a peer a laterStore.
func useLaterStore(c *Config) { c.Store = &laterStore{} }

// blockRead passes to the peer that its store has read a block.
func (s *script) blockRead(c ConnID, piece, block uint32) []string {
	m := Message{Kind: Piece, Index: piece, Begin: block * BlockSize, Length: BlockSize}
	return s.step(Event{Kind: BlockRead, Conn: c, Message: m})
}

// readFailed passes to the peer that its store could not read a block.
func (s *script) readFailed(c ConnID, piece, block uint32) []string {
	m := Message{Index: piece, Begin: block * BlockSize, Length: BlockSize}
	return s.step(Event{Kind: StorageFailed, Conn: c, Message: m})
}

// seedOfLaterStore is a seed whose store answers later, with neighbour 9 unchoked.
func seedOfLaterStore(t *testing.T, fast bool) *script {
	s := newScript(t, 2, true, func(c *Config) {
		useLaterStore(c)
		c.Settings.Fast.Enabled, c.Settings.Fast.AnswerCancels = true, true
		c.Settings.Upload.QueueBlocks = 2
	})
	if fast {
		s.connectFast(0, 9)
	} else {
		s.connect(0, 9)
	}
	s.receive(0, Message{Kind: Interested})
	return s
}

// A block is sent once the store has read it. The blocks that are being read are as many as the
// send queue has room for.
func TestBlockIsSentWhenItHasBeenRead(t *testing.T) {
	s := seedOfLaterStore(t, true)
	s.expect(s.receiveRequest(0, 0, 0), "")
	s.expect(s.receiveRequest(0, 0, 1), "")
	s.expect(s.receiveRequest(0, 1, 0), "")
	s.expect(s.blockRead(0, 0, 1), "0: piece 0/1")
	s.expect(s.blockRead(0, 1, 0), "") // it waits for the queue
	s.expect(s.blockSent(0), "")
	s.expect(s.blockRead(0, 1, 0), "0: piece 1/0")
	s.expect(s.blockRead(0, 0, 0), "0: piece 0/0")
	s.expect(s.blockRead(0, 0, 0), "") // it has been sent
}

// BEP 6: a request that is cancelled while its block is being read is rejected, and the block is
// not sent.
func TestCancelWhileReading(t *testing.T) {
	s := seedOfLaterStore(t, true)
	s.receiveRequest(0, 0, 0)
	cancel := requestFor(0, 0)
	cancel.Kind = Cancel
	s.expect(s.receive(0, cancel), "0: reject 0/0")
	s.expect(s.blockRead(0, 0, 0), "")
}

// A request whose block cannot be read is rejected (BEP 6). A neighbour without the fast extension
// would wait for the block, so that its connection is closed.
func TestBlockThatCannotBeRead(t *testing.T) {
	s := seedOfLaterStore(t, true)
	s.receiveRequest(0, 0, 0)
	s.expect(s.readFailed(0, 0, 0), "0: reject 0/0")
	s = seedOfLaterStore(t, false)
	s.receiveRequest(0, 0, 0)
	s.expect(s.readFailed(0, 0, 0), "0: hang up")
}

// The answer to a read for a connection that is gone changes nothing.
func TestReadForAConnectionThatIsGone(t *testing.T) {
	s := seedOfLaterStore(t, true)
	s.receiveRequest(0, 0, 0)
	s.step(Event{Kind: Closed, Conn: 0})
	s.expect(s.blockRead(0, 0, 0), "")
	s.connectFast(0, 8)
	s.expect(s.blockRead(0, 0, 0), "")
}

// laterLeecher is a leecher of two pieces whose store answers later. It has received piece 0.
func laterLeecher(t *testing.T) *script {
	s := newScript(t, 2, false, useLaterStore)
	s.connect(0, 9, 0xc0)
	s.receive(0, Message{Kind: Unchoke})
	s.receiveBlock(0, 0, 0)
	s.expect(s.receiveBlock(0, 0, 1), "0: request 1/1")
	return s
}

// A piece is announced when its hash has been compared, and not before; its blocks are not
// requested again meanwhile.
func TestPieceIsVerifiedLater(t *testing.T) {
	s := laterLeecher(t)
	if s.peer.Have(0) {
		t.Error("the piece is verified before the store has answered")
	}
	s.expect(s.step(Event{Kind: PieceVerified, Good: true}), "0: have 0")
	s.expect(s.step(Event{Kind: PieceVerified, Good: true}), "") // repeated
	s.receiveBlock(0, 1, 0)
	s.receiveBlock(0, 1, 1)
	s.expect(s.step(Event{Kind: PieceVerified, Good: true, Message: Message{Index: 1}}), "0: have 1, 0: not interested, announce completed, 0: hang up")
}

// The only sender of a piece whose hash does not match is banned.
func TestPieceFailsLater(t *testing.T) {
	s := laterLeecher(t)
	s.expect(s.step(Event{Kind: PieceVerified}), "0: hang up")
	if n := s.peer.Counters().FailedPieces; n != 1 {
		t.Errorf("%d pieces have failed", n)
	}
}

// While pieces cannot be written nothing is requested. Afterwards the piece that was lost is
// downloaded again.
func TestStorageFailsAndWorksAgain(t *testing.T) {
	s := laterLeecher(t)
	s.expect(s.step(Event{Kind: StorageFailed}), "")
	s.receiveBlock(0, 1, 0)
	s.expect(s.receiveBlock(0, 1, 1), "")
	s.expect(s.step(Event{Kind: PieceVerified, Good: true, Message: Message{Index: 1}}), "0: have 1")
	s.expect(s.step(Event{Kind: StorageRestored}), "0: request 0/0, 0: request 0/1")
}

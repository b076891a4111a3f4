package client

import "testing"

// A seed serves an unchoked neighbour one block at a time, in the order of its requests; a CANCEL
// removes a request from its queue (BEP 3). A request of a choked neighbour is ignored.
func TestUploadOneBlockAtATime(t *testing.T) {
	s := newScript(t, 2, true, nil)
	s.expect(s.connect(0, 9), "0: handshake, 0: bitfield")
	s.expect(s.receiveRequest(0, 0, 0), "") // it is choked
	s.expect(s.receive(0, Message{Kind: Interested}), "0: unchoke")
	s.expect(s.receiveRequest(0, 0, 0), "0: piece 0/0")
	s.expect(s.receiveRequest(0, 0, 1), "")
	s.expect(s.receiveRequest(0, 1, 0), "")
	cancel := requestFor(0, 1)
	cancel.Kind = Cancel
	s.expect(s.receive(0, cancel), "")
	s.expect(s.blockSent(0), "0: piece 1/0")
}

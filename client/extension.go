package client

// Extensions handles the messages of the extension protocol (BEP 10) for a Peer, which itself knows
// nothing of them but their frame. Metadata (BEP 9) and peer exchange (BEP 11) are such messages.
//
// A payload begins with the extended message ID; the rest is bencoded. The peer announces the
// protocol in its handshake if Config.Extensions is set, and passes on the messages of neighbours
// that announce it too. Beside the answers below, the owner of the peer may send a Message of kind
// Extended on an established connection at any time.
type Extensions interface {
	// Handshake returns the payload of the extension handshake to a new neighbour; nil for none.
	Handshake(c ConnID) []byte
	// Received handles a payload and returns those to answer it with. It must not keep the payload.
	Received(c ConnID, payload []byte) [][]byte
}

// sendExtensionHandshake sends the extension handshake to a neighbour that supports the protocol.
// It follows the announcement of pieces, which has to be the first message (BEP 3).
func (p *Peer) sendExtensionHandshake(id ConnID) {
	if !p.conns[id].cold.extensions {
		return
	}
	if payload := p.cfg.Extensions.Handshake(id); payload != nil {
		p.send(id, Extended).Data = payload
	}
}

// onExtended handles a message of the extension protocol. One that was not agreed on is ignored.
func (p *Peer) onExtended(id ConnID, payload []byte) {
	if !p.conns[id].cold.extensions || len(payload) == 0 {
		return
	}
	for _, answer := range p.cfg.Extensions.Received(id, payload) {
		p.send(id, Extended).Data = answer
	}
}

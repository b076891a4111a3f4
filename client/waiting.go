package client

import "time"

// Waiting is what an incomplete peer waits for.
type Waiting uint8

// Of several, the peer waits for the first: it is the one that is closest to a block.
const (
	ForBlocks    Waiting = iota // requests are outstanding
	ForRequests                 // a neighbour would send missing pieces, but no request is outstanding
	ForUnchoke                  // every neighbour that has missing pieces chokes the peer
	ForPieces                   // no neighbour has announced a missing piece
	ForNeighbour                // the peer knows addresses and has no established connection
	ForAddresses                // the peer knows no address
)

// Waiting returns what the peer waits for, its download rate in bytes per second, and when the last
// block was received. It explains, at the end of a run, why a peer is incomplete.
func (p *Peer) Waiting(now time.Duration) (what Waiting, downRate float64, lastBlock time.Duration) {
	what = ForAddresses
	if len(p.addresses.known) > 0 || len(p.addresses.dialing) > 0 || len(p.handshaking) > 0 {
		what = ForNeighbour
	}
	for _, id := range p.established {
		c := &p.conns[id]
		downRate += c.down.at(now)
		switch {
		case p.unanswered(c) > 0:
			what = min(what, ForBlocks)
		case c.missing == 0:
			what = min(what, ForPieces)
		case c.peerChoking:
			what = min(what, ForUnchoke)
		default:
			what = min(what, ForRequests)
		}
	}
	return what, downRate, p.lastBlock
}

package client

import "time"

// Waiting is what keeps a peer that lacks pieces from getting them.
type Waiting uint8

// What it may be: over all neighbours, the one that is nearest to a block.
const (
	ForBlocks    Waiting = iota // it has asked for some
	ForRequests                 // a neighbour would send what it lacks, and no request is outstanding
	ForUnchoke                  // all who have what it lacks choke it
	ForPieces                   // none of its neighbours shows what it lacks
	ForNeighbour                // it knows addresses and has no connection
	ForAddresses                // it knows no address
)

// Waiting returns what the peer waits for, the bytes per second that have come of
// late, and when the last block came. It is for when a run is over.
func (p *Peer) Waiting(now time.Duration) (what Waiting, perSec float64, last time.Duration) {
	what = ForAddresses
	if len(p.addresses.known) > 0 || len(p.addresses.dialing) > 0 || len(p.handshaking) > 0 {
		what = ForNeighbour
	}
	for _, id := range p.established {
		c := &p.conns[id]
		perSec += c.down.at(now)
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
	return what, perSec, p.lastBlock
}

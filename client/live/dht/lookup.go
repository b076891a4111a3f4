package dht

import (
	"context"
	"math/rand/v2"
	"net/netip"
	"sync"
	"time"

	"github.com/anacrolix/dht/v2"
	"github.com/anacrolix/dht/v2/krpc"
)

// Announce looks for the peers of a torrent and announces that this host has one at a TCP and uTP
// port, at once and then every Config.Interval, until ctx or the node ends. found receives the
// peers of each answer as it arrives; it is not called by two goroutines at a time, and not after
// Announce has returned. The own address is not among them. A peer may come more than once, in
// different lookups.
//
// While fewer nodes answer than should know the torrent the node tries again after a second, then
// after ever longer pauses of up to a minute: the DHT cannot be reached, or has only begun to be.
func (n *Node) Announce(ctx context.Context, infoHash [20]byte, port uint16, found func(peers []netip.AddrPort)) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(n.ctx, cancel)()
	for retry := time.Second; ctx.Err() == nil; {
		pause := n.config.Interval*9/10 + rand.N(n.config.Interval/5+1)
		if n.lookup(ctx, infoHash, port, found) < closest {
			pause = min(pause, retry)
			retry = min(2*retry, time.Minute)
		} else {
			retry = time.Second
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// Peers looks once for the peers of a torrent, without announcing anything. It returns what was
// found when ctx ends.
func (n *Node) Peers(ctx context.Context, infoHash [20]byte) []netip.AddrPort {
	var out []netip.AddrPort
	n.lookup(ctx, infoHash, 0, func(peers []netip.AddrPort) { out = append(out, peers...) })
	return out
}

// closest is the number of nodes to which a torrent is announced (BEP 5: K).
const closest = 8

// lookup runs a lookup in each family and announces the port if it is not 0. It returns the number
// of nodes that answered, in the family that has more.
func (n *Node) lookup(ctx context.Context, infoHash [20]byte, port uint16, found func([]netip.AddrPort)) int {
	var (
		mu      sync.Mutex
		seen    = map[netip.AddrPort]bool{}
		answers int
		wait    sync.WaitGroup
	)
	for _, f := range n.families {
		answer := func(peers []netip.AddrPort) {
			mu.Lock()
			defer mu.Unlock()
			var fresh []netip.AddrPort
			for _, p := range peers {
				if !seen[p] && !f.rules.isOwn(p, port) && len(seen) < maxPeersPerLookup {
					seen[p] = true
					fresh = append(fresh, p)
				}
			}
			if len(fresh) > 0 && ctx.Err() == nil {
				found(fresh)
			}
		}
		wait.Go(func() {
			answered := f.lookup(ctx, infoHash, port, answer)
			mu.Lock()
			answers = max(answers, answered)
			mu.Unlock()
		})
	}
	wait.Wait()
	return answers
}

// lookup calls answer for every answer, and returns the number of nodes that answered.
func (f *family) lookup(ctx context.Context, infoHash [20]byte, port uint16,
	answer func([]netip.AddrPort)) (answered int) {
	select {
	case f.lookups <- struct{}{}:
		defer func() { <-f.lookups }()
	case <-ctx.Done():
		return 0
	case <-f.node.ctx.Done():
		return 0
	}
	// This node may be one of those next to the info hash.
	if stored := f.store.GetPeers(infoHash); len(stored) > 0 {
		answer(toAddrPorts(stored))
	}
	var options []dht.AnnounceOpt
	if port != 0 {
		options = append(options, dht.AnnouncePeer(dht.AnnouncePeerOpts{
			Port: int(port), ImpliedPort: f.node.config.ImpliedPort,
		}))
	}
	a, err := f.server.AnnounceTraversal(infoHash, options...)
	if err != nil {
		return 0 // no node is known yet
	}
	defer a.Close()
	defer context.AfterFunc(ctx, a.Close)()
	// Forged nodes can lead a lookup on for ever; what it has found by then is used.
	defer time.AfterFunc(lookupTime, a.StopTraversing).Stop()
	// The channel is read to its end whatever happens: the library's goroutines would wait.
	for values := range a.Peers {
		answered++
		answer(toAddrPorts(values.Peers))
	}
	return answered
}

// toAddrPorts converts peers of the library, without those that are invalid.
func toAddrPorts(peers []krpc.NodeAddr) (out []netip.AddrPort) {
	for _, p := range peers {
		if addr := toAddrPort(p.IP, p.Port); addr.IsValid() {
			out = append(out, addr)
		}
	}
	return out
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"swarmsim/cmd/usage"
	"swarmsim/sidebyside/memnet"
)

// full returns the full client as a subject.
func (s *swarm) full() subject {
	return subject{"anacrolix/torrent 1.61 in full", func() (result, error) { return playFull(s) }}
}

// playFull runs the swarm with the full client in a synctest bubble of virtual time: its clock
// advances whenever all goroutines of the bubble are blocked.
func playFull(s *swarm) (result, error) {
	c, err := newContent(s.size, s.piece)
	if err != nil {
		return result{}, err
	}
	stores := []*store{c.whole()}
	for range s.leechers {
		stores = append(stores, c.empty())
	}
	runtime.GC()
	start := time.Now() // real time: the bubble has its own clock
	var r result
	synctest.Test(&testing.T{}, func(*testing.T) { r, err = s.inBubble(c, stores) })
	r.wall = time.Since(start)
	return r, err
}

// inBubble starts all peers at once and waits until all are complete. The measurement ends there;
// shutting the swarm down is not part of it.
func (s *swarm) inBubble(c *content, stores []*store) (result, error) {
	net := memnet.New(s.net)
	start, cpu := time.Now(), usage.CPU()
	peers, err := s.start(net, c, stores)
	defer func() {
		for _, p := range peers {
			p.close()
		}
		// Some goroutines of the client end only when their timers fire, and the bubble waits for
		// all of them.
		time.Sleep(10 * time.Minute)
		net.Close()
	}()
	if err != nil {
		return result{}, err
	}
	took := completions(start, peers[1:], s.scenario.Stop.Deadline.Std())
	r := result{runs: 1, cpu: usage.CPU() - cpu, blocks: s.blocks()}
	r.mean, r.last = meanAndLast(took)
	return r, errors.Join(finished(took), intact(peers[1:], c))
}

// start creates a peer for each store: the seed, which is peer 0, and the leechers. Each dials all
// peers before it, as if a tracker had returned them. This is a full mesh with one connection for
// each pair.
func (s *swarm) start(net *memnet.Network, c *content, stores []*store) ([]*peer, error) {
	var peers []*peer
	for i, store := range stores {
		link := s.others
		if i == 0 {
			link = s.seed
		}
		p, err := newPeer(net.Host(address(i), link), c, store, s.connections)
		if err != nil {
			return peers, err
		}
		for j := range i {
			p.addPeer(address(j))
		}
		peers = append(peers, p)
	}
	return peers, nil
}

// completions returns the completion time of each peer, 0 for one that is not complete at the
// deadline.
func completions(start time.Time, peers []*peer, deadline time.Duration) []time.Duration {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	took := make([]time.Duration, len(peers))
	var all sync.WaitGroup
	for i, p := range peers {
		all.Go(func() {
			select {
			case <-p.torrent.Complete().On():
				took[i] = time.Since(start)
			case <-ctx.Done():
			}
		})
	}
	all.Wait()
	return took
}

func meanAndLast(took []time.Duration) (mean, last time.Duration) {
	for _, t := range took {
		mean += t / time.Duration(len(took))
		last = max(last, t)
	}
	return mean, last
}

func finished(took []time.Duration) error {
	var late []int
	for i, t := range took {
		if t == 0 {
			late = append(late, i+1)
		}
	}
	if late != nil {
		return fmt.Errorf("leechers %d are not complete at the deadline", late)
	}
	return nil
}

// intact returns an error unless every leecher has stored the content, byte for byte.
func intact(peers []*peer, c *content) error {
	for i, p := range peers {
		if !bytes.Equal(p.store.data, c.data) {
			return fmt.Errorf("the content of leecher %d differs from the seed's", i+1)
		}
	}
	return nil
}

package choke

import "slices"

// Optimist is a choker that tells the slots it gives in hope from those that
// are earned, for measures of whom a peer prefers. One that is not gives no
// slot in hope, or cannot tell.
type OptimisticUnchoker interface {
	Choker
	// Optimistic reports whether the slot that the neighbour holds since the
	// last Unchoke is an optimistic one.
	Optimistic(id int) bool
}

func (t *titForTatChoker) Optimistic(id int) bool { return slices.Contains(t.optimistic, id) }

func (m *mainlineChoker) Optimistic(id int) bool { return !slices.Contains(m.preferred, id) }

func (a *aria2Choker) Optimistic(id int) bool { return id == a.optimistic }

func (t *transmissionChoker) Optimistic(id int) bool { return t.hasOptimistic && id == t.optimistic }

func (l *libtorrentChoker) Optimistic(id int) bool {
	return slices.ContainsFunc(l.peers, func(b peerState) bool { return b.id == id && b.optimistic })
}

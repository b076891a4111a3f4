package choke

import "cmp"

var blockTitForTat = Strategy{
	Name:     "block-tit-for-tat",
	About:    "neighbours that were sent at most a few blocks more than they sent us; with unchoke: per-block",
	Defaults: func() any { return &BlockTitForTat{UploadSlots: UploadSlots{5}, Threshold: 2} },
	New:      func(s any) Choker { return &blockTitForTatChoker{*s.(*BlockTitForTat)} },
}

// BlockTitForTat holds the settings of block-tit-for-tat.
type BlockTitForTat struct {
	UploadSlots
	Threshold int `json:"threshold,omitempty" jsonschema:"a neighbour is sent a block only if it was sent at most this many blocks more than it sent us" min:"0" max:"1000000"`
}

// blockTitForTatChoker is the pairwise block-level tit for tat of Bharambe, Herley and Padmanabhan
// (Analyzing and Improving a BitTorrent Network's Performance Mechanisms, INFOCOM 2006): a
// neighbour is sent a block only while uploaded - downloaded <= threshold, in blocks. A peer
// therefore uploads at most threshold + 1 blocks more than it downloads, for each neighbour. The
// rule is for leechers: a seed downloads nothing and needs another choker.
//
// Slots go first to neighbours that hold one, so that the arrival of a block does not move slots
// between equals, then to those that send fastest, then to those with the smallest balance.
type blockTitForTatChoker struct{ set BlockTitForTat }

func (b *blockTitForTatChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	first := len(out)
	limit := int64(b.set.Threshold) * r.BlockBytes
	out = topInterested(cs, out, len(cs), func(i, j int) int {
		x, y := &cs[i], &cs[j]
		return cmp.Or(
			falseFirst(balance(x) > limit, balance(y) > limit),
			falseFirst(!x.Unchoked, !y.Unchoked),
			cmp.Compare(y.DownRate, x.DownRate),
			cmp.Compare(balance(x), balance(y)),
			cmp.Compare(x.ChokeChangedAt, y.ChokeChangedAt),
			cmp.Compare(x.ID, y.ID))
	})
	for n, i := range out[first:] {
		if n == b.set.Slots || balance(&cs[i]) > limit {
			return out[:first+n]
		}
	}
	return out
}

// balance returns how many bytes more a neighbour was sent than it sent us.
func balance(c *Candidate) int64 { return c.Uploaded - c.Downloaded }

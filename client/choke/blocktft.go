package choke

import "cmp"

var blockTitForTat = Strategy{
	Name:     "block-tit-for-tat",
	About:    "whoever was not sent more than so many blocks beyond what it sent; with unchoke: at-blocks",
	Defaults: func() any { return &BlockTitForTat{UploadSlots: UploadSlots{5}, Threshold: 2} },
	New:      func(s any) Choker { return &blockTitForTatChoker{*s.(*BlockTitForTat)} },
}

// BlockTitForTat are the settings of block-tit-for-tat.
type BlockTitForTat struct {
	UploadSlots
	Threshold int `json:"threshold,omitempty" jsonschema:"blocks that a neighbour may be ahead and still be sent one" min:"0" max:"1000000"`
}

// blockTitForTatChoker is the pairwise block-level tit for tat of Bharambe,
// Herley and Padmanabhan (Analyzing and Improving a BitTorrent Network's
// Performance Mechanisms, INFOCOM 2006): a neighbour is sent a block only while
// uploaded - downloaded <= threshold, in blocks. So nobody gives more than he
// gets by more than threshold + 1 blocks a neighbour. It is for leechers: seeds
// get nothing back and need another choker. Slots go to who holds one, so that a
// block that comes moves nobody without need, then to who sends fastest, then to
// who is least ahead.
type blockTitForTatChoker struct{ set BlockTitForTat }

func (b *blockTitForTatChoker) Unchoke(r Round, cs []Candidate, out []int) []int {
	first := len(out)
	most := int64(b.set.Threshold) * r.BlockBytes
	out = topInterested(cs, out, len(cs), func(i, j int) int {
		x, y := &cs[i], &cs[j]
		return cmp.Or(compareBool(balance(x) > most, balance(y) > most), compareBool(!x.Unchoked, !y.Unchoked),
			cmp.Compare(y.DownRate, x.DownRate), cmp.Compare(balance(x), balance(y)), cmp.Compare(x.ChokeChangedAt, y.ChokeChangedAt), cmp.Compare(x.ID, y.ID))
	})
	for n, i := range out[first:] {
		if n == b.set.Slots || balance(&cs[i]) > most {
			return out[:first+n]
		}
	}
	return out
}

// ahead is how many bytes more a neighbour was sent than it sent.
func balance(c *Candidate) int64 { return c.Uploaded - c.Downloaded }

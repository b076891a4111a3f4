package cluster

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is a part of the runs of a sweep.
type Shard struct {
	Index int `json:"index"` // from 1
	Of    int `json:"of"`
}

// MaxShards bounds the number of shards.
const MaxShards = 100_000

// ParseShard reads INDEX/OF, such as 3/40.
func ParseShard(text string) (Shard, error) {
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(strings.TrimSpace(index))
	n, err2 := strconv.Atoi(strings.TrimSpace(of))
	switch {
	case !ok || err != nil || err2 != nil:
		return Shard{}, fmt.Errorf("%.100q is not a shard such as 3/40, the third of forty", text)
	case n < 1 || n > MaxShards:
		return Shard{}, fmt.Errorf("%d shards are not possible: from 1 to %d", n, MaxShards)
	case i < 1 || i > n:
		return Shard{}, fmt.Errorf("there is no shard %d of %d: they count from 1 to %d", i, n, n)
	}
	return Shard{i, n}, nil
}

func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// Folder returns the name of the folder of a shard. Sorted by name, they are in order.
func (s Shard) Folder() string {
	return fmt.Sprintf("shard-%0*d-of-%d", len(strconv.Itoa(s.Of)), s.Index, s.Of)
}

package dht

import (
	"errors"
	"fmt"

	"github.com/anacrolix/dht/v2/krpc"
	"github.com/anacrolix/torrent/bencode"
)

// The length of a node in a saved state and in messages: ID, address and port (BEP 5, BEP 32).
const (
	compact4 = 20 + 4 + 2
	compact6 = 20 + 16 + 2
)

// maxSaved is the number of nodes of a family that are saved, and that are read.
const maxSaved = 400

// state is what is saved of a node, in the field names of BEP 5's messages.
type state struct {
	ID4    []byte `bencode:"id"`
	ID6    []byte `bencode:"id6"`
	Nodes4 []byte `bencode:"nodes"`
	Nodes6 []byte `bencode:"nodes6"`
}

// parseState reads a saved state. An empty one is valid.
func parseState(saved []byte) (s state, err error) {
	if len(saved) == 0 {
		return s, nil
	}
	if len(saved) > 2*maxSaved*compact6 {
		return s, fmt.Errorf("the saved DHT state has %d bytes, more than %d nodes need", len(saved), maxSaved)
	}
	if err := bencode.Unmarshal(saved, &s); err != nil {
		return state{}, fmt.Errorf("the saved DHT state: %w", err)
	}
	for _, id := range [][]byte{s.ID4, s.ID6} {
		if len(id) != 0 && len(id) != 20 {
			return state{}, fmt.Errorf("the saved DHT state has a node ID of %d bytes, not 20", len(id))
		}
	}
	if len(s.Nodes4)%compact4 != 0 || len(s.Nodes6)%compact6 != 0 {
		return state{}, errors.New("the saved DHT state has a part of a node")
	}
	return s, nil
}

// nodes returns the acceptable nodes of a family.
func (s state) nodes(rules addresses) (out []krpc.NodeInfo) {
	compact, size := s.Nodes6, compact6
	if rules.is4 {
		compact, size = s.Nodes4, compact4
	}
	for ; len(compact) >= size && len(out) < maxSaved; compact = compact[size:] {
		var n krpc.NodeInfo
		if n.UnmarshalBinary(compact[:size]) != nil {
			continue
		}
		a := toAddrPort(n.Addr.IP, n.Addr.Port)
		if n.ID != (krpc.ID{}) && rules.acceptable(a, a.Addr()) {
			out = append(out, n)
		}
	}
	return out
}

// State returns the node IDs and the nodes that are known, to be given to New in a later run.
func (n *Node) State() []byte {
	var s state
	for _, f := range n.families {
		id := f.server.ID()
		var compact []byte
		for i, node := range f.server.Nodes() {
			if i == maxSaved {
				break
			}
			if b, err := node.MarshalBinary(); err == nil && len(b) == f.compactSize() {
				compact = append(compact, b...)
			}
		}
		if f.rules.is4 {
			s.ID4, s.Nodes4 = id[:], compact
		} else {
			s.ID6, s.Nodes6 = id[:], compact
		}
	}
	return bencode.MustMarshal(s)
}

func (f *family) compactSize() int {
	if f.rules.is4 {
		return compact4
	}
	return compact6
}

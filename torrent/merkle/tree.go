package merkle

import "fmt"

// MaxHashes is the largest number of hashes in a request (BEP 52).
const MaxHashes = 512

// Tree holds a layer of a hash tree and all layers above it. Missing hashes at the end of a layer are
// padding. It takes 64 bytes for each hash of the lowest layer.
type Tree struct {
	base   int      // the lowest layer
	layers [][]Hash // from the lowest; the last has the root
}

// NewTree returns the tree over the hashes of a layer, of which there must be at least one. The tree
// is as low as it can be. It keeps hashes.
func NewTree(hashes []Hash, layer int) *Tree {
	t := &Tree{base: layer, layers: [][]Hash{hashes}}
	for h := layer; len(hashes) > 1; h++ {
		above := make([]Hash, (len(hashes)+1)/2)
		for i := range above {
			right := &pads[h]
			if 2*i+1 < len(hashes) {
				right = &hashes[2*i+1]
			}
			above[i] = join(&hashes[2*i], right)
		}
		hashes = above
		t.layers = append(t.layers, hashes)
	}
	return t
}

// Height returns the layer of the root.
func (t *Tree) Height() int { return t.base + len(t.layers) - 1 }

// Root returns the root.
func (t *Tree) Root() Hash { return t.layers[len(t.layers)-1][0] }

// at returns a hash of a layer.
func (t *Tree) at(layer, index int) Hash {
	hashes := t.layers[layer-t.base]
	if index < len(hashes) {
		return hashes[index]
	}
	return pads[layer]
}

// Hashes answers a hash request (BEP 52): count hashes of the layer base from index on, and then the
// uncle hashes of proofLayers layers above it, without those that follow from the hashes. count must
// be a power of two from 2 to MaxHashes, index a multiple of it, and the hashes in the tree. A layer
// that the tree does not hold is an error too.
func (t *Tree) Hashes(base, index, count, proofLayers int) ([]Hash, error) {
	switch {
	case base < t.base || base >= t.Height():
		return nil, fmt.Errorf("hashes of layer %d are asked for; layers %d to %d are known", base, t.base, t.Height()-1)
	case count < 2 || count > MaxHashes || count&(count-1) != 0:
		return nil, fmt.Errorf("%d hashes are asked for; it should be a power of two from 2 to %d", count, MaxHashes)
	case index < 0 || index%count != 0 || index > 1<<(t.Height()-base)-count:
		return nil, fmt.Errorf("hashes from %d are asked for; it should be a multiple of %d in a layer of %d",
			index, count, 1<<(t.Height()-base))
	case proofLayers < 0 || proofLayers >= t.Height()-base && proofLayers > 0:
		return nil, fmt.Errorf("%d proof layers are asked for; there are %d", proofLayers, t.Height()-base-1)
	}
	out := make([]Hash, 0, count+proofLayers)
	for i := range count {
		out = append(out, t.at(base, index+i))
	}
	// The layers up to the root of the hashes' own tree follow from the hashes.
	for layer := base + Height(int64(count)); layer <= base+proofLayers; layer++ {
		out = append(out, t.at(layer, index>>(layer-base)^1))
	}
	return out, nil
}

// Verify reports whether the answer to a hash request is part of the tree with the given root and
// height: count hashes of the layer base from index on, and then the uncle hashes up to the layer
// below the root.
func Verify(root Hash, height, base, index int, hashes []Hash, count int) bool {
	if count < 1 || count&(count-1) != 0 || index < 0 || index%count != 0 || base < 0 || height > maxHeight {
		return false
	}
	own := Height(int64(count)) // layers that follow from the hashes
	if len(hashes) != count+height-base-own || base+own > height || index>>(height-base) != 0 {
		return false
	}
	var b Builder
	for _, h := range hashes[:count] {
		b.Add(h)
	}
	node := b.Root(own)
	at := index >> own
	for _, uncle := range hashes[count:] {
		if at&1 == 1 {
			node = join(&uncle, &node)
		} else {
			node = join(&node, &uncle)
		}
		at >>= 1
	}
	return node == root
}

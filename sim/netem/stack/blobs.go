package stack

// Blobs keeps the bytes of the few messages that carry any, so that queues and packets
// hold a number and no pointer. 0 stands for no bytes.
type Blobs struct {
	blobs [][]byte
	free  []uint32
}

// Put stores a blob and returns the number by which Get and Take find it; 0 for nil.
func (b *Blobs) Put(blob []byte) uint32 {
	if blob == nil {
		return 0
	}
	if n := len(b.free); n > 0 {
		i := b.free[n-1]
		b.free = b.free[:n-1]
		b.blobs[i-1] = blob
		return i
	}
	b.blobs = append(b.blobs, blob)
	return uint32(len(b.blobs))
}

// Take removes a blob and returns it; nil for 0.
func (b *Blobs) Take(i uint32) []byte {
	if i == 0 {
		return nil
	}
	blob := b.blobs[i-1]
	b.blobs[i-1] = nil
	b.free = append(b.free, i)
	return blob
}

// Get returns a blob, which stays.
func (b *Blobs) Get(i uint32) []byte {
	if i == 0 {
		return nil
	}
	return b.blobs[i-1]
}

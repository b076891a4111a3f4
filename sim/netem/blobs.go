package netem

// blobs keeps the bytes that a few messages carry beside the pointer-free
// queues, under a number. 0 is no bytes.
type Blobs struct {
	slots [][]byte
	free  []uint32
}

func (b *Blobs) Put(blob []byte) uint32 {
	if blob == nil {
		return 0
	}
	if n := len(b.free); n > 0 {
		i := b.free[n-1]
		b.free = b.free[:n-1]
		b.slots[i-1] = blob
		return i
	}
	b.slots = append(b.slots, blob)
	return uint32(len(b.slots))
}

func (b *Blobs) Take(i uint32) []byte {
	if i == 0 {
		return nil
	}
	blob := b.slots[i-1]
	b.slots[i-1] = nil
	b.free = append(b.free, i)
	return blob
}

// look returns bytes that stay.
func (b *Blobs) Get(i uint32) []byte {
	if i == 0 {
		return nil
	}
	return b.slots[i-1]
}

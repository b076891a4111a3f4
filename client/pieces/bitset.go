package pieces

import "math/bits"

// Bitset is a set of pieces: bit i%64 of word i/64 stands for piece i.
type Bitset []uint64

// Words returns the number of words of a Bitset for n pieces.
func Words(n int) int { return (n + 63) / 64 }

// NewBitset returns an empty set that holds up to n pieces.
func NewBitset(n int) Bitset { return make(Bitset, Words(n)) }

// Has reports whether the set contains piece i.
func (b Bitset) Has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }

// Set adds piece i.
func (b Bitset) Set(i int) { b[i>>6] |= 1 << (i & 63) }

// Unset removes piece i.
func (b Bitset) Unset(i int) { b[i>>6] &^= 1 << (i & 63) }

// Fill adds the first n pieces. The set must have been made for n pieces.
func (b Bitset) Fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 {
		b[len(b)-1] = 1<<(n%64) - 1
	}
}

// Bytes encodes the first n pieces as the payload of a BITFIELD message: the high bit of the
// first byte is piece 0 (BEP 3, "bitfield").
func (b Bitset) Bytes(n int) []byte {
	out := make([]byte, (n+7)/8)
	for i := range out {
		out[i] = bits.Reverse8(byte(b[i/8] >> (i % 8 * 8)))
	}
	return out
}

// ValidBitfield reports whether data is the payload of a BITFIELD message for n pieces: its length is
// right, and no spare bit at the end is set (BEP 3).
func ValidBitfield(data []byte, n int) bool {
	return len(data) == (n+7)/8 && (n%8 == 0 || data[len(data)-1]<<(n%8) == 0)
}

// Read decodes the payload of a BITFIELD message for n pieces. It returns false, and leaves the
// set as it is, if the length is wrong or a spare bit at the end is set.
func (b Bitset) Read(data []byte, n int) bool {
	if !ValidBitfield(data, n) {
		return false
	}
	clear(b)
	for i, x := range data {
		b[i/8] |= uint64(bits.Reverse8(x)) << (i % 8 * 8)
	}
	return true
}

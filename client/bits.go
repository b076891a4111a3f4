package client

import "math/bits"

// bitset is a set of pieces: bit i%64 of word i/64 is piece i.
type bitset []uint64

func words(n int) int { return (n + 63) / 64 }

func newBitset(n int) bitset { return make(bitset, words(n)) }

func (b bitset) has(i int) bool { return b[i>>6]>>(i&63)&1 != 0 }
func (b bitset) set(i int)      { b[i>>6] |= 1 << (i & 63) }
func (b bitset) unset(i int)    { b[i>>6] &^= 1 << (i & 63) }

// fill sets the first n bits.
func (b bitset) fill(n int) {
	for i := range b {
		b[i] = ^uint64(0)
	}
	if n%64 != 0 {
		b[len(b)-1] = 1<<(n%64) - 1
	}
}

// bytes is the bitset as BEP 3 sends it: the high bit of the first byte is
// piece 0.
func (b bitset) bytes(n int) []byte {
	out := make([]byte, (n+7)/8)
	for i := range out {
		out[i] = bits.Reverse8(byte(b[i/8] >> (i % 8 * 8)))
	}
	return out
}

// read takes what bytes wrote. It refuses a wrong length and spare bits set, and
// takes nothing then.
func (b bitset) read(data []byte, n int) bool {
	if len(data) != (n+7)/8 || n%8 != 0 && data[len(data)-1]<<(n%8) != 0 {
		return false
	}
	clear(b)
	for i, x := range data {
		b[i/8] |= uint64(bits.Reverse8(x)) << (i % 8 * 8)
	}
	return true
}

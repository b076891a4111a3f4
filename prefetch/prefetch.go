// Package prefetch asks the processor to fetch memory that will be needed soon.
//
// A large swarm does not fit a cache: what a message touches at its receiver has
// to come from memory, and each line of it takes as long as a few hundred
// instructions. Who is next is known ahead, so the lines are asked for while
// others have their turn. A hint changes no result; where there is no such
// instruction nothing happens.
//
// sim/engine says when, through sim/netem and sim; client knows its own memory.
package prefetch

import "unsafe"

// lineBytes is a cache line.
const lineBytes = 64

// Value asks for all of a value.
func Value[T any](p *T) {
	lines(unsafe.Pointer(p), (unsafe.Sizeof(*p)+lineBytes-1)/lineBytes)
}

// Start asks for the first n lines of a value, where what is needed first stands.
func Start[T any](p *T, n int) { lines(unsafe.Pointer(p), uintptr(n)) }

// Part asks for n lines of a value, from so many bytes into it. Go reads a value that
// it takes a field's address of, in case there is none; this does not, and so a value
// that is not there yet is not waited for.
func Part[T any](p *T, offset uintptr, n int) {
	lines(unsafe.Add(unsafe.Pointer(p), offset), uintptr(n))
}

// Line asks for the line that p points to.
func Line[T any](p *T) { line(unsafe.Pointer(p)) }

// Four asks for the lines that four pointers point to, which costs less than
// asking for one after the other.
func Four[A, B, C, D any](a *A, b *B, c *C, d *D) {
	four(unsafe.Pointer(a), unsafe.Pointer(b), unsafe.Pointer(c), unsafe.Pointer(d))
}

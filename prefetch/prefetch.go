// Package prefetch asks the processor to fetch memory that will be needed soon.
//
// A large swarm does not fit a cache: what a message touches at its receiver has
// to come from memory, and each line of it takes as long as a few hundred
// instructions. Who is next is known ahead, so the lines are asked for while
// others have their turn: gathered in a List and asked for in a row, so that many are
// under way at a time. Asked for one by one, with work in between, they keep a processor
// waiting more than twice as long. A hint changes no result; where there is no such
// instruction nothing happens.
//
// sim/engine says when, through sim/netem and sim; client knows its own memory.
package prefetch

import "unsafe"

// lineBytes is a cache line.
const lineBytes = 64

// Line asks for the line that p points to.
func Line[T any](p *T) { line(unsafe.Pointer(p)) }

// Start asks for the first n lines of a value, where what is needed first stands.
func Start[T any](p *T, n int) { lines(unsafe.Pointer(p), uintptr(n)) }

// List is lines that are to be asked for together. The zero value is empty. Of more than
// it holds most of the last are asked for. What it holds keeps nothing alive.
type List struct {
	n  uint
	at [listLines + Most]uintptr
}

const listLines = 256

// Most is the most lines of a value that are put on a list at a time.
const Most = 8

// Add puts the line that p points to on the list.
func Add[T any](l *List, p *T) { l.add(uintptr(unsafe.Pointer(p))) }

// AddStart puts the first n lines of a value on the list, up to Most.
func AddStart[T any](l *List, p *T, n int) { AddPart(l, p, 0, n) }

// AddPart puts n lines of a value on the list, up to Most, from so many bytes into it. Go reads a
// value that it takes a field's address of, in case there is none; this does not, and so
// a value that is not there yet is not waited for.
func AddPart[T any](l *List, p *T, offset uintptr, n int) {
	l.addLines(uintptr(unsafe.Pointer(p))+offset, uint(n))
}

func (l *List) add(p uintptr) {
	l.at[l.n%listLines] = p
	l.n++
}

// addLines writes down more lines than it adds, which takes less than counting them
// where the number is not known beforehand.
func (l *List) addLines(p uintptr, n uint) {
	x := (*[Most]uintptr)(l.at[l.n%listLines:])
	x[0], x[1], x[2], x[3] = p, p+lineBytes, p+2*lineBytes, p+3*lineBytes
	if n > Most/2 {
		x[4], x[5], x[6], x[7] = p+4*lineBytes, p+5*lineBytes, p+6*lineBytes, p+7*lineBytes
	}
	l.n += min(n, Most)
}

// Fetch asks for the lines on the list, and empties it.
func (l *List) Fetch() {
	if n := min(l.n, listLines); n > 0 {
		all(&l.at[0], n)
	}
	l.n = 0
}

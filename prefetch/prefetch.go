// Package prefetch asks the processor to load memory into its cache that will be accessed soon.
// This page says why; the code that uses it stands in files named prefetch.go.
//
// # Why
//
// The state of a large swarm does not fit a cache. What an event touches at its receiver, some
// seventy cache lines per block of content, has to come from memory, and to wait for a line costs
// as much as a few hundred instructions. But which host is played next is known in advance. While
// one host is played, the hosts behind it therefore add to a List, step by step, the lines that
// they will touch: each step follows pointers that the step before it has loaded. Then the whole
// list is fetched. Many lines are on their way at the same time in this way; fetched one by one,
// with work in between, they keep a processor waiting more than twice as long. Without
// it a run of ten thousand peers takes a fifth more time; docs/speed.md has what each part gains.
//
// # Usage
//
// Prefetching is an optional interface at each layer, found once, where a host or an application
// is added: engine.Prefetcher, implemented by netem.Host, and netem.Prefetcher, implemented by
// sim's node with the help of client.Peer. A Prefetch method adds lines to a List and changes
// nothing that a result depends on; its caller fetches.
//
//	prefetch.AddStart(&l, host, 5) // the first 5 lines of *host
//	prefetch.Add(&l, &queue[i])    // the line in which the element begins
//	l.Fetch()
//
// A prefetch has no effect but on time, whatever the address. Where there is no such instruction
// nothing happens. A List does not keep alive what it refers to.
package prefetch

import "unsafe"

// lineBytes is the size of a cache line.
const lineBytes = 64

// Line fetches the line that p points to.
func Line[T any](p *T) { line(unsafe.Pointer(p)) }

// Start fetches the first n lines of a value.
func Start[T any](p *T, n int) { lines(unsafe.Pointer(p), uintptr(n)) }

// List is a list of cache lines to be fetched together. The zero value is empty. Of more lines than
// it holds, 256, it keeps most of the last.
type List struct {
	n  uint
	at [listLines + MaxLines]uintptr
}

const listLines = 256

// MaxLines is the number of lines that AddStart and AddPart add at most.
const MaxLines = 8

// Add adds the line that p points to.
func Add[T any](l *List, p *T) { l.add(uintptr(unsafe.Pointer(p))) }

// AddStart adds the first n lines of a value, at most MaxLines.
func AddStart[T any](l *List, p *T, n int) { AddPart(l, p, 0, n) }

// AddPart adds n lines of a value, at most MaxLines, from an offset in bytes. Taking the address of
// a field instead would make Go read the value, as a nil check, and wait for it.
func AddPart[T any](l *List, p *T, offset uintptr, n int) {
	l.addLines(uintptr(unsafe.Pointer(p))+offset, uint(n))
}

func (l *List) add(p uintptr) {
	l.at[l.n%listLines] = p
	l.n++
}

// addLines writes four or eight addresses and counts n of them, which is faster than a loop.
func (l *List) addLines(p uintptr, n uint) {
	x := (*[MaxLines]uintptr)(l.at[l.n%listLines:])
	x[0], x[1], x[2], x[3] = p, p+lineBytes, p+2*lineBytes, p+3*lineBytes
	if n > MaxLines/2 {
		x[4], x[5], x[6], x[7] = p+4*lineBytes, p+5*lineBytes, p+6*lineBytes, p+7*lineBytes
	}
	l.n += min(n, MaxLines)
}

// Fetch fetches the lines on the list, and empties it.
func (l *List) Fetch() {
	if n := min(l.n, listLines); n > 0 {
		all(&l.at[0], n)
	}
	l.n = 0
}

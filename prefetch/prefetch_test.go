package prefetch

import (
	"slices"
	"testing"
	"unsafe"
)

// A list has the lines that were added, each by an address in it, and is empty once fetched.
func TestList(t *testing.T) {
	var memory [40 * lineBytes]byte
	at := func(line uintptr) uintptr { return uintptr(unsafe.Pointer(&memory)) + line*lineBytes }
	var l List
	Add(&l, &memory[3*lineBytes])
	AddStart(&l, (*[20 * lineBytes]byte)(memory[lineBytes:]), 2)
	AddStart(&l, &memory, 5)
	AddPart(&l, &memory, 30*lineBytes, 1)
	want := []uintptr{at(3), at(1), at(2), at(0), at(1), at(2), at(3), at(4), at(30)}
	if got := l.at[:l.n]; !slices.Equal(got, want) {
		t.Errorf("the list is %x, want %x", got, want)
	}
	l.Fetch()
	AddStart(&l, &memory, 100)
	if l.n != MaxLines || l.at[MaxLines-1] != at(MaxLines-1) {
		t.Errorf("the list has %d lines of a large value, want %d", l.n, MaxLines)
	}
}

// A list that is too short for what is added keeps the last, and a few lines that follow them.
func TestALongList(t *testing.T) {
	var memory [1000 * lineBytes]byte
	var l List
	for i := range 999 {
		AddStart(&l, (*byte)(unsafe.Pointer(&memory[i*lineBytes])), 1)
	}
	first := uintptr(unsafe.Pointer(&memory))
	for i, p := range l.at[:listLines] {
		if line := (p - first) / lineBytes; line >= 999+MaxLines || line < 999-listLines {
			t.Errorf("line %d of the list is %d, added long before the last %d", i, line, listLines)
		}
	}
	l.Fetch()
	if l.n != 0 {
		t.Errorf("%d lines are left", l.n)
	}
}

// A prefetch reads and writes nothing, and does not fail beyond the end of the heap's memory.
func TestPrefetchingChangesNothing(t *testing.T) {
	memory := make([]int, 1000)
	memory[999] = 7
	Start(&memory[999], 1<<16)
	Line(&memory[0])
	Line((*int)(nil))
	var l List
	l.Fetch()
	AddPart(&l, &memory[0], 1<<40, MaxLines)
	l.Fetch()
	if memory[999] != 7 || slices.ContainsFunc(memory[:999], func(x int) bool { return x != 0 }) {
		t.Error("memory has changed")
	}
}

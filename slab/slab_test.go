package slab

import (
	"testing"
	"unsafe"
)

type node struct {
	next *node
	_    [Line - word]byte
}

var kept []any // has what it holds allocated on the heap

// aligned allocates several values of a type, and checks that each begins a cache line.
func aligned[T any](t *testing.T) {
	t.Helper()
	for range 20 {
		v := New[T]()
		kept = append(kept, v)
		if at := uintptr(unsafe.Pointer(v)) % Line; at != 0 {
			t.Fatalf("a %T begins %d bytes into a cache line", v, at)
		}
	}
}

// Values begin a cache line below, at and above the sizes at which the allocator's layout changes,
// with pointers and without.
func TestValuesBeginACacheLine(t *testing.T) {
	aligned[node](t)
	aligned[[7]node](t)
	aligned[[8]node](t)
	aligned[[9]node](t)
	aligned[[40]node](t)
	aligned[[41]node](t)
	aligned[[300]node](t)
	aligned[[510]node](t)
	aligned[[511]node](t)
	aligned[[512]node](t)
	aligned[[513]node](t)
	aligned[[5000]node](t)
	aligned[[Line]byte](t)
	aligned[[7 * Line]byte](t)
	aligned[[8 * Line]byte](t)
	aligned[[9 * Line]byte](t)
	aligned[[300 * Line]byte](t)
	aligned[[511 * Line]byte](t)
	aligned[[600 * Line]byte](t)
	kept = nil
}

func TestASlabsValuesLieSideBySide(t *testing.T) {
	s := Make[node]()
	if len(s) != Len || uintptr(unsafe.Pointer(&s[0]))%Line != 0 {
		t.Errorf("%d values, the first at %p", len(s), &s[0])
	}
}

// A pool hands out its owner's values first, in order, then what came back last, and only then
// makes more.
func TestPool(t *testing.T) {
	var own [3]node
	var p Pool[node]
	p.Add(own[:])
	a, b, c := p.Get(), p.Get(), p.Get()
	if a != &own[0] || b != &own[1] || c != &own[2] {
		t.Fatal("the owner's values are not handed out in order")
	}
	p.Put(a)
	p.Put(c)
	if p.Get() != c || p.Get() != a {
		t.Error("what came back last is not handed out first")
	}
	seen := map[*node]bool{a: true, b: true, c: true}
	for range 3 * Len {
		v := p.Get()
		if seen[v] {
			t.Fatal("one value is in use twice")
		}
		seen[v] = true
	}
}

// A value keeps what Put left in it, so that its slices are used again.
func TestAValueKeepsItsContents(t *testing.T) {
	var p Pool[[]int]
	s := p.Get()
	*s = append(*s, 1, 2, 3)
	p.Put(s)
	if got := p.Get(); cap(*got) < 3 {
		t.Error("the slice is gone")
	}
}

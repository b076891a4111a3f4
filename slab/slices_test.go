package slab

import "testing"

// A slice that has been put back is used next: owners that need one after the other share it.
func TestSlicesAreReused(t *testing.T) {
	var s Slices[int]
	first := append(s.Get(), 1, 2, 3)
	if kept := s.Put(first); kept != nil {
		t.Errorf("%v is kept of what was put back", kept)
	}
	for range 100 {
		list := append(s.Get(), 4)
		if &list[0] != &first[0] || len(list) != 1 {
			t.Fatalf("%v is not the slice that was put back, empty", list[:len(list)-1])
		}
		s.Put(list)
	}
	a, b := append(s.Get(), 1), append(s.Get(), 2)
	if &a[0] == &b[0] {
		t.Error("one slice is in use twice")
	}
	long := append(s.Get(), make([]int, 3*SliceCap)...)
	if kept := s.Put(long); cap(kept) != cap(long) || len(kept) != 0 {
		t.Errorf("of a long slice, capacity %d of %d and %d elements are kept", cap(kept), cap(long), len(kept))
	}
}

package client

import "testing"

// Of lists that are given back the next is made: a peer whose neighbours come to need
// them one after the other has as many as are needed at a time.
func TestListsAreHandedOn(t *testing.T) {
	var l slicePool[int]
	first := append(l.get(), 1, 2, 3)
	if kept := l.put(first); kept != nil {
		t.Errorf("%v is kept of what was given back", kept)
	}
	for range 100 {
		list := append(l.get(), 4)
		if &list[0] != &first[0] || len(list) != 1 {
			t.Fatalf("%v is not the list that was given back, empty", list[:len(list)-1])
		}
		l.put(list)
	}
	a, b := l.get(), l.get()
	if a, b = append(a, 1), append(b, 2); &a[0] == &b[0] {
		t.Error("two have the same list")
	}
	long := append(l.get(), make([]int, 3*pooledCap)...)
	if kept := l.put(long); cap(kept) != cap(long) || len(kept) != 0 {
		t.Errorf("of a long list %d of %d places are kept, with %d in it", cap(kept), cap(long), len(kept))
	}
}

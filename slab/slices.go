package slab

// SliceCap is the capacity of the slices of a Slices.
const SliceCap = 16

// Slices is a free list of slices of capacity SliceCap, for lists that are rarely longer. Lists of
// which few are in use at a time stay side by side in this way. The zero value is empty and ready
// to use.
type Slices[T any] struct {
	arrays Pool[[SliceCap]T]
}

// Add adds arrays that are not in use. Get returns slices of the first of them first.
func (s *Slices[T]) Add(arrays [][SliceCap]T) { s.arrays.Add(arrays) }

// Get returns an empty slice.
func (s *Slices[T]) Get() []T { return s.arrays.Get()[:0] }

// Put adds a slice that is no longer in use, and returns what its owner keeps: nil, or the slice
// itself, empty, if it has grown beyond SliceCap.
func (s *Slices[T]) Put(list []T) []T {
	if cap(list) != SliceCap {
		return list[:0]
	}
	s.arrays.Put((*[SliceCap]T)(list[:SliceCap]))
	return nil
}

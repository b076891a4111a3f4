package client

// usualList is how long lists of blocks mostly become at most. Few of a peer's neighbours
// have any at a time: what one no longer needs is the next one's, so that those in use
// stand side by side.
const (
	pooledCap = 16
	slabSize  = 4 // are made at a time
)

// lists are those that nobody has, to be taken from the end.
type slicePool[T any] []*[pooledCap]T

// add adds some, the first to be taken first.
func (l *slicePool[T]) add(made [][pooledCap]T) {
	for i := len(made) - 1; i >= 0; i-- {
		*l = append(*l, &made[i])
	}
}

// take returns an empty list.
func (l *slicePool[T]) get() []T {
	if len(*l) == 0 {
		l.add(make([][pooledCap]T, slabSize))
	}
	last := len(*l) - 1
	list := (*l)[last]
	*l = (*l)[:last]
	return list[:0]
}

// giveBack takes a list that is not needed now, and returns what is left of it: nothing,
// or if it has become longer than most, itself, empty.
func (l *slicePool[T]) put(list []T) []T {
	if cap(list) != pooledCap {
		return list[:0]
	}
	*l = append(*l, (*[pooledCap]T)(list[:pooledCap]))
	return nil
}

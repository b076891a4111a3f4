package netem

// lineup is the connections that wait for the uplink, first come, first served: a
// ring, so that who comes next is known without looking at those before.
type lineup struct {
	ring    []place // its length is a power of two
	head, n uint32
}

// place is one in the line. With Ideal a small message that is all that its connection
// has to send waits here itself: most do, since each piece is announced to every
// neighbour.
type place struct {
	slot    uint32
	message Message // if conn.inLine
}

// push returns the new place, of which the caller says what it holds.
func (l *lineup) push() *place {
	if int(l.n) == len(l.ring) {
		bigger := make([]place, 2*len(l.ring))
		for i := range l.n {
			bigger[i] = *l.at(i)
		}
		l.ring, l.head = bigger, 0
	}
	l.n++
	return l.at(l.n - 1)
}

// pop returns the first place, which stays as it is until the next push.
func (l *lineup) pop() *place {
	x := l.at(0)
	l.head++
	if l.n--; l.n == 0 {
		l.head = 0 // stay on the same cache lines
	}
	return x
}

// at is the i-th in the line, from 0.
func (l *lineup) at(i uint32) *place { return &l.ring[int(l.head+i)&(len(l.ring)-1)] }

package netem

// lineup is the connections that wait for the uplink, first come, first served: a
// ring, so that who comes next is known without looking at those before.
type TxQueue struct {
	ring      []TxSlot // its length is a power of two
	head, Len uint32
}

// place is one in the line. With Ideal a small message that is all that its connection
// has to send waits here itself: most do, since each piece is announced to every
// neighbour.
type TxSlot struct {
	Conn    uint32
	Message Message // if conn.inLine
}

// push returns the new place, of which the caller says what it holds.
func (l *TxQueue) Push() *TxSlot {
	if int(l.Len) == len(l.ring) {
		bigger := make([]TxSlot, 2*len(l.ring))
		for i := range l.Len {
			bigger[i] = *l.At(i)
		}
		l.ring, l.head = bigger, 0
	}
	l.Len++
	return l.At(l.Len - 1)
}

// pop returns the first place, which stays as it is until the next push.
func (l *TxQueue) Pop() *TxSlot {
	x := l.At(0)
	l.head++
	if l.Len--; l.Len == 0 {
		l.head = 0 // stay on the same cache lines
	}
	return x
}

// at is the i-th in the line, from 0.
func (l *TxQueue) At(i uint32) *TxSlot { return &l.ring[int(l.head+i)&(len(l.ring)-1)] }

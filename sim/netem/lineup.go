package netem

// lineup is the connections that wait for the uplink, first come, first served: a
// ring of their slots, so that who comes next is known without looking at
// those before.
type lineup struct {
	ring    []uint32 // its length is a power of two
	head, n uint32
}

func (l *lineup) push(slot uint32) {
	if int(l.n) == len(l.ring) {
		bigger := make([]uint32, max(8, 2*len(l.ring)))
		for i := range l.n {
			bigger[i] = l.at(i)
		}
		l.ring, l.head = bigger, 0
	}
	l.ring[int(l.head+l.n)&(len(l.ring)-1)] = slot
	l.n++
}

func (l *lineup) pop() uint32 {
	slot := l.at(0)
	l.head++
	l.n--
	return slot
}

// at is the i-th in the line, from 0.
func (l *lineup) at(i uint32) uint32 { return l.ring[int(l.head+i)&(len(l.ring)-1)] }

package stack

import "swarmsim/sim/netem/packet"

// TxSchedule holds the connections that wait for the uplink, first in, first out. It is a
// ring, so that the next ones are known without reading those before.
type TxSchedule struct {
	Ring    []TxSlot // its length is a power of two
	head, n uint32
}

// TxSlot is a connection in a TxSchedule. A small message that is all that an ideal
// connection has to send is in the slot itself: most are, since each piece is announced to
// every neighbour.
type TxSlot struct {
	Conn    uint32
	Message packet.Message // if Conn.InTxSlot
}

// Len is the number of connections that wait.
func (q *TxSchedule) Len() uint32 { return q.n }

// Push adds a slot, which the caller fills in.
func (q *TxSchedule) Push() *TxSlot {
	if int(q.n) == len(q.Ring) {
		bigger := make([]TxSlot, 2*len(q.Ring))
		for i := range q.n {
			bigger[i] = *q.At(i)
		}
		q.Ring, q.head = bigger, 0
	}
	q.n++
	return q.At(q.n - 1)
}

// Pop removes the first slot, which stays as it is until the next Push.
func (q *TxSchedule) Pop() *TxSlot {
	x := q.At(0)
	q.head++
	if q.n--; q.n == 0 {
		q.head = 0 // stay on the same cache lines
	}
	return x
}

// At is the i-th slot from the first, from 0.
func (q *TxSchedule) At(i uint32) *TxSlot { return &q.Ring[int(q.head+i)&(len(q.Ring)-1)] }

// Clear empties the queue.
func (q *TxSchedule) Clear() { q.head, q.n = 0, 0 }

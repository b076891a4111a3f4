package stack

import (
	"testing"

	"swarmsim/sim/netem/packet"
)

// A TxSchedule keeps its order while it wraps around and grows.
func TestTxScheduleKeepsItsOrder(t *testing.T) {
	q := TxSchedule{Ring: make([]TxSlot, 2)}
	pushed, popped := uint32(0), uint32(0)
	for range 10 {
		for range 3 {
			q.Push().Conn = pushed
			pushed++
		}
		for range 2 {
			if got := q.Pop().Conn; got != popped {
				t.Fatalf("connection %d is next; want %d", got, popped)
			}
			popped++
		}
	}
	if q.Len() != 10 || q.At(0).Conn != popped {
		t.Errorf("%d wait, first %d; want 10, first %d", q.Len(), q.At(0).Conn, popped)
	}
}

// Messages are queued in order, and their nodes and blobs go back to the pools.
func TestQueueOfMessages(t *testing.T) {
	s := &Stack{Nodes: make([]Node, 1)}
	c := &Conn{}
	add := func(x uint32, put func(*Conn, uint32), blob []byte) {
		n := s.NewNode(blob)
		s.Nodes[n].Message = packet.Message{X: x}
		put(c, n)
	}
	add(2, s.Append, nil)
	add(3, s.Append, []byte("three"))
	add(1, s.Prepend, nil)
	var got []uint32
	for n := c.Head; n != 0; n = s.Nodes[n].Next {
		got = append(got, s.Nodes[n].Message.X)
	}
	if len(got) != 3 || got[0] != 1 || got[1] != 2 || got[2] != 3 {
		t.Errorf("messages %v wait; want 1, 2, 3", got)
	}
	s.ClearSendQueue(c)
	if len(s.FreeNodes) != 3 || c.Head != 0 || s.Blobs.Get(1) != nil {
		t.Errorf("%d nodes are free, the queue begins with node %d, blob %q", len(s.FreeNodes), c.Head, s.Blobs.Get(1))
	}
}

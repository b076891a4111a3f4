package stack

import "swarmsim/prefetch"

// How many are prefetched: connections in TxSchedule, free nodes, the slot in TxSchedule whose
// messages are prefetched, and connections whose first message is a block.
const (
	connsAhead   = 6
	MessageAhead = 3
	nodesAhead   = 2
	blocksAhead  = 2
)

// HotLines are the cache lines of a Stack up to Traffic.
const HotLines = 4

// txSlotLines are the cache lines of the first slots of TxSchedule.
const txSlotLines = 3

// PrefetchQueues adds the queues of connections and of free nodes.
func (s *Stack) PrefetchQueues(l *prefetch.List) {
	if len(s.TxSchedule.Ring) > 0 {
		prefetch.AddStart(l, s.TxSchedule.At(0), txSlotLines)
	}
	if n := len(s.FreeNodes); n > 0 {
		prefetch.Add(l, &s.FreeNodes[n-1])
	}
}

// PrefetchConns adds the connections in TxSchedule, and the nodes of the next messages.
func (s *Stack) PrefetchConns(l *prefetch.List) {
	for i := range min(s.TxSchedule.n, connsAhead) {
		prefetch.Add(l, &s.Conns[s.TxSchedule.At(i).Conn])
	}
	for i := range min(len(s.FreeNodes), nodesAhead) {
		prefetch.Add(l, &s.Nodes[s.FreeNodes[len(s.FreeNodes)-1-i]])
	}
}

// PrefetchConn adds a connection.
func (s *Stack) PrefetchConn(l *prefetch.List, slot uint32) {
	if int(slot) < len(s.Conns) {
		prefetch.Add(l, &s.Conns[slot])
	}
}

// PrefetchLeaving adds the messages that the uplink sends next. In steps after the first
// it calls sent for the connections whose first message is a block.
func (s *Stack) PrefetchLeaving(l *prefetch.List, step int, sent func(c ConnID)) {
	blocks := 0
	for i := range min(s.TxSchedule.n, connsAhead) {
		slot := s.TxSchedule.At(i).Conn
		n := s.Conns[slot].Head
		switch {
		case n == 0:
		case step == 0:
			prefetch.Add(l, &s.Nodes[n])
		case s.Nodes[n].Message.NotifySent:
			if blocks++; blocks > blocksAhead {
				return
			}
			prefetch.Add(l, &s.Nodes[s.Nodes[n].Next]) // it may share the segment
			sent(ConnID(slot))
		}
	}
}

// Dequeue takes the first connection from TxSchedule, and prefetches those a few places
// behind it.
func (s *Stack) Dequeue() *TxSlot {
	if i := uint32(connsAhead); i < s.TxSchedule.n {
		prefetch.Line(&s.Conns[s.TxSchedule.At(i).Conn])
	}
	if i := uint32(MessageAhead); i < s.TxSchedule.n {
		prefetch.Line(&s.Nodes[s.Conns[s.TxSchedule.At(i).Conn].Head])
	}
	x := s.TxSchedule.Pop()
	s.Conns[x.Conn].Scheduled = false
	return x
}

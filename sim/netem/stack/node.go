package stack

import "swarmsim/sim/netem/packet"

// Node is a message in a host's pool, queued at one of its connections. It takes half a
// cache line.
type Node struct {
	Message packet.Message
	Blob    uint32 // in Blobs
	Next    uint32
	_       [4]byte
}

// NewNode takes a node from the pool. Its Next and Blob are set, its Message is not.
func (s *Stack) NewNode(blob []byte) uint32 {
	var n uint32
	if free := len(s.FreeNodes); free > 0 {
		n = s.FreeNodes[free-1]
		s.FreeNodes = s.FreeNodes[:free-1]
	} else {
		n = uint32(len(s.Nodes))
		s.Nodes = append(s.Nodes, Node{})
	}
	x := &s.Nodes[n]
	x.Next = 0
	if blob != nil {
		x.Blob = s.Blobs.Put(blob)
	}
	return n
}

// FreeNode returns a node to the pool and returns the one behind it.
func (s *Stack) FreeNode(n uint32) (next uint32) {
	x := &s.Nodes[n]
	next = x.Next
	if x.Blob != 0 {
		s.Blobs.Take(x.Blob)
		x.Blob = 0
	}
	s.FreeNodes = append(s.FreeNodes, n)
	return next
}

// Append puts a message behind those that wait at a connection.
func (s *Stack) Append(c *Conn, n uint32) {
	if c.Head == 0 {
		c.Head = n
	} else {
		s.Nodes[c.Tail].Next = n
	}
	c.Tail = n
}

// Prepend puts a message before those that wait at a connection.
func (s *Stack) Prepend(c *Conn, n uint32) {
	s.Nodes[n].Next = c.Head
	if c.Head == 0 {
		c.Tail = n
	}
	c.Head = n
}

// ClearSendQueue empties a connection's send queue.
func (s *Stack) ClearSendQueue(c *Conn) {
	for n := c.Head; n != 0; {
		n = s.FreeNode(n)
	}
	c.Head, c.Tail, c.HeadSent, c.InTxSlot = 0, 0, 0, false
}

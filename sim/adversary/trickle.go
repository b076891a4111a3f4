package adversary

import (
	"time"

	"swarmsim/client"
)

// credit is for how long a share of the rate that a neighbour did not use is kept.
const credit = time.Second

// sendBlock appends a block, or holds it until the neighbour's rate limit allows it.
func (a *Adversary) sendBlock(id client.ConnID, m *client.Message, garbage bool, out []client.Action) []client.Action {
	c := a.conn(id)
	if a.behaviour.PeerRate > 0 && (len(c.held) > 0 || c.due > a.now) {
		c.held = append(c.held, *m)
		c.heldGarbage = append(c.heldGarbage, garbage)
		return out
	}
	a.charge(c, m)
	return a.send(id, m, garbage, out)
}

// charge moves on when the next block may be sent to a neighbour.
func (a *Adversary) charge(c *conn, m *client.Message) {
	if rate := a.behaviour.PeerRate; rate > 0 {
		c.due = max(c.due, a.now-credit) + time.Duration(float64(m.Length)/rate*1e9)
	}
}

// sendDue appends the held blocks that may be sent by now.
func (a *Adversary) sendDue(out []client.Action) []client.Action {
	for i := range a.conns {
		c := &a.conns[i]
		for c.live && len(c.held) > 0 && c.due <= a.now {
			m, garbage := c.held[0], c.heldGarbage[0]
			c.held, c.heldGarbage = c.held[1:], c.heldGarbage[1:]
			a.charge(c, &m)
			out = a.send(client.ConnID(i), &m, garbage, out)
		}
	}
	return out
}

package adversary

import "swarmsim/client"

// send appends a block that is sent now, corrupt if it is garbage or by chance.
func (a *Adversary) send(id client.ConnID, m *client.Message, garbage bool, out []client.Action) []client.Action {
	c := a.conn(id)
	c.sent = append(c.sent, garbage)
	out = append(out, client.Action{Kind: client.Send, Conn: id, Message: *m})
	if garbage || a.behaviour.Corrupt > 0 && a.random.Float64() < a.behaviour.Corrupt {
		a.spoil(out)
	}
	return out
}

// spoil makes the block of the last action corrupt. The first byte of real content is inverted;
// virtual content is marked.
func (a *Adversary) spoil(out []client.Action) {
	a.counts.CorruptSent++
	for len(a.corrupt) < len(out) {
		a.corrupt = append(a.corrupt, false)
	}
	a.corrupt[len(out)-1] = true
	if m := &out[len(out)-1].Message; m.Data != nil {
		m.Data = append([]byte(nil), m.Data...)
		m.Data[0] ^= 0xff
	}
}

// filterSent handles that the network has taken a block. The client does not hear of garbage.
func (a *Adversary) filterSent(e *client.Event, out []client.Action) (answer []client.Action, passed bool) {
	c := a.conn(e.Conn)
	if len(c.sent) == 0 {
		return out, true
	}
	garbage := c.sent[0]
	c.sent = c.sent[1:]
	if !garbage {
		return out, true
	}
	a.counts.BlocksSent++
	a.counts.BytesSent += int64(e.Message.Length)
	c.sending = false
	return a.sendGarbage(e.Conn, out), false
}

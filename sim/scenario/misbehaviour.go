package scenario

import "time"

// checkMisbehaviour finds what contradicts itself in a client that misbehaves.
func (d *decoder) checkMisbehaviour(c *Client, field string) {
	m := &c.Misbehaviour
	if m.Insist > 0 && m.Insist < Duration(time.Second) {
		d.failAt(field+".insist", "%v is too short; 1 s is the least, and 0 s is never", m.Insist)
	}
	if m.Answer == "reject" && !c.Fast {
		d.failAt(field+".answer", "reject needs fast_extension: true; without it nothing can be rejected")
	}
	if m.Answer != "" && m.Claim == 0 {
		d.failAt(field+".answer", "means nothing without claim: the share of the pieces that are only claimed")
	}
	if (m.Claim > 0 || m.Hide > 0) && c.Offer != "all" {
		d.failAt(field, "claim and hide contradict offer %s, which says what a seed shows", c.Offer)
	}
}

// checkSybils finds what means nothing of hosts that are no peers.
func (d *decoder) checkSybils(g *Group, field string) {
	for _, x := range []struct {
		name string
		said bool
	}{
		{"seed", g.Seed}, {"corrupt", g.Corrupt > 0}, {"crash", g.Crash > 0}, {"gives", g.Gives > 0},
		{"stay", g.Stay.kind != forever}, {"give_up", g.GiveUp.kind != forever}, {"client", g.Client != nil},
	} {
		if x.said {
			d.failAt(field+"."+x.name, "means nothing of sybils, which only register at the tracker")
		}
	}
}

package scenario

import "time"

// revealAll is the strategy of a seed that announces all its pieces.
const revealAll = "all"

// checkMisbehaviour reports contradictions in the settings of a client that misbehaves.
func (d *decoder) checkMisbehaviour(c *Client, field string) {
	m := &c.Misbehaviour
	if m.ForcedAnnounceInterval > 0 && m.ForcedAnnounceInterval < Duration(time.Second) {
		d.failAt(field+".forced_announce_interval", "%v is too short; the minimum is 1 s, and 0 s is never",
			m.ForcedAnnounceInterval)
	}
	if m.OverReportReply == ReplyReject && !c.FastExtension {
		d.failAt(field+".over_report_reply", "reject needs fast_extension: true; without it there is no reject message")
	}
	if m.OverReportReply != "" && m.OverReport == 0 {
		d.failAt(field+".over_report_reply", "has no effect without over_report, the share of missing pieces that "+
			"it claims to have")
	}
	if (m.OverReport > 0 || m.UnderReport > 0) && c.Reveal.Name != revealAll {
		d.failAt(field, "over_report and under_report contradict reveal: %s, which decides what a seed announces",
			c.Reveal.Name)
	}
}

// checkSybils reports fields that have no effect on a group of sybils, whose members are no
// peers.
func (d *decoder) checkSybils(g *Group, field string) {
	for _, x := range []struct {
		name  string
		given bool
	}{
		{"seed", g.Seed},
		{"corrupt", g.Corrupt > 0},
		{"crash", g.Crash > 0},
		{"seed_ratio", g.SeedRatio > 0},
		{"stay", g.Stay.kind != forever},
		{"give_up", g.GiveUp.kind != forever},
		{"client", g.Client != nil},
	} {
		if x.given {
			d.failAt(field+"."+x.name, "has no effect on sybils, which only register at the tracker")
		}
	}
}

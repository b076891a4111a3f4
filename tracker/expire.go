package tracker

import "time"

// cursor is where the next check for silent members is: at a member of a swarm, going down.
type cursor struct{ swarm, member int }

// expire removes silent members during an announce of a peer of s.
func (t *Tracker) expire(now time.Duration, s *swarm) {
	switch {
	case t.config.ExpireWork > 0:
		s.checkedAt = now // a swarm that is announced to is not forgotten
		t.ExpireSome(now, t.config.ExpireWork)
	case now-s.checkedAt >= t.config.Interval/2:
		before := now - t.config.Expire
		t.count.Leechers -= s.leechers
		t.count.Seeds -= s.seeds()
		s.expire(before)
		t.count.Leechers += s.leechers
		t.count.Seeds += s.seeds()
		s.checkedAt = now
	}
}

// ExpireSome checks a number of members, and removes those that have been silent for longer than
// Config.Expire. It also forgets swarms that have no members and no announces for that long. It
// goes on where the last check ended, so that repeated calls check all swarms. A server calls it
// now and then, because there may be no announces.
func (t *Tracker) ExpireSome(now time.Duration, members int) {
	before := now - t.config.Expire
	for members > 0 && len(t.order) > 0 {
		if t.cursor.swarm >= len(t.order) {
			t.cursor = cursor{0, len(t.order[0].members)}
		}
		s := t.order[t.cursor.swarm]
		members-- // a swarm without members counts as one
		if t.cursor.member = min(t.cursor.member, len(s.members)); t.cursor.member == 0 {
			t.nextSwarm(s, before)
			continue
		}
		t.cursor.member--
		if i := t.cursor.member; s.members[i].announcedAt < before {
			t.leave(s, i)
		}
	}
}

// nextSwarm moves the cursor from s to the next swarm, and forgets s if it is not in use.
func (t *Tracker) nextSwarm(s *swarm, before time.Duration) {
	if len(s.members) == 0 && s.checkedAt < before {
		t.forget(s) // the last swarm is now at the cursor
	} else {
		t.cursor.swarm++
	}
	if t.cursor.swarm < len(t.order) {
		t.cursor.member = len(t.order[t.cursor.swarm].members)
	}
}

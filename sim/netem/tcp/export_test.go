package tcp

import "time"

// LoseFirst puts a connection into recovery with its first range lost, and lets its timeout
// expire soon.
func (l *Layer) LoseFirst(slot uint32, rtoAt time.Duration) {
	f := l.flow(slot)
	f.rtoAt, f.inRecovery, f.recoveryPoint = rtoAt, true, f.sndNxt
	f.markLost(&f.unacked[f.firstUnacked])
	l.Schedule(slot)
}

const MaxAcks = maxAcks

package tcp

import (
	"fmt"
	"time"
)

// Info is the state of a connection, as Linux shows it (TCP_INFO).
type Info struct {
	Cwnd, Ssthresh float64 // in bytes
	SRTT, RTO      time.Duration
	RTOAt          time.Duration // when the retransmission timeout expires, 0 for none
	Backoff        int           // timeouts in a row
	InRecovery     bool
	RTORecovery    bool // the recovery follows a timeout
	SndUna, SndNxt uint32
	RcvNxt         uint32
}

// Unlimited is the slow start threshold before a loss.
const Unlimited = unlimited

// Info returns the state of a connection.
func (l *Layer) Info(slot uint32) Info {
	f := l.flow(slot)
	return Info{
		Cwnd:        f.cubic.cwnd,
		Ssthresh:    f.cubic.ssthresh,
		SRTT:        f.srtt,
		RTO:         f.rto(),
		RTOAt:       f.rtoAt,
		Backoff:     int(f.backoff),
		InRecovery:  f.inRecovery,
		RTORecovery: f.rtoRecovery,
		SndUna:      f.sndUna,
		SndNxt:      f.sndNxt,
		RcvNxt:      f.rcvNxt,
	}
}

// Check compares what a flow counts with its ranges.
func (l *Layer) Check(slot uint32) error {
	f := l.flow(slot)
	pipe, sacked, lost, at := uint32(0), uint32(0), uint32(0), f.sndUna
	for _, r := range f.unacked[f.firstUnacked:] {
		if before(r.seq, at) {
			return fmt.Errorf("ranges overlap between %d and %d", r.seq, at)
		}
		at = r.end()
		switch {
		case r.sacked:
			sacked += r.n
		case r.inFlight():
			pipe += r.n
		default:
			lost += r.n
		}
	}
	if before(f.sndNxt, at) || pipe != f.pipe || sacked != f.sacked || lost != f.lost {
		return fmt.Errorf("%d to %d: %d in flight, %d sacked, %d lost; counted %d, %d, %d",
			f.sndUna, f.sndNxt, pipe, sacked, lost, f.pipe, f.sacked, f.lost)
	}
	return nil
}

// FitDropTail replaces the fitted parameters of the uplink queue, for the test that fits
// them.
func (l *Layer) FitDropTail(atOncePercent, cutPercent uint8) {
	l.dropTail.Fit(atOncePercent, cutPercent)
}

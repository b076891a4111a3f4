package client

import (
	"time"

	"swarmsim/client/backlog"
)

var immediateEntry = LoopEntry{
	Name:     "immediate",
	About:    "Act as soon as there is reason to.",
	Defaults: func() any { return &struct{}{} },
	New:      func(any) Loop { return immediate{} },
}

// immediate acts as soon as there is reason to. It is a pointer, so that a Loop holds it without
// memory of its own, which every message would touch.
type immediate struct{ p *Peer }

func (immediate) attach(p *Peer) Loop { return immediate{p} }

func (l immediate) begin() { l.p.announceEvent(Started) }

func (l immediate) next() time.Duration { return l.p.nextRound }

func (l immediate) tick() {
	p := l.p
	if p.now >= p.nextRound {
		p.nextRound += p.settings.Choking.Interval
		p.rechoke(true)
		if p.settings.Choking.InterestAtRounds {
			p.updateInterest()
		}
	}
}

func (immediate) end(EventKind, ConnID) {}

func (l immediate) request(id ConnID, why backlog.Trigger) { l.p.sendRequests(id, why) }

func (l immediate) requestReopened(id ConnID) { l.p.request(id, backlog.PieceAvailable) }

func (l immediate) onBlockHandled(id ConnID, _ bool) { l.p.request(id, backlog.BlockReceived) }

func (l immediate) onRejectHandled(_ ConnID, opened bool) {
	if opened {
		l.p.requestReopened()
	}
}

func (l immediate) send(id ConnID, k Kind) *Message { return l.p.sendNow(id, k) }

func (immediate) mayUpload(*conn) bool { return true }

func (l immediate) uploadSoon(id ConnID) { l.p.upload(id) }

func (l immediate) onBlockTaken(id ConnID) { l.p.upload(id) }

func (immediate) onEstablished(*conn) {}

func (immediate) defers() bool { return false }

func (immediate) onPieceVerified(int) {}

func (l immediate) onCompleted() {
	if !l.p.settings.Choking.Unchoke.waits() {
		l.p.rechoke(false)
	}
}

func (immediate) onRechoked() {}

func (l immediate) onAddresses() { l.p.dialMore() }

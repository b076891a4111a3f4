package measure

// SeedUpload measures how much content the initial seeds have sent at two moments: when the
// union of all leechers first holds every piece, so that the swarm no longer depends on the
// seeds, and when the last leecher completes.
type SeedUpload struct {
	sent func() int64 // bytes of content that the initial seeds have sent so far

	onLeecher []bool // pieces that some leecher has or had
	missing   int    // pieces that are not

	AtFullReplica    int64 // bytes sent when the leechers together first held every piece; -1 before
	AtLastCompletion int64 // bytes; -1 before the first completion
	completion       bool  // a leecher has completed in the window that is being applied
}

// NewSeedUpload starts a measurement. sent is called at the two moments only.
func NewSeedUpload(pieces int, sent func() int64) SeedUpload {
	return SeedUpload{
		sent:             sent,
		onLeecher:        make([]bool, pieces),
		missing:          pieces,
		AtFullReplica:    -1,
		AtLastCompletion: -1,
	}
}

// PieceCompleted records that a leecher has a piece.
func (u *SeedUpload) PieceCompleted(piece int) {
	if u.onLeecher[piece] {
		return
	}
	u.onLeecher[piece] = true
	if u.missing--; u.missing == 0 {
		u.AtFullReplica = u.sent()
	}
}

// LeecherCompleted records that a leecher has completed.
func (u *SeedUpload) LeecherCompleted() { u.completion = true }

// EndWindow is called when all events of a window are applied. Summing over the seeds once a
// window is enough: their counters are those at its end anyway.
func (u *SeedUpload) EndWindow() {
	if u.completion {
		u.completion, u.AtLastCompletion = false, u.sent()
	}
}

package measure

import "testing"

func TestSeedUpload(t *testing.T) {
	sent := int64(100)
	u := NewSeedUpload(2, func() int64 { return sent })
	u.PieceCompleted(1)
	u.PieceCompleted(1) // on another leecher
	u.EndWindow()
	if u.AtFullReplica != -1 || u.AtLastCompletion != -1 {
		t.Errorf("with one of two pieces: %d, %d", u.AtFullReplica, u.AtLastCompletion)
	}
	sent = 200
	u.PieceCompleted(0)
	sent = 300
	u.LeecherCompleted()
	u.EndWindow()
	sent = 400
	u.EndWindow() // without a completion
	if u.AtFullReplica != 200 || u.AtLastCompletion != 300 {
		t.Errorf("union at %d bytes, last completion at %d; want 200 and 300", u.AtFullReplica, u.AtLastCompletion)
	}
}

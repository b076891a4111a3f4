package record

import "time"

// Milestones are the times at which a download had its tenth piece and lacked ten. They are 0 before,
// and LastTen is 0 of content with ten pieces or fewer.
type Milestones struct{ TenthPiece, LastTen time.Duration }

// milestonePieces is the number of pieces that count as the first and as the last pieces of a
// download.
const milestonePieces = 10

// PieceCompleted notes that the download has a number of the content's pieces.
func (m *Milestones) PieceCompleted(have, pieces int, now time.Duration) {
	if have == milestonePieces {
		m.TenthPiece = now
	}
	if have == pieces-milestonePieces {
		m.LastTen = now
	}
}

// MilestoneTimes collects how long leechers waited for their first and for their last pieces.
type MilestoneTimes struct{ first, tenth, untilLastTen, lastTen []time.Duration }

// Add adds a leecher. A time that is 0 has not come.
func (t *MilestoneTimes) Add(arrived, firstPiece, completed time.Duration, m Milestones) {
	if firstPiece > 0 {
		t.first = append(t.first, firstPiece-arrived)
	}
	if m.TenthPiece > 0 {
		t.tenth = append(t.tenth, m.TenthPiece-arrived)
	}
	if m.LastTen == 0 {
		return
	}
	t.untilLastTen = append(t.untilLastTen, m.LastTen-arrived)
	if completed > 0 {
		t.lastTen = append(t.lastTen, completed-m.LastTen)
	}
}

// Summarize sets the fields of a summary.
func (t *MilestoneTimes) Summarize(s *Summary) {
	s.FirstPieceS, s.FirstTenS = NewCompletion(t.first), NewCompletion(t.tenth)
	s.UntilLastTenS, s.LastTenS = NewCompletion(t.untilLastTen), NewCompletion(t.lastTen)
}

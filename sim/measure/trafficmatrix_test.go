package measure

import "testing"

// Groups 0 and 1 are in an area, group 2 is outside.
func TestTrafficMatrixArea(t *testing.T) {
	m := NewTrafficMatrix(3, 2)
	m.Add(0, 0, 1, 5)
	m.Add(1, 0, 1, 6) // on another worker
	m.Add(0, 2, 0, 10)
	m.Add(0, 1, 2, 100)
	m.Add(1, 2, 2, 1000)
	if got := m.Between(0, 1); got != 11 {
		t.Errorf("group 1 received %d bytes from group 0, want 11", got)
	}
	a := m.Area("area", func(g int) bool { return g < 2 })
	if a.WithinBytes != 11 || a.InBytes != 10 || a.OutBytes != 100 {
		t.Errorf("%+v", a)
	}
}

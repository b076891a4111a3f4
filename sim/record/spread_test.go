package record

import "testing"

func TestSpread(t *testing.T) {
	if got := NewSpread([]float64{5, 1, 4, 2, 3}); got != (Spread{5, 3, 1.8, 3, 4.2, 5}) {
		t.Errorf("1 to 5: %+v", got)
	}
	if got := NewSpread(nil); got != (Spread{}) {
		t.Errorf("none: %+v", got)
	}
}

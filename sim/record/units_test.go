package record

import "testing"

func TestRanges(t *testing.T) {
	if got := Ranges([]int{3, 7, 8, 9, 12}); got != "3,7-9,12" {
		t.Error(got)
	}
	if got := Ranges(nil); got != "" {
		t.Error(got)
	}
}

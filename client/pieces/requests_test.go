package pieces

import (
	"slices"
	"testing"
)

// Requests are two queues: a reserved block becomes outstanding when it is sent, and both are found
// and removed.
func TestRequestsAreTwoQueues(t *testing.T) {
	var r Requests
	for b := Block(1); b <= 4; b++ {
		r.Reserve(b)
	}
	if b := r.Send(); b != 1 {
		t.Errorf("block %d is sent first, want 1", b)
	}
	r.Send()
	if !slices.Equal(r.Outstanding(), []Block{1, 2}) || !slices.Equal(r.Reserved(), []Block{3, 4}) {
		t.Errorf("outstanding %v, reserved %v", r.Outstanding(), r.Reserved())
	}
	if outstanding, reserved := r.Remove(3); outstanding || !reserved {
		t.Error("block 3 was not reserved")
	}
	if outstanding, reserved := r.Remove(1); !outstanding || reserved {
		t.Error("block 1 was not outstanding")
	}
	if outstanding, reserved := r.Remove(9); outstanding || reserved {
		t.Error("block 9 was there")
	}
	r.RemoveFunc(func(b Block) bool { return b == 4 })
	if r.OutstandingCount() != 1 || r.ReservedCount() != 0 || !r.Has(2) {
		t.Errorf("%d outstanding, %d reserved", r.OutstandingCount(), r.ReservedCount())
	}
}

package measure

import (
	"testing"
	"time"
)

func TestStarvationMustLast(t *testing.T) {
	const interval = 20 * time.Second
	var s Starvation
	for i, c := range []struct{ stuck, reached bool }{
		{true, false}, {true, false}, {false, false}, {true, false}, {true, false}, {true, true}, {false, false},
	} {
		if s.Sample(c.stuck); s.Reached(interval) != c.reached {
			t.Errorf("sample %d: reached is %v", i, !c.reached)
		}
	}
}

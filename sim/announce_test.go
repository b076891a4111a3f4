package sim

import (
	"testing"
	"time"
)

func TestAnnounceConn(t *testing.T) {
	var idle announceConn
	if idle.uses(0) || idle.expired(time.Hour) {
		t.Error("an idle announce uses a connection or expires")
	}
	a := announceConn{active: true, conn: 3, deadline: 10 * time.Second}
	if !a.uses(3) || a.uses(4) || a.expired(9*time.Second) || !a.expired(10*time.Second) {
		t.Errorf("%+v", a)
	}
}

// Only a complete peer announces that it has no bytes left.
func TestBytesLeft(t *testing.T) {
	for _, c := range []struct {
		useful   int64
		complete bool
		want     int64
	}{{0, false, 100}, {40, false, 60}, {100, false, 1}, {120, false, 1}, {40, true, 0}} {
		if got := bytesLeft(100, c.useful, c.complete); got != c.want {
			t.Errorf("%d of 100 bytes, complete %v: %d left, want %d", c.useful, c.complete, got, c.want)
		}
	}
}

package measure

import (
	"testing"
	"time"
)

func TestDownloadTime(t *testing.T) {
	var d DownloadTime
	d.Start(0)
	d.Start(6 * time.Second)
	if got := d.SinceSample(10 * time.Second); got != 14*time.Second {
		t.Errorf("in the first interval %v, want 10 s and 4 s", got)
	}
	d.Stop(13 * time.Second)
	if got := d.SinceSample(20 * time.Second); got != 13*time.Second {
		t.Errorf("in the second interval %v, want 3 s and 10 s", got)
	}
	d.Stop(20 * time.Second)
	if got := d.SinceSample(30 * time.Second); got != 0 {
		t.Errorf("with no leecher %v", got)
	}
}

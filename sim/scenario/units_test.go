package scenario

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A hint names the intended unit and does not mistake bits for bytes.
func TestUnitHints(t *testing.T) {
	for text, want := range map[string]string{
		"1 Mb/s": "Mbit/s", "1 Mbit": "Mbit/s", "10 kb/s": "kbit/s", "1 Mbps": "Mbit/s", "1 mbps": "Mbit/s", "1 MBps": "MB/s", "3 KBps": "kB/s", "2 MiBps": "MiB/s", "5 kbits/s": "kbit/s", "1 gbit/s": "Gbit/s",
	} {
		var r Rate
		if err := r.Parse(text); err == nil || !strings.Contains(err.Error(), "did you mean \""+want+"\"?") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{"64 mb": `mean "MB"`, "64 kib": `mean "KiB"`, "64 Mbit": "which counts bits", "3 megabytes": "is unknown; an amount", "1 PB": "is unknown; an amount"} {
		var b Bytes
		if err := b.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// A value that is written with a unit is read back exactly.
func TestRandomUnitsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		x := math.Exp(r.Float64() * math.Log(maxRate))
		var rate Rate
		if err := rate.Parse(Rate(x).String()); err != nil || rate != Rate(x) {
			t.Fatalf("%v is written %v and read %v, %v", x, Rate(x), float64(rate), err)
		}
		d := Duration(math.Exp(r.Float64() * math.Log(float64(maxDuration))))
		var back Duration
		if err := back.Parse(d.String()); err != nil || back != d {
			t.Fatalf("%d ns are written %v and read %d, %v", d, d, back, err)
		}
	}
	if s := Duration(1_000_000 * time.Second).String(); s != "1000000 s" {
		t.Errorf("1,000,000 s are written %s", s)
	}
}

// Parse reads what String writes.
func TestUnitsRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := Bytes(rapid.Int64Range(0, 1<<50).Draw(r, "bytes"))
		d := Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(r, "duration"))
		var b2 Bytes
		var d2 Duration
		if err := b2.Parse(b.String()); err != nil || b2 != b {
			r.Fatalf("%d B wrote %v and read %d, %v", int64(b), b, int64(b2), err)
		}
		// The unit is chosen to be short, which may round the last nanosecond
		// of a long time.
		if err := d2.Parse(d.String()); err != nil || d2-d > 1000 || d-d2 > 1000 {
			r.Fatalf("%d ns wrote %v and read %d, %v", int64(d), d, int64(d2), err)
		}
	})
}

func TestDistributions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for text, mean := range map[string]float64{
		"1 MB/s": 1e6, "500 kB/s to 1500 kB/s": 1e6, "exponential 1 MB/s": 1e6,
		"lognormal 1 MB/s sigma 0.5": 1e6 * 1.1331, "weibull 1 MB/s shape 2": 1e6 * 0.8862,
	} {
		var d RateDist
		if err := d.Parse(text); err != nil {
			t.Fatal(err)
		}
		if d.String() != text && text[:3] != "500" {
			t.Errorf("%s writes itself %s", text, d)
		}
		sum := 0.0
		for range 20_000 {
			sum += float64(d.Draw(r))
		}
		if got := sum / 20_000; got < 0.97*mean || got > 1.03*mean {
			t.Errorf("%s: mean %.0f, want %.0f", text, got, mean)
		}
	}
}

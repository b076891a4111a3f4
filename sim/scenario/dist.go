package scenario

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"swarmsim/portable"
)

// A value that may differ between peers is written as a distribution:
//
//	1 MB/s                        the same for all peers
//	500 kB/s to 2 MB/s            uniform
//	exponential 10 min            with this mean
//	lognormal 1 MB/s sigma 0.8    with this median
//	weibull 300 min shape 0.6     with this scale
//	forever                       no end (durations)

type distKind uint8

const (
	unset distKind = iota
	fixed
	uniform
	exponential
	lognormal
	weibull
	forever
)

type dist struct {
	kind distKind
	a, b float64
}

// RateDist is a distribution of rates.
type RateDist struct{ dist }

// DurationDist is a distribution of durations.
type DurationDist struct{ dist }

// parseDist reads the forms above; amount reads one value.
func parseDist(s string, amount func(string) (float64, error)) (dist, error) {
	if low, high, ok := strings.Cut(s, " to "); ok {
		a, err := amount(low)
		if err != nil {
			return dist{}, err
		}
		b, err := amount(high)
		if err == nil && b < a {
			err = fmt.Errorf("%q ends below its start", s)
		}
		return dist{uniform, a, b}, err
	}
	word, rest, _ := strings.Cut(s, " ")
	switch word {
	case "exponential":
		a, err := amount(rest)
		return dist{exponential, a, 0}, err
	case "lognormal":
		return parseShaped(s, rest, "sigma", lognormal, amount)
	case "weibull":
		return parseShaped(s, rest, "shape", weibull, amount)
	}
	a, err := amount(s)
	if err != nil && word != "" && isLetter(word[0]) {
		err = fmt.Errorf("%q begins with neither a number nor a distribution%s; distributions are %s, and for "+
			"durations forever", s, Nearest(word, distributions), strings.Join(distributions, ", "))
	}
	return dist{fixed, a, 0}, err
}

// distributions are the names of distributions.
var distributions = []string{"exponential", "lognormal", "weibull"}

func parseShaped(s, rest, shape string, k distKind, amount func(string) (float64, error)) (dist, error) {
	scale, number, ok := strings.Cut(rest, " "+shape+" ")
	b, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if !ok || err != nil || !(b > 0 && b < 100) {
		return dist{}, fmt.Errorf("%q lacks a %s above 0; the form is %q",
			s, shape, strings.Fields(s)[0]+" AMOUNT "+shape+" 0.6")
	}
	a, err := amount(scale)
	return dist{k, a, b}, err
}

// Parse reads a rate or a distribution of rates.
func (d *RateDist) Parse(s string) (err error) {
	d.dist, err = parseDist(s, func(s string) (float64, error) {
		var r Rate
		err := r.Parse(s)
		return float64(r), err
	})
	return err
}

// Parse reads a duration or a distribution of durations.
func (d *DurationDist) Parse(s string) (err error) {
	if s == "forever" {
		d.dist = dist{kind: forever}
		return nil
	}
	d.dist, err = parseDist(s, func(s string) (float64, error) {
		var r Duration
		err := r.Parse(s)
		return float64(r), err
	})
	return err
}

func (d dist) write(amount func(float64) string) string {
	switch d.kind {
	case uniform:
		return amount(d.a) + " to " + amount(d.b)
	case exponential:
		return "exponential " + amount(d.a)
	case lognormal:
		return "lognormal " + amount(d.a) + " sigma " + strconv.FormatFloat(d.b, 'g', -1, 64)
	case weibull:
		return "weibull " + amount(d.a) + " shape " + strconv.FormatFloat(d.b, 'g', -1, 64)
	case forever:
		return "forever"
	}
	return amount(d.a)
}

func (d RateDist) String() string {
	return d.write(func(v float64) string { return Rate(v).String() })
}

func (d DurationDist) String() string {
	return d.write(func(v float64) string { return Duration(v).String() })
}

func (d dist) draw(r *rand.Rand) float64 {
	switch d.kind {
	case uniform:
		return d.a + float64(r.Float64()*(d.b-d.a))
	case exponential:
		return r.ExpFloat64() * d.a
	case lognormal:
		return d.a * portable.Exp(float64(r.NormFloat64()*d.b))
	case weibull:
		return d.a * portable.Pow(r.ExpFloat64(), 1/d.b)
	}
	return d.a
}

// least returns the smallest value that can be drawn.
func (d dist) least() float64 {
	if d.kind == fixed || d.kind == uniform {
		return d.a
	}
	return 0
}

// Forever returns the duration without end.
func Forever() DurationDist { return DurationDist{dist{kind: forever}} }

// minRate is the lowest rate of a link: 1 kB/s.
const minRate = 1000

// Draw draws a rate in bytes per second, 1 kB/s to 1000 GB/s.
func (d RateDist) Draw(r *rand.Rand) int64 { return int64(min(max(d.draw(r), minRate), maxRate)) }

// Draw draws a duration. ok is false for forever.
func (d DurationDist) Draw(r *rand.Rand) (v time.Duration, ok bool) {
	if d.kind == forever {
		return 0, false
	}
	return time.Duration(min(d.draw(r), float64(maxDuration))), true
}

// Range returns the smallest and the largest duration that can be drawn. bounded is false if
// the distribution has no such limits.
func (d DurationDist) Range() (low, high time.Duration, bounded bool) {
	switch d.kind {
	case fixed:
		return time.Duration(d.a), time.Duration(d.a), true
	case uniform:
		return time.Duration(d.a), time.Duration(d.b), true
	}
	return 0, 0, false
}

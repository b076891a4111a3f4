package scenario

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A number with a unit is written as in "256 KiB". A number without a unit is an error where a
// unit is needed.

// Bytes is an amount of data.
type Bytes int64

// Rate is data over time, in bytes per second.
type Rate float64

// Duration is a span of virtual time.
type Duration time.Duration

// Frequency is a number of events per second.
type Frequency float64

type unit struct {
	name  string
	scale float64
}

var byteUnits = []unit{
	{"B", 1}, {"kB", 1e3}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12},
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
}

var rateUnits = []unit{
	{"B/s", 1}, {"kB/s", 1e3}, {"KB/s", 1e3}, {"MB/s", 1e6}, {"GB/s", 1e9},
	{"KiB/s", 1 << 10}, {"MiB/s", 1 << 20}, {"GiB/s", 1 << 30},
	{"bit/s", 1.0 / 8}, {"kbit/s", 1e3 / 8}, {"Mbit/s", 1e6 / 8}, {"Gbit/s", 1e9 / 8},
}

var durationUnits = []unit{
	{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}, {"h", 3600e9},
	{"day", 86400e9}, {"days", 86400e9},
}

var frequencyUnits = []unit{
	{"/s", 1}, {"/min", 1.0 / 60}, {"/h", 1.0 / 3600}, {"/day", 1.0 / 86400},
}

// parseUnit reads a number and its unit, with or without a space between them. what names the
// kind of value in errors.
func parseUnit(s, what string, units []unit) (float64, error) {
	s = strings.TrimSpace(s)
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/ ")
	name := strings.TrimSpace(s[len(digits):])
	n, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return 0, fmt.Errorf("%q is not %s; write one like %q", s, what, "10 "+exampleOf(units))
	}
	if n < 0 {
		return 0, fmt.Errorf("%q is negative; %s must be 0 or more", s, what)
	}
	if name == "" {
		return 0, fmt.Errorf("%q has no unit; write %s", s, examples(digits, units))
	}
	for _, u := range units {
		if u.name == name {
			return u.of(strings.TrimSpace(digits), n), nil
		}
	}
	return 0, fmt.Errorf("unit %q of %q is unknown%s; %s is in one of %s",
		name, s, meantUnit(name, units), what, strings.Join(unitNames(units), ", "))
}

// of returns n of the unit, as the number nearest to the digits in the file: 32.8 MB/s is
// 32,800,000 bytes per second, which the product 32.8 * 1e6 is not exactly.
func (u unit) of(digits string, n float64) float64 {
	for _, exponent := range []int{12, 9, 6, 3} {
		power := math.Pow10(exponent)
		if math.Mod(u.scale, power) != 0 || strings.ContainsAny(digits, "eE") {
			continue
		}
		if whole, err := strconv.ParseFloat(digits+"e"+strconv.Itoa(exponent), 64); err == nil {
			return whole * (u.scale / power)
		}
	}
	return n * u.scale
}

func unitNames(units []unit) []string {
	var names []string
	for _, u := range units {
		names = append(names, u.name)
	}
	return names
}

// otherSpellings maps common spellings to the units they stand for.
var otherSpellings = map[string]string{
	"sec": "s", "secs": "s", "second": "s", "seconds": "s", "msec": "ms", "usec": "us", "\u00b5s": "us",
	"minute": "min", "minutes": "min", "mins": "min", "m": "min",
	"hour": "h", "hours": "h", "hr": "h", "hrs": "h", "d": "days",
	"hz": "/s", "per second": "/s", "per minute": "/min", "per hour": "/h", "per day": "/day", "bytes": "B", "byte": "B",
}

// dataUnit matches common spellings of units of data and rates: Mb/s, Mbps, MBps, kb.
var dataUnit = regexp.MustCompile(`^([kKmMgGtT]?)(i?)([bB])(its?|ytes?)?(/s|ps|/sec)?$`)

// meantUnit returns a suggestion for an unknown unit, or "". A small b stands for bits and a
// large B for bytes.
func meantUnit(name string, units []unit) string {
	names := unitNames(units)
	meant := otherSpellings[strings.ToLower(name)]
	if m := dataUnit.FindStringSubmatch(name); m != nil {
		prefix := strings.ToUpper(m[1])
		if prefix == "K" {
			prefix = "k"
		}
		if m[2] != "" && prefix == "k" {
			prefix = "K"
		}
		bits := strings.HasPrefix(m[4], "it") || m[3] == "b" && m[2] == "" && m[4] == ""
		switch rate := m[5] != "" || slices.Contains(names, "B/s"); {
		case rate && bits:
			meant = prefix + "bit/s"
		case rate:
			meant = prefix + m[2] + "B/s"
		case m[4] != "" && bits:
			return ", which counts bits"
		default: // as an amount, mb is megabytes
			meant = prefix + m[2] + "B"
		}
	} else if meant == "" {
		for _, n := range names {
			if strings.EqualFold(n, name) {
				meant = n
			}
		}
	}
	if !slices.Contains(names, meant) {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", meant)
}

func exampleOf(units []unit) string { return units[min(3, len(units)-1)].name }

func examples(digits string, units []unit) string {
	digits = strings.TrimSpace(digits)
	var out []string
	for _, u := range units[max(0, min(1, len(units)-4)):min(len(units), 5)] {
		out = append(out, strconv.Quote(digits+" "+u.name))
	}
	return strings.Join(out, ", ") + " or the like"
}

// Parse reads "64 MiB".
func (b *Bytes) Parse(s string) error {
	v, err := parseUnit(s, "an amount of data", byteUnits)
	whole := math.Round(v)
	if err == nil && (math.Abs(v-whole) > max(1e-3, v*1e-15) || v > 1<<60) {
		err = fmt.Errorf("%q is not a whole number of bytes below 2^60", s)
	}
	*b = Bytes(whole)
	return err
}

// Parse reads "10 Mbit/s" or "1.25 MB/s".
func (r *Rate) Parse(s string) error {
	v, err := parseUnit(s, "a rate", rateUnits)
	if err == nil && v > maxRate {
		err = fmt.Errorf("%q is above 1000 GB/s, the maximum", s)
	}
	*r = Rate(v)
	return err
}

// Parse reads "50 ms".
func (d *Duration) Parse(s string) error {
	v, err := parseUnit(s, "a duration", durationUnits)
	if err == nil && v > float64(maxDuration) {
		err = fmt.Errorf("%q is longer than ten years", s)
	}
	*d = Duration(math.Round(v))
	return err
}

const maxRate = 1e12

const maxDuration = 10 * 365 * 24 * time.Hour

// Parse reads "2 /s" or "2/s".
func (f *Frequency) Parse(s string) error {
	v, err := parseUnit(s, "a frequency", frequencyUnits)
	*f = Frequency(v)
	return err
}

// write writes a value in the unit that makes it shortest, among those in which it can be read
// back exactly.
func write(v float64, units []unit, prefer ...string) string {
	if v == 0 {
		return "0 " + prefer[0]
	}
	best, digits := "", math.MaxInt
	for _, name := range append(prefer, units[0].name) {
		for _, u := range units {
			if u.name != name || v < u.scale && name != units[0].name {
				continue
			}
			number := strconv.FormatFloat(v/u.scale, 'f', -1, 64)
			if back, err := strconv.ParseFloat(number, 64); err != nil || u.of(number, back) != v && name != units[0].name {
				continue
			}
			if len(number) < digits || len(number) == digits && name != units[0].name {
				best, digits = number+" "+name, len(number)
			}
		}
	}
	return best
}

func (b Bytes) String() string {
	return write(float64(b), byteUnits, "B", "kB", "KiB", "MB", "MiB", "GB", "GiB")
}

func (r Rate) String() string {
	return write(float64(r), rateUnits, "B/s", "kB/s", "MB/s", "GB/s")
}

func (d Duration) String() string {
	return write(float64(d), durationUnits, "s", "ns", "us", "ms", "min", "h")
}

func (f Frequency) String() string {
	return strconv.FormatFloat(float64(f), 'f', -1, 64) + " /s"
}

// Std returns the duration as a time.Duration.
func (d Duration) Std() time.Duration { return time.Duration(d) }

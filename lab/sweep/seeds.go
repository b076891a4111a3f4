package sweep

import (
	"fmt"
	"strconv"
	"strings"
)

// Seeds are consecutive seeds.
type Seeds struct {
	First uint64
	Count int
}

// Parse reads a number of seeds, which start at 1, or a range, first..last.
func (s *Seeds) Parse(text string) error {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		first, last = "1", text
	}
	a, err := strconv.ParseUint(strings.TrimSpace(first), 10, 32)
	b, err2 := strconv.ParseUint(strings.TrimSpace(last), 10, 32)
	if err != nil || err2 != nil || b < a || b-a >= maxSeeds {
		return fmt.Errorf("%.200q is neither a number of seeds, such as 20, nor a range, such as 11..30; "+
			"at most %d", text, maxSeeds)
	}
	*s = Seeds{First: a, Count: int(b-a) + 1}
	return nil
}

func (s Seeds) String() string { return fmt.Sprintf("%d..%d", s.First, s.First+uint64(s.Count)-1) }

// Share is a ratio, written in percent.
type Share float64

// Parse reads "2 %", "2%" or 0.02.
func (s *Share) Parse(text string) error {
	number, isPercent := strings.CutSuffix(strings.TrimSpace(text), "%")
	x, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
	if err != nil || !(x > 0 && x <= 1e6) {
		return fmt.Errorf("%.200q is not a share such as 2 %%", text)
	}
	if isPercent {
		x /= 100
	}
	*s = Share(x)
	return nil
}

func (s Share) String() string { return strconv.FormatFloat(100*float64(s), 'g', 4, 64) + " %" }

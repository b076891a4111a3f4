package record

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Seconds is a time, rounded to microseconds in files.
type Seconds float64

// Ratio is a number, rounded to six decimal places in files.
type Ratio float64

func trim(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// MarshalJSON rounds to microseconds.
func (s Seconds) MarshalJSON() ([]byte, error) { return json.Marshal(trim(float64(s))) }

// MarshalJSON rounds to six decimal places.
func (r Ratio) MarshalJSON() ([]byte, error) { return json.Marshal(trim(float64(r))) }

func integer(n int64) string { return strconv.FormatInt(n, 10) }

// number formats a number with at most six decimal places.
func number(x float64) string { return strconv.FormatFloat(trim(x), 'f', -1, 64) }

// rate formats a rate in whole bytes per second.
func rate(x float64) string { return strconv.FormatFloat(math.Round(x), 'f', 0, 64) }

// seconds formats a time with microseconds and without trailing zeros.
func seconds(d time.Duration) string { return number(d.Seconds()) }

// orNothing leaves a time of 0 out.
func orNothing(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return seconds(d)
}

// Ranges formats ascending numbers with ranges, such as 3,7-9.
func Ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			out = append(out, fmt.Sprint(numbers[i]))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(out, ",")
}

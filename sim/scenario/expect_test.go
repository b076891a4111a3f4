package scenario

import (
	"testing"
)

func TestExpectations(t *testing.T) {
	values := map[string]float64{"a": 10, "b": 4}
	for text, want := range map[string]bool{
		"a < 11": true, "a < 10": false, "a <= 10": true, "a > 2.4 * b": true, "a > 2.5 * b": false,
		"a == 10": true, "a >= 10 s": true, "b < 400 %": false, "b <= 400 %": true, "c < 1": false,
	} {
		var e Expectation
		if err := e.Parse(text); err != nil {
			t.Fatal(err)
		}
		met, _ := e.Holds(func(m string) (float64, bool) { v, ok := values[m]; return v, ok })
		if met != want {
			t.Errorf("%s: %v", text, met)
		}
	}
}

package sweep

import "strings"

// UnitOf returns the unit in the name of a measure.
func UnitOf(measure string) string {
	if strings.HasSuffix(measure, ".count") {
		return ""
	}
	for _, part := range strings.Split(measure, ".") {
		switch {
		case strings.HasSuffix(part, "_s"):
			return "s"
		case strings.HasSuffix(part, "_bytes"):
			return "B"
		}
	}
	return ""
}

package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a scenario, and where.
type Problem struct {
	File      string // or the --set that it comes from
	Line, Col int    // from 1; 0 where there is no place to name
	Field     string // such as groups[1].link.up
	Message   string // what was found and what would be right
}

func (p Problem) Error() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
	if p.Field == "" {
		return at + ": " + p.Message
	}
	return at + ": " + p.Field + ": " + p.Message
}

// Problems is everything wrong with a scenario, in the order of the file.
type Problems []Problem

func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps {
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// Nearest returns ", did you mean ...?" for the name most like the given one,
// or nothing if none is like it.
func Nearest(name string, names []string) string {
	best, least := "", len(name)/2+1
	for _, n := range names {
		if d := distance(strings.ToLower(name), strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// distance counts the single letters to insert, delete or change (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

func choices(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// ValidName tells whether something may be called so.
func ValidName(s string) bool { return validName.MatchString(s) }

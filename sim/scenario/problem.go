package scenario

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is an error in a scenario and its place.
type Problem struct {
	File      string // or the --set option that it comes from
	Line, Col int    // from 1; 0 if unknown
	Field     string // such as groups[1].link.up
	Message   string // what was found, and what is valid
}

func (p Problem) Error() string {
	at := p.File
	if p.Line > 0 {
		at = fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
	}
	text := at + ": " + p.Message
	if p.Field != "" {
		text = at + ": " + p.Field + ": " + p.Message
	}
	return Printable(text)
}

// maxMessage limits a message, in bytes, so that it does not repeat a value of a megabyte.
const maxMessage = 1000

// Printable makes a message safe to print. Parts of it come from a file, whose control
// characters would act on the terminal.
func Printable(text string) string {
	if len(text) > maxMessage {
		begin, end := text[:maxMessage*3/4], text[len(text)-maxMessage/4:]
		text = strings.ToValidUTF8(begin, "") + " ... " + strings.ToValidUTF8(end, "")
	}
	var out strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) || r == '\t' {
			out.WriteRune(r)
			continue
		}
		quoted := strconv.QuoteRune(r)
		out.WriteString(quoted[1 : len(quoted)-1])
	}
	return out.String()
}

// Problems lists the errors in a scenario, in the order of the file.
type Problems []Problem

// maxProblems limits how many problems are printed.
const maxProblems = 20

func (ps Problems) Error() string {
	var lines []string
	for i, p := range ps {
		if i == maxProblems {
			lines = append(lines, fmt.Sprintf("... and %d more problems", len(ps)-i))
			break
		}
		lines = append(lines, p.Error())
	}
	return strings.Join(lines, "\n")
}

// maxCompared limits the length of names whose distance is computed.
const maxCompared = 100

// Nearest returns ", did you mean ...?" with the name most similar to the given one, or "" if
// none is similar.
func Nearest(name string, names []string) string {
	if len(name) > maxCompared {
		return ""
	}
	best, least := "", len(name)/2+1
	for _, n := range names {
		d := distance(strings.ToLower(name), strings.ToLower(n))
		if len(name) >= 4 && strings.Contains(strings.ToLower(n), strings.ToLower(name)) {
			d = min(d, 1) // it is a substring
		}
		if d < least {
			best, least = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
}

// distance returns the restricted Damerau-Levenshtein distance: the number of letters to
// insert, delete, change or swap with the next.
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func choices(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// ValidName reports whether s may be the name of a scenario, a group or a variant.
func ValidName(s string) bool { return validName.MatchString(s) }

package format

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"

	"swarmsim/bench"
)

// mostRows bounds a table and the commands of a comment, which GitHub limits to 65,536 characters.
const mostRows = 50

// writeMarkdown writes a comment for a pull request: what is worse, the worst first; what changed
// without a direction; what is better; which cells are not compared. It writes nothing if there is
// nothing to say.
func writeMarkdown(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	if c == nil {
		return nil
	}
	all := cells(r, c)
	worse := movedMetrics(all, bench.Worse)
	changed := movedMetrics(all, bench.Changed)
	better := movedMetrics(all, bench.Better)
	others := notCompared(all)
	if len(worse)+len(changed)+len(better)+len(others) == 0 {
		return nil
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "### Suite %s: %s\n", markdownName(c.Suite), markdownVerdict(worse, changed, better))
	markdownTable(out, "Worse", worse)
	markdownTable(out, "Changed", changed)
	markdownCommands(out, append(worse[:len(worse):len(worse)], changed...))
	markdownTable(out, "Better", better)
	markdownOthers(out, others)
	fmt.Fprintf(out, "\nBaseline of %s, compared with %s.\n", markdownName(c.Base), markdownName(c.New))
	return out.Flush()
}

// markdownVerdict counts the metrics that moved.
func markdownVerdict(worse, changed, better []moved) string {
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{len(worse), "worse"}, {len(changed), "changed"}, {len(better), "better"}} {
		if p.n > 0 {
			parts = append(parts, plural(p.n, "metric")+" "+p.word)
		}
	}
	if len(parts) == 0 {
		return "nothing moved in the cells that are compared"
	}
	return strings.Join(parts, ", ")
}

// markdownTable writes a table of the metrics that moved.
func markdownTable(out *bufio.Writer, title string, all []moved) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(out, "\n**%s**\n\n", title)
	fmt.Fprintln(out, "| case | subject | metric | before | now | change | worst seed |")
	fmt.Fprintln(out, "|---|---|---|--:|--:|--:|--:|")
	for i, m := range all {
		if i == mostRows {
			fmt.Fprintf(out, "\n... and %d more.\n", len(all)-i)
			break
		}
		fmt.Fprintf(out, "| %s | %s | %s |\n", markdownName(m.cell.Case), markdownName(m.cell.column()), m.markdownCells())
	}
}

// markdownCells returns the last five cells of a row.
func (x *moved) markdownCells() string {
	m := x.metric
	if x.note != "" {
		return markdownText(x.note) + " | | | | "
	}
	before, after := "", ""
	if !math.IsNaN(m.Before) || !math.IsNaN(m.After) {
		before, after = values(m)
	}
	moves := change(m)
	if i := interval(m); i != "" {
		moves += " (" + i + ")"
	}
	return fmt.Sprintf("%s | %s | %s | %s | %d", markdownName(m.Metric), markdownText(before), markdownText(after), moves, m.WorstSeed)
}

// markdownCommands writes the commands that play the worst seeds again.
func markdownCommands(out *bufio.Writer, all []moved) {
	var text strings.Builder
	said := map[string]bool{}
	for _, m := range all {
		if m.metric.Replay == "" || said[m.metric.Replay] || len(said) == mostRows {
			continue
		}
		said[m.metric.Replay] = true
		fmt.Fprintf(&text, "# %s\n%s\n", oneLine(join(m.cell.name(), m.metric.Metric)), printable(m.metric.Replay))
	}
	if text.Len() == 0 {
		return
	}
	fence := strings.Repeat("`", max(3, longestRun(text.String(), '`')+1))
	fmt.Fprintf(out, "\n<details><summary>Play the worst seeds again</summary>\n\n%ssh\n%s%s\n\n</details>\n",
		fence, text.String(), fence)
}

// notCompared returns the cells that the comparison leaves out, except those that the subject
// cannot play.
func notCompared(all []cell) []*cell {
	var out []*cell
	for i := range all {
		if c := all[i].compared; c != nil {
			switch c.Outcome {
			case bench.ScenarioChanged, bench.Added, bench.Removed:
				out = append(out, &all[i])
			}
		}
	}
	return out
}

// markdownOthers lists cells that are not compared.
func markdownOthers(out *bufio.Writer, all []*cell) {
	if len(all) == 0 {
		return
	}
	fmt.Fprint(out, "\n**Not compared**\n\n")
	for i, c := range all {
		if i == mostRows {
			fmt.Fprintf(out, "- ... and %d more\n", len(all)-i)
			break
		}
		fmt.Fprintf(out, "- %s: %s", markdownName(c.name()), c.compared.Outcome.String())
		if c.compared.Note != "" {
			fmt.Fprintf(out, " (%s)", markdownText(c.compared.Note))
		}
		fmt.Fprintln(out)
	}
}

// markdownName writes a name as code, in which GitHub makes no mentions and no references.
func markdownName(s string) string {
	if s = oneLine(s); s == "" {
		return ""
	}
	return "<code>" + markdownText(s) + "</code>"
}

// markdownText writes a text whose punctuation, as character references, has no meaning in
// Markdown (CommonMark, section 2.5: references can't stand for markup).
func markdownText(s string) string {
	var out strings.Builder
	runes := []rune(oneLine(s))
	for i, r := range runes {
		switch {
		case r == '_' && i > 0 && i < len(runes)-1 && plain(runes[i-1]) && plain(runes[i+1]),
			r == '.' && i > 0 && i < len(runes)-1 && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]),
			strings.ContainsRune(" -+/(),;=%", r), plain(r), r > unicode.MaxASCII:
			out.WriteRune(r)
		default:
			fmt.Fprintf(&out, "&#%d;", r)
		}
	}
	return out.String()
}

// plain reports whether a character is an ASCII letter or digit.
func plain(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// printable drops the control characters of a command except its line breaks and tabs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || isHidden(r)) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// longestRun returns the length of the longest run of a character.
func longestRun(s string, of rune) int {
	longest, n := 0, 0
	for _, r := range s {
		if n++; r != of {
			n = 0
		}
		longest = max(longest, n)
	}
	return longest
}

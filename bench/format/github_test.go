package format

import (
	"regexp"
	"strings"
	"testing"
)

// workflowCommand is a line that GitHub's runner takes as a command (ActionCommand.TryParseV2 of
// actions/runner): properties end at the next pair of colons.
var workflowCommand = regexp.MustCompile(`^::(error|notice) title=([^:,\r\n]*)::(.*)$`)

// The escapes that the runner undoes, in its order.
func unescapeCommand(s string) string {
	return strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(s)
}

func TestAnnotations(t *testing.T) {
	r, c := example()
	lines := strings.Split(strings.TrimSpace(write(t, "github", r, c)), "\n")
	if len(lines) != 3 {
		t.Fatalf("%d lines: %q", len(lines), lines)
	}
	m := workflowCommand.FindStringSubmatch(lines[0])
	if m == nil || m[1] != "error" || unescapeCommand(m[2]) != "Regression: flash-8 / default" {
		t.Fatalf("the first line is %s", lines[0])
	}
	text := unescapeCommand(m[3])
	if !strings.HasPrefix(text, "fairness worse: 0.98 before, 0.9 now (-8.16 %,") || !strings.Contains(text, "\n    bench play standard --case flash-8 --subject default --seed 7") {
		t.Errorf("the message is %s", text)
	}
	if !strings.HasPrefix(lines[1], "::notice title=Improvement%3A flash-8 / anacrolix::completion_p50 better") ||
		!strings.HasPrefix(lines[2], "::notice title=Scenario changed%3A natted / default::") {
		t.Errorf("the notices are %q", lines[1:])
	}
}

func TestAnnotationsHostile(t *testing.T) {
	r, c := hostileExample()
	text := write(t, "github", r, c)
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != len(hostile) {
		t.Errorf("%d commands for %d cells", len(lines), len(hostile))
	}
	found := 0
	for _, line := range lines {
		m := workflowCommand.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("no command: %q", line)
			continue
		}
		for i := range r.Cells {
			x := cells(r, c)[i]
			if strings.HasSuffix(unescapeCommand(m[2]), ": "+oneLine(x.name())) {
				found++
			}
		}
	}
	if found != len(hostile) {
		t.Errorf("%d of %d names read back", found, len(hostile))
	}
	if text := write(t, "github", r, nil); text != "" {
		t.Errorf("without a baseline, wrote %s", text)
	}
}

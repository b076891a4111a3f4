package format

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"swarmsim/bench"
)

// writeAnnotations writes the commands of a GitHub workflow that annotate its run: an error for
// each cell that is worse, the worst first, and notices for those that changed otherwise. GitHub
// shows ten of each kind per step.
func writeAnnotations(w io.Writer, r *bench.Results, c *bench.Comparison) error {
	out := bufio.NewWriter(w)
	all := cells(r, c)
	annotate(out, "error", "Regression", movedMetrics(all, bench.Worse))
	annotate(out, "notice", "Changed", movedMetrics(all, bench.Changed))
	annotate(out, "notice", "Improvement", movedMetrics(all, bench.Better))
	for i := range all {
		x := &all[i]
		if x.compared != nil && x.compared.Outcome == bench.ScenarioChanged {
			command(out, "notice", "Scenario changed: "+x.name(), "The cell is not compared with the baseline. "+x.compared.Note)
		}
	}
	return out.Flush()
}

// annotate writes an annotation for each cell, in the order of its first metric.
func annotate(out *bufio.Writer, kind, title string, all []moved) {
	of := map[*cell][]moved{}
	for _, m := range all {
		of[m.cell] = append(of[m.cell], m)
	}
	for _, m := range all {
		if metrics := of[m.cell]; metrics != nil {
			command(out, kind, title+": "+m.cell.name(), movedText(metrics))
			delete(of, m.cell)
		}
	}
}

// command writes a workflow command, such as ::error title=x::message
func command(out *bufio.Writer, kind, title, message string) {
	fmt.Fprintf(out, "::%s title=%s::%s\n", kind, commandProperty.Replace(oneLine(title)),
		commandData.Replace(strings.TrimSpace(printable(message))))
}

// The escapes of GitHub's toolkit (escapeData and escapeProperty of its command.ts).
var (
	commandData     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	commandProperty = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
)

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every format is written, the same bytes each time, and the results folder stays as it is.
func TestExport(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	for _, c := range []struct{ format, first, second string }{
		{"perfetto", "r/trace.perfetto-trace", "again.perfetto-trace"},
		{"pcapng", "r/peer-2.pcapng", "again.pcapng"},
		{"vega-lite", "r/throughput.vl.json", "again/throughput.vl.json"},
		{"pdf", "r/throughput.pdf", "again/throughput.pdf"},
	} {
		args := []string{"export", "r", "--to", c.format}
		if c.format == "pcapng" {
			args = append(args, "--peer", "2")
		}
		code, out, err := program(t, args...)
		if code != 0 || !strings.Contains(out, "r") || read(c.first) == "" {
			t.Errorf("%v: exit %d: %s%s", args, code, out, err)
		}
		to := c.second
		if filepath.Dir(to) == "again" {
			to = "again"
		}
		if code, _, err := program(t, append(args, "-o", to)...); code != 0 || read(c.first) != read(c.second) {
			t.Errorf("%v again: exit %d: %s", args, code, err)
		}
	}
	noLeftovers(t)
}

// A replay that is not the run of the folder is refused, and so is what cannot be exported.
func TestExportRefusals(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	for _, dir := range []string{"r", "changed", "older"} {
		args := []string{"run", "./tiny.yaml", "-q", "--no-plots", "-o", dir}
		if dir == "older" {
			args = append(args, "--set", "record.transfers=off", "--set", "record.decisions=off")
		}
		if code, _, err := program(t, args...); code != 0 {
			t.Fatal(err)
		}
	}
	write(t, "changed/scenario.yaml", strings.Replace(read("changed/scenario.yaml"), "up: 500 kB/s", "up: 400 kB/s", 1))
	if err := os.Mkdir("damaged", 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, "damaged/summary.json", "{")
	for _, c := range []struct{ args, says string }{
		{"export r", "needs --to"},
		{"export r --to perfeto", `did you mean "perfetto"`},
		{"export r --to pcapng", "needs --peer"},
		{"export r --to pcapng --peer 0", "not the number of a peer"},
		{"export r --to pcapng --peer 6", "no peer 6; the peers are 1 to 5"},
		{"export r --to perfetto --peer 2", "--peer is for --to pcapng"},
		{"export r --to perfetto -o r", "is a folder"},
		{"export r --to perfetto -o none/x", "no folder none"},
		{"export changed --to pcapng --peer 2", "cannot be played again"},
		{"export older --to perfetto", "has no events.parquet"},
		{"export missing --to pdf", "not a results folder"},
		{"export damaged --to pdf", "is damaged: summary.json"},
	} {
		code, _, err := program(t, strings.Fields(c.args)...)
		if code != 2 || !strings.Contains(err, c.says) {
			t.Errorf("%s: exit %d: %s", c.args, code, err)
		}
	}
	if _, err := os.Stat("changed/peer-2.pcapng"); err == nil {
		t.Error("a capture of another run was written")
	}
	noLeftovers(t)
}

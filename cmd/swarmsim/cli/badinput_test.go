package cli

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"swarmsim/cmd/usage"
	"swarmsim/lab"
	"swarmsim/scenarios"
	"swarmsim/sim/record"
)

// Limits of what refusing bad input may cost.
const (
	badCPU    = time.Second
	badMemory = 200 << 20
)

// hostile are values to put in place of valid ones.
var hostile = []string{"", "null", "~", "-1", "0", "1e308", "NaN", ".inf", "99999999999999999999", "[]", "{}", "[[[[", "{a: {b: {c: d}}}", "*a", "&a [*a]", "\"\\e[31m\"",
	"!!binary aGk=", "2001-01-01", "0x7f", "true", "'", "\"", "<<: *a", "a: b: c", "\x00", "\xff\xfe", "\ufeff", "10 Mbps", "-5 s", "1 parsec", "forever", "%", "100 %",
	"../../../etc/passwd", "/dev/zero", "flash-crowd", strings.Repeat("9", 400), strings.Repeat("x", 20_000), "| \n  x", "18446744073709551615", "1..1000000000", "1..5 step 0"}

// mutate makes one to three random changes to a text.
func mutate(r *rand.Rand, text string) string {
	for range 1 + r.IntN(3) {
		if text == "" {
			return hostile[r.IntN(len(hostile))]
		}
		lines := strings.SplitAfter(text, "\n")
		i, at := r.IntN(len(lines)), r.IntN(len(text))
		switch r.IntN(9) {
		case 0: // delete a byte
			text = text[:at] + text[at+1:]
		case 1: // change a byte
			text = text[:at] + string(rune(r.IntN(256))) + text[at+1:]
		case 2: // truncate
			text = text[:at]
		case 3: // delete a line
			text = strings.Join(slices.Delete(lines, i, i+1), "")
		case 4: // duplicate a line
			text = strings.Join(slices.Insert(lines, i, lines[i]), "")
		case 5: // swap two lines
			k := r.IntN(len(lines))
			lines[i], lines[k] = lines[k], lines[i]
			text = strings.Join(lines, "")
		case 6: // replace a value
			if key, _, ok := strings.Cut(lines[i], ":"); ok {
				lines[i] = key + ": " + hostile[r.IntN(len(hostile))] + "\n"
			}
			text = strings.Join(lines, "")
		case 7: // insert a value
			text = text[:at] + hostile[r.IntN(len(hostile))] + text[at:]
		case 8: // repeat a range
			end := min(len(text), at+r.IntN(200))
			text = text[:end] + strings.Repeat(text[at:end], r.IntN(5)) + text[end:]
		}
	}
	return text
}

// snapshot returns every file below the working directory, with its content.
func snapshot(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out[path] = read(path)
		} else if err == nil {
			out[path] = d.Type().String()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// refuses runs the program with input that may be bad. If it fails, the exit code must be
// 2, the message must name the file, the CPU time and memory must be within limits, and no
// file may be written.
func refuses(t *testing.T, rerun, file string, args ...string) {
	t.Helper()
	before := snapshot(t)
	var memory, after runtime.MemStats
	runtime.ReadMemStats(&memory)
	cpu := usage.CPU()
	var out, said bytes.Buffer
	code := -1
	func() {
		defer func() {
			if p := recover(); p != nil {
				t.Fatalf("panic: %v\n%q\nrerun: %s", p, args, rerun)
			}
		}()
		code = Run(context.Background(), &out, &said, args)
	}()
	cpu = usage.CPU() - cpu
	runtime.ReadMemStats(&after)
	took := after.TotalAlloc - memory.TotalAlloc
	fail := func(format string, more ...any) {
		t.Helper()
		t.Errorf("%s\n%q: exit %d, %v of CPU, %d bytes allocated; printed %.600q\nrerun: %s", fmt.Sprintf(format, more...), args, code, cpu, took, said.String(), rerun)
	}
	if code != exitOK && code != exitUsage {
		fail("exit %d", code)
	}
	if code == exitOK {
		return
	}
	if cpu > badCPU || took > badMemory {
		fail("too costly")
	}
	if !strings.Contains(said.String(), file) || said.Len() > 32<<10 {
		fail("the message does not name %s, or has %d bytes", file, said.Len())
	}
	if strings.ContainsFunc(said.String(), func(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }) {
		fail("the message has control characters")
	}
	now := snapshot(t)
	for path, text := range now {
		if was, ok := before[path]; !ok || was != text {
			fail("%s was written", path)
		}
	}
	if len(now) != len(before) {
		fail("a file was removed")
	}
}

// badCases is the number of mutants of each kind.
func badCases(t *testing.T) int {
	if testing.Short() {
		return 15
	}
	return 120
}

// mutants calls try with mutants of valid texts, each made with its own seed.
func mutants(t *testing.T, good []string, try func(seed uint64, text string)) {
	t.Helper()
	for seed := range uint64(badCases(t)) {
		r := rand.New(rand.NewPCG(seed, 0xbad))
		try(seed, mutate(r, good[r.IntN(len(good))]))
		if t.Failed() {
			return
		}
	}
}

func rerun(t *testing.T, seed uint64) string {
	return fmt.Sprintf("go test ./cmd/swarmsim/cli -run '^%s$' (mutant %d)", t.Name(), seed)
}

func TestBadScenarioFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	var good []string
	for _, name := range scenarios.Names() {
		text, _ := scenarios.Text(name)
		good = append(good, string(text))
		_, printed, _ := program(t, "check", name)
		good = append(good, printed)
	}
	mutants(t, good, func(seed uint64, text string) {
		write(t, "bad.yaml", text)
		refuses(t, rerun(t, seed), "bad.yaml", "check", "./bad.yaml")
	})
}

func TestBadSweepFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	var good []string
	for _, name := range scenarios.Sweeps() {
		text, _ := scenarios.Sweep(name)
		good = append(good, string(text))
	}
	good = append(good, tinySweep)
	mutants(t, good, func(seed uint64, text string) {
		write(t, "bad.yaml", text)
		refuses(t, rerun(t, seed), "bad.yaml", "sweep", "./bad.yaml", "--dry-run")
	})
}

func TestBadTraces(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "traced.yaml", strings.Replace(tiny, "count: 4,", "count: 4, arrival: {pattern: trace, file: bad.txt},", 1))
	mutants(t, []string{"# arrivals\n0\n1.5\n2\n3e0\n\n4 # late\n", "\ufeff0\r\n1\r\n2\r\n3\r\n"}, func(seed uint64, text string) {
		write(t, "bad.txt", text)
		refuses(t, rerun(t, seed), "bad.txt", "check", "./traced.yaml")
	})
}

func TestBadTorrents(t *testing.T) {
	t.Chdir(t.TempDir())
	pieces := strings.Repeat("h", 80)
	good := []string{
		"d8:announce3:foo4:infod6:lengthi100000e4:name1:x12:piece lengthi32768e6:pieces80:" + pieces + "ee",
		"d4:infod5:filesld6:lengthi60000e4:pathl1:aeed6:lengthi40000e4:pathl1:beee4:name1:x12:piece lengthi32768e6:pieces80:" + pieces + "ee",
		"d4:infod9:file treed1:ad0:d6:lengthi10000eeee12:meta versioni2e12:piece lengthi16384eee",
	}
	mutants(t, good, func(seed uint64, text string) {
		write(t, "bad.torrent", text)
		refuses(t, rerun(t, seed), "bad.torrent", "check", "bad.torrent")
		refuses(t, rerun(t, seed), "bad.torrent", "get", "bad.torrent", "--list", "--files", "*")
	})
}

func TestBadFlags(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	good := []string{"groups.leechers.count=5", "client.choker={name: tit-for-tat, slots: 3}", "network.latency=20 ms to 40 ms", "client=&a {choker: *a}",
		"events=[{at: 1 s, action: crash, group: seed}]", "content.size=1 MiB", "groups[1].link.up=1 MB/s", "expect=[unfinished == 0]"}
	mutants(t, good, func(seed uint64, text string) {
		text = strings.ReplaceAll(text, "\x00", "") // no shell can pass it
		refuses(t, rerun(t, seed), "", "check", "./tiny.yaml", "--set", text)
		refuses(t, rerun(t, seed), "", "sweep", "./tiny.yaml", "--dry-run", "--vary", text)
		refuses(t, rerun(t, seed), "", "compare", "./tiny.yaml", "--dry-run", "--a", text, "--b", "")
		refuses(t, rerun(t, seed), "", "sweep", "./tiny.yaml", "--dry-run", "--expect", strings.ReplaceAll(text, "=", " < "))
		refuses(t, rerun(t, seed), "", "sweep", "./tiny.yaml", "--dry-run", "--seeds", text)
	})
}

func TestDamagedResults(t *testing.T) {
	t.Chdir(t.TempDir())
	write(t, "tiny.yaml", tiny)
	if code, _, err := program(t, "run", "./tiny.yaml", "-q", "--no-plots", "-o", "r"); code != 0 {
		t.Fatal(err)
	}
	if code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "2"); code != 0 {
		t.Fatal(err)
	}
	for _, damage := range []struct{ dir, name string }{
		{"r", record.SummaryFile}, {"r", record.TimeSeriesFile}, {"r", record.PeersFile}, {"r", record.AvailabilityFile},
		{"s", record.MetaFile},
	} {
		path := filepath.Join(damage.dir, damage.name)
		good := read(path)
		cases := 0
		mutants(t, []string{good}, func(seed uint64, text string) {
			if cases++; cases > badCases(t)/15 { // drawing the undamaged ones takes long
				return
			}
			write(t, path, text)
			refuses(t, rerun(t, seed)+" of "+path, damage.dir, "report", damage.dir)
		})
		write(t, path, good)
	}
	// The missing runs of a damaged journal are played again.
	journal := filepath.Join("s", lab.JournalFile)
	good := read(journal)
	for seed := range uint64(badCases(t) / 15) {
		write(t, journal, mutate(rand.New(rand.NewPCG(seed, 0xbad)), good))
		code, _, err := program(t, "sweep", "./tiny.yaml", "-q", "--no-plots", "-o", "s", "--seeds", "2")
		if code != 0 && !(code == 2 && strings.Contains(err, "is not a journal")) {
			t.Fatalf("mutant %d: exit %d: %s", seed, code, err)
		}
		os.Remove(journal)
	}
}

package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain makes the test program a subject too: started with -subject MODE, it speaks the protocol
// of bench on its standard input and output.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-subject" {
		os.Exit(subject(os.Args[2]))
	}
	os.Exit(m.Run())
}

// subject answers one request, with several ways to misbehave.
func subject(mode string) int {
	var request struct {
		Protocol int
		Request  string
		Scenario string
		File     string
		Seed     uint64
		Results  string
	}
	line, _ := bufio.NewReader(os.Stdin).ReadBytes('\n')
	if err := json.Unmarshal(line, &request); err != nil || request.Protocol != 1 {
		fmt.Fprintln(os.Stderr, "the request is", string(line))
		return 1
	}
	if request.Request == "describe" {
		fmt.Printf(`{"protocol":1,"name":"example","version":"v1.2","repeatable":%v}`+"\n", !strings.HasPrefix(mode, "noisy"))
		return 0
	}
	switch mode {
	case "unsupported":
		fmt.Println(`{"protocol":1,"unsupported":"group leechers: the program has no leechers"}`)
	case "error":
		fmt.Println(`{"protocol":1,"error":"out of cheese"}`)
	case "garbage":
		fmt.Println("completion_p50 = 12")
	case "twice":
		fmt.Println(`{"protocol":1,"metrics":{"completed":1}} {"protocol":1}`)
	case "nothing":
	case "exit":
		fmt.Fprintln(os.Stderr, "panic: index out of range\x1b[2J")
		return 3
	case "hang":
		time.Sleep(time.Hour)
	case "huge":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return 1
			}
		}
	default:
		if request.Results != "" {
			if err := os.WriteFile(filepath.Join(request.Results, "log.txt"), []byte(request.Scenario), 0o600); err != nil {
				return 1
			}
		}
		p50 := 10 + float64(request.Seed)/8
		if mode == "noisy-slow" {
			p50 += 5
		}
		fmt.Printf(`{"protocol":1,"metrics":{"completion_p50":%v,"completed":1,"last_ten_p50":null}}`+"\n", p50)
	}
	return 0
}

// withSubject returns the path of a suite whose only subject is this program in a mode.
func withSubject(t *testing.T, mode, more string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("subjects: [{name: example, command: [%q, -subject, %s]%s}]\n", program, mode, more) + tiny
	return suiteFile(t, text)
}

// Another program is given the scenarios, and its metrics stand beside those of the client.
func TestProgramSubject(t *testing.T) {
	in(t, t.TempDir())
	suite := withSubject(t, "good", "")
	out, _ := runs(t, exitOK, "run", suite, "-o", "a")
	if !strings.Contains(out, "completion_p50         10.1875 s") || !strings.Contains(out, "last_ten_p50           none") {
		t.Errorf("printed\n%s", out)
	}
	text := read(t, "a/results.yaml")
	for _, want := range []string{"version: v1.2", "values: [10.125, 10.25]", "bench replay "} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	runs(t, exitOK, "save", "base.yaml", suite, "-o", "a")
	runs(t, exitOK, "compare", "base.yaml", "--exact", "-o", "b")
	runs(t, exitOK, "replay", suite, "--case", "five", "--seed", "2", "-o", "r")
	if played := read(t, "r/log.txt"); !strings.Contains(played, "seed: 2") {
		t.Errorf("the program was given\n%s", played)
	}
}

// The example of docs/ci.md is a subject.
func TestDocumentedSubject(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	text := read(t, "../../../docs/ci.md")
	at := strings.Index(text, "#!/bin/sh\n")
	script, _, ok := strings.Cut(text[max(at, 0):], "```")
	if at < 0 || !ok {
		t.Fatal("docs/ci.md has no example")
	}
	in(t, t.TempDir())
	suite := suiteFile(t, fmt.Sprintf("subjects: [{name: example, command: [%q, subject.sh]}]\n", sh)+
		strings.Replace(tiny, "set: {", "set: {groups.leechers.nat: 1, ", 1))
	if err := os.WriteFile(filepath.Join(filepath.Dir(suite), "subject.sh"), []byte(script), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := runs(t, exitOK, "run", suite)
	if !strings.Contains(out, "completion_p50         12.25 s") || !strings.Contains(out, "six, example: not supported: the program has no NAT") {
		t.Errorf("printed\n%s", out)
	}
}

// A program that is not repeatable is compared by intervals, and a comparison that has too few runs
// says so.
func TestNoisyProgram(t *testing.T) {
	in(t, t.TempDir())
	before, after := withSubject(t, "noisy", ""), withSubject(t, "noisy-slow", "")
	runs(t, exitOK, "run", before, "--seeds", "8", "-o", "a")
	runs(t, exitOK, "run", after, "--seeds", "8", "-o", "b")
	out, _ := runs(t, exitRegressed, "compare", "a", "b")
	if !strings.Contains(out, "WORSE  five, example: completion_p50 from 10.5625 s to 15.5625 s (+47.3 %, 95 % interval") {
		t.Errorf("printed\n%s", out)
	}
	runs(t, exitOK, "run", before, "--seeds", "2", "-o", "c")
	runs(t, exitOK, "run", after, "--seeds", "2", "-o", "d")
	if out, _ := runs(t, exitOK, "compare", "c", "d"); !strings.Contains(out, "too few runs: five, example, completion_p50: 5 are needed") {
		t.Errorf("printed\n%s", out)
	}
}

// What a program cannot play is a result of its own.
func TestUnsupported(t *testing.T) {
	in(t, t.TempDir())
	suite := withSubject(t, "unsupported", "")
	out, _ := runs(t, exitOK, "run", suite, "-o", "a")
	if !strings.Contains(out, "five, example: not supported: group leechers: the program has no leechers") {
		t.Errorf("printed\n%s", out)
	}
	if out, _ := runs(t, exitOK, "compare", "a", "a", "--exact"); out != "tiny: 0 same, 2 unsupported\n" {
		t.Errorf("printed\n%s", out)
	}
	good := withSubject(t, "good", "")
	runs(t, exitOK, "run", good, "-o", "b")
	if out, _ := runs(t, exitRegressed, "compare", "b", "a"); !strings.Contains(out, "WORSE  five, example: was supported, and no longer is: group") {
		t.Errorf("printed\n%s", out)
	}
	runs(t, exitOK, "compare", "a", "b")
}

// A program that misbehaves is ended, and the message says what it did.
func TestBadPrograms(t *testing.T) {
	in(t, t.TempDir())
	for mode, want := range map[string]string{
		"error":   "subject example: the command reports: out of cheese",
		"garbage": `the command answers play with what is not a JSON object: "completion_p50 = 12\n"`,
		"twice":   "the command answers play with more than one JSON object",
		"nothing": "the command answers play with what is not a JSON object: nothing",
		"exit":    "the command failed: exit status 3; its standard error ends with\n  panic: index out of range\\x1b[2J",
		"hang":    "the command has not answered within 1s, and was ended",
		"huge":    "the command writes more than 1048576 bytes, and was ended",
	} {
		more := ""
		if mode == "hang" {
			more = ", timeout: 1 s"
		}
		_, errs := runs(t, exitFailed, "run", withSubject(t, mode, more), "-o", mode, "--workers", "1")
		if !strings.Contains(errs, "bench: six, example, seed 3: subject example") || !strings.Contains(errs, want) {
			t.Errorf("%s: %s", mode, errs)
		}
		if _, err := os.Stat(filepath.Join(mode, "results.yaml")); err == nil {
			t.Errorf("%s: there are results", mode)
		}
	}
	missing := suiteFile(t, "subjects: [{name: example, command: [./no-such-program]}]\n"+tiny)
	if _, errs := runs(t, exitFailed, "run", missing); !strings.Contains(errs, "subject example: the command cannot be started") &&
		!strings.Contains(errs, "no such file") {
		t.Errorf("%s", errs)
	}
}

// A program may change without a trace: its runs are reused to resume, and not once the suite was
// finished.
func TestProgramIsPlayedAgain(t *testing.T) {
	in(t, t.TempDir())
	suite := withSubject(t, "good", "")
	runs(t, exitOK, "run", suite, "-o", "a")
	journal := read(t, "a/bench.journal")
	if err := os.WriteFile("a/bench.journal", []byte(strings.Replace(journal, "10.125", "10.125", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat("a/bench.journal")
	if err != nil {
		t.Fatal(err)
	}
	runs(t, exitOK, "run", suite, "-o", "a")
	after, err := os.Stat("a/bench.journal")
	if err != nil {
		t.Fatal(err)
	}
	if after.Size() != before.Size() || strings.Count(read(t, "a/bench.journal"), "\n") != 5 {
		t.Errorf("the journal had %d bytes and has %d", before.Size(), after.Size())
	}
}

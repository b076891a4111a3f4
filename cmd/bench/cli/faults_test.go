package cli

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A patch changes one place of the program.
type patch struct{ file, old, new string }

// faults are mistakes that a client's developer could make, each a patch that the variable
// SWARMSIM_FAULT switches on, with a metric that has to show it.
var faults = []struct {
	name, metric string
	patches      []patch
}{
	{"optimistic-sticks", "completion_", []patch{{"client/choke/titfortat.go",
		"if r.Now-t.drawnAt < t.set.OptimisticInterval {",
		`if r.Now-t.drawnAt < t.set.OptimisticInterval || fault == "optimistic-sticks" {`}}},
	{"random-for-rarest", "completion_|seed_copies", []patch{{"client/pick/rarest.go",
		"if v.NumHave < p.set.RandomFirst {", `if v.NumHave < p.set.RandomFirst || fault == "random-for-rarest" {`}}},
	{"no-end-game", "last_ten_p50|completion_", []patch{{"client/assign/endgame_single.go",
		"if !allRequested(v) || n.Requests.Len() > 0 {",
		`if !allRequested(v) || n.Requests.Len() > 0 || fault == "no-end-game" {`}}},
	{"one-slot", "completion_|uplink_utilization", []patch{{"client/choke/titfortat.go",
		"func (t *TitForTat) MaxSlots(r Round) int {",
		"func (t *TitForTat) MaxSlots(r Round) int {\n\tif fault == \"one-slot\" {\n\t\treturn 1\n\t}"}}},
	{"pipeline-of-one", "completion_|uplink_utilization", []patch{{"client/backlog/rate.go",
		"return min(target, r.set.Max) - in.Outstanding",
		"if fault == \"pipeline-of-one\" {\n\t\ttarget = 1\n\t}\n\treturn min(target, r.set.Max) - in.Outstanding"}}},
	{"late-haves", "completion_|uplink_utilization", []patch{
		{"client/have.go", "p.send(id, Have).Index = uint32(piece)",
			"if fault == \"late-haves\" {\n\t\t\t\tp.delayHave(id, piece)\n\t\t\t\tcontinue\n\t\t\t}\n\t\t\tp.send(id, Have).Index = uint32(piece)"},
		{"client/peer.go", "p.now, p.out = now, out\n\tswitch e.Kind {",
			"p.now, p.out = now, out\n\tif fault == \"late-haves\" {\n\t\tp.sendDelayedHaves()\n\t}\n\tswitch e.Kind {"}}},
	{"seed-sticks", "completion_|fairness|seed_copies", []patch{{"client/rechoke.go",
		"p.slotsContended = waiting > 0",
		"if fault == \"seed-sticks\" && p.Complete() {\n\t\tp.stick()\n\t}\n\tp.slotsContended = waiting > 0"}}},
	{"lost-at-choke", "completion_|completed", []patch{{"client/request.go",
		"func (p *Peer) voidRequests(id ConnID) (opened bool) {\n\tc := &p.conns[id]",
		"func (p *Peer) voidRequests(id ConnID) (opened bool) {\n\tc := &p.conns[id]\n\tif fault == \"lost-at-choke\" {\n\t\treturn false\n\t}"}}},
	{"piece-forever", "duplicates|completed|overhead", []patch{{"client/block.go",
		"piece := a.Index()\n\tif good {", "piece := a.Index()\n\tgood = good && !(fault == \"piece-forever\" && piece == 7)\n\tif good {"}}},
}

// faultFiles are added to the packages that patches change.
var faultFiles = map[string]string{
	"client/choke/fault.go":   "package choke\n" + faultVariable,
	"client/pick/fault.go":    "package pick\n" + faultVariable,
	"client/assign/fault.go":  "package assign\n" + faultVariable,
	"client/backlog/fault.go": "package backlog\n" + faultVariable,
	"client/fault.go": "package client\n" + faultVariable + `
type lateHave struct {
	id    ConnID
	piece int
	due   time.Duration
}

var (
	lateMu sync.Mutex
	late   = map[*Peer][]lateHave{}
)

func (p *Peer) delayHave(id ConnID, piece int) {
	lateMu.Lock()
	defer lateMu.Unlock()
	late[p] = append(late[p], lateHave{id, piece, p.now + 5*time.Second})
}

func (p *Peer) sendDelayedHaves() {
	lateMu.Lock()
	defer lateMu.Unlock()
	for q := late[p]; len(q) > 0 && q[0].due <= p.now; q = late[p] {
		late[p] = q[1:]
		if slices.Contains(p.established, q[0].id) {
			p.send(q[0].id, Have).Index = uint32(q[0].piece)
		}
	}
}

// stick chooses the neighbours that have a slot already, if any has one.
func (p *Peer) stick() {
	s := p.scratch
	held := s.chosen[:0:0]
	for i := range s.candidates {
		if s.candidates[i].Unchoked {
			held = append(held, i)
		}
	}
	if len(held) == 0 {
		return
	}
	for i := range s.candidates {
		s.candidates[i].ID = int(p.conns[p.established[i]].serial)
	}
	for _, i := range held {
		s.candidates[i].ID = -1
	}
}
`,
}

const faultVariable = `
import (
	"os"
	"slices"
	"sync"
	"time"
)

var (
	fault = os.Getenv("SWARMSIM_FAULT")
	_     = slices.Contains[[]int]
	_     sync.Mutex
	_     time.Duration
)
`

// buildWithFaults builds cmd/bench and cmd/swarmsim with all patches in them, and returns their
// folder.
func buildWithFaults(t *testing.T, root string) string {
	t.Helper()
	dir := t.TempDir()
	texts := map[string]string{}
	for _, f := range faults {
		for _, p := range f.patches {
			text, ok := texts[p.file]
			if !ok {
				raw, err := os.ReadFile(filepath.Join(root, p.file))
				if err != nil {
					t.Fatal(err)
				}
				text = string(raw)
			}
			if strings.Count(text, p.old) != 1 {
				t.Fatalf("fault %s: %s has %d places to patch; adapt the patch to the code", f.name, p.file, strings.Count(text, p.old))
			}
			texts[p.file] = strings.Replace(text, p.old, p.new, 1)
		}
	}
	for file, text := range faultFiles {
		texts[file] = text
	}
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	for file, text := range texts {
		path := filepath.Join(dir, strings.ReplaceAll(file, "/", "_"))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		overlay.Replace[filepath.Join(root, file)] = path
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		t.Fatal(err)
	}
	list, programs := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "bin")
	if err := os.WriteFile(list, text, 0o644); err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(t.Context(), "go", "build", "-pgo=off", "-overlay", list, "-o", programs+"/", "./cmd/bench", "./cmd/swarmsim")
	c.Dir = root
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return programs
}

// Each fault makes the gate fail, with a metric that shows it and a command that replays its worst
// seed; the same program without a fault differs in no digit.
func TestFaultsAreCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the program anew")
	}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command")
	}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	programs, dir := buildWithFaults(t, root), t.TempDir()
	suite, err := filepath.Abs("testdata/faults.yaml")
	if err != nil {
		t.Fatal(err)
	}
	run := func(program, fault string, args ...string) (int, string) {
		c := exec.CommandContext(t.Context(), filepath.Join(programs, program), args...)
		c.Dir, c.Env = dir, append(os.Environ(), "SWARMSIM_FAULT="+fault)
		out, err := c.CombinedOutput()
		if err != nil && c.ProcessState == nil {
			t.Fatal(err)
		}
		return c.ProcessState.ExitCode(), string(out)
	}
	if code, out := run("bench", "", "save", "base.yaml", suite, "-q", "-o", "base"); code != 0 {
		t.Fatalf("exit %d: %s", code, out)
	}
	if code, out := run("bench", "", "compare", "base.yaml", "--exact", "--workers", "1", "-o", "same"); code != 0 {
		t.Errorf("without a fault: exit %d: %s", code, out)
	}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			code, out := run("bench", f.name, "compare", "base.yaml", "-o", f.name)
			if code != exitRegressed {
				t.Fatalf("exit %d, want %d: %s", code, exitRegressed, out)
			}
			if !regexp.MustCompile(`(?m)^WORSE .*: (` + f.metric + `)`).MatchString(out) {
				t.Errorf("no metric %s is named: %s", f.metric, out)
			}
			replay := regexp.MustCompile(`worst seed \d+: swarmsim (run .*)`).FindStringSubmatch(out)
			if replay == nil {
				t.Fatalf("no command replays a seed: %s", out)
			}
			words := append(strings.Fields(replay[1]), "-o", "replay-"+f.name)
			if code, text := run("swarmsim", f.name, words...); code != 0 || !strings.Contains(text, "report.html") {
				t.Errorf("swarmsim %s: exit %d: %s", replay[1], code, text)
			}
		})
	}
}

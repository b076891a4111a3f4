package scenario

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// catalogue is a small catalogue for tests.
func catalogue() Catalogue {
	type slots struct {
		Slots      int           `json:"slots,omitempty" jsonschema:"how many" min:"1" max:"100"`
		Optimistic time.Duration `json:"optimistic,omitempty" jsonschema:"how long" min:"1 s"`
	}
	type none struct{}
	named := func(names ...string) (out []Named) {
		for _, name := range names {
			out = append(out, Named{name, "", func() any { return &none{} }})
		}
		return out
	}
	return Catalogue{
		Chokers: []Named{
			{"tit-for-tat", "", func() any { return &slots{4, 30 * time.Second} }},
			{"round-robin", "", func() any { return &slots{4, 30 * time.Second} }},
			{"never", "", func() any { return &none{} }},
		},
		Pickers:       []Named{{"rarest-first", "", func() any { return &none{} }}, {"random", "", func() any { return &none{} }}},
		Backlogs:      []Named{{"rate", "", func() any { return &none{} }}},
		EventLoops:    named("immediate", "pulse", "run-queue", "writer"),
		Assignments:   named("strict", "exclusive", "contiguous", "picker-driven"),
		EndGames:      named("off", "single-duplicate", "max-two", "broadcast", "strict"),
		Reveals:       named("all", "super-seeding", "smart-seed"),
		Measures:      []string{"completion_s.count", "completion_s.mean", "completion_s.p95", "bound_s", "seed_copies", "interest.p50", "graph.diameter"},
		GroupMeasures: []string{"completion_s.mean", "completion_s.p95", "uploaded_bytes", "unchoked.*", "wanted.p50"}, SeedMeasures: []string{"uploaded_bytes"},
	}
}

func source(text string, sets ...string) Source {
	return Source{Text: []byte(text), Shown: "s.yaml", Dir: "dir", Sets: sets, Catalogue: catalogue(),
		Files: fstest.MapFS{"dir/trace.txt": {Data: []byte("\ufeff# arrivals\n3\n1.5\n\n2\n")}, "dir/bad.txt": {Data: []byte("1\nx\n")},
			"dir/epoch.txt": {Data: []byte("1136073600\n")}, "dir/empty.txt": {Data: []byte("# none\n")}, "dir/late.txt": {Data: []byte("10000000\n")},
			"dir/passwd": {Data: []byte("root:x:0:0:secret\n")}}}
}

// bomb expands to 9^9 values.
var bomb = func() string {
	out := "name: x\na0: &a0 [0]\n"
	for i := range 9 {
		out += fmt.Sprintf("a%d: &a%d [%s]\n", i+1, i+1, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d, ", i), 9), ", "))
	}
	return out
}()

const good = `name: good
content: {size: 64 MiB, piece: 256 KiB}
network: {latency: 25 ms to 50 ms}
client:
  choker: {name: tit-for-tat, slots: 7}
groups:
  - name: seed
    count: 1
    seed: true
    link: {up: 10 Mbit/s, down: 10 Mbit/s}
  - name: leechers
    count: 3
    link: {up: 1 MB/s, down: 4 MB/s}
    client: {choker: {optimistic: 10 s}}
events:
  - {at: 30 s, action: leave, group: seed}
stop: {deadline: 10 min}
expect:
  - completion.p95 < 300 s
  - completion.count == 3
`

func mustLoad(t testing.TB, src Source) *Scenario {
	t.Helper()
	s, err := Load(src)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoad(t *testing.T) {
	s := mustLoad(t, source(good))
	if s.Content.Size != 64<<20 || s.Groups[0].Link.Up.String() != "1.25 MB/s" {
		t.Errorf("content %v, link %v", s.Content.Size, s.Groups[0].Link.Up)
	}
	if s.Client.Picker.Name != "rarest-first" || s.Groups[1].Client.Choker.Name != "tit-for-tat" {
		t.Errorf("strategies %+v", s.Groups[1].Client)
	}
	// A group's client inherits from the scenario's; a strategy keeps its other settings.
	text, err := s.Print()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "slots: 7") != 2 {
		t.Errorf("the group lost its slots:\n%s", text)
	}
}

// A group may be empty: it is the control run of a sweep over its size.
func TestEmptyGroup(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "events:", "  - {name: extra, count: 0, link: {up: 1 MB/s, down: 1 MB/s}}\nevents:", 1)))
	if s.Groups[2].Count != 0 {
		t.Errorf("%d peers", s.Groups[2].Count)
	}
}

// A share may be written in percent.
func TestSharesInPercent(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 3\n    crash: 20 %\n    nat: 0.5", 1)))
	if s.Groups[1].Crash != 0.2 || s.Groups[1].NAT != 0.5 {
		t.Errorf("crash %v, nat %v", s.Groups[1].Crash, s.Groups[1].NAT)
	}
}

// A trace with more arrivals than the group has peers gives a warning.
func TestLongTraceGivesWarning(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 2\n    arrival: {pattern: trace, file: trace.txt}", 1)))
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Error(), `s.yaml:13:37: groups[1].arrival.file: the trace "trace.txt" has 3 arrivals, of which the group's 2 peers use the first`) {
		t.Errorf("warnings %v", s.Warnings)
	}
}

// Load reads what Print writes to the same scenario.
func TestPrintRoundTrip(t *testing.T) {
	once, err := mustLoad(t, source(good)).Print()
	if err != nil {
		t.Fatal(err)
	}
	again, err := mustLoad(t, source(string(once))).Print()
	if err != nil {
		t.Fatal(err)
	}
	if string(once) != string(again) {
		t.Errorf("printed\n%s\nand again\n%s", once, again)
	}
}

func TestTraceIsSorted(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 3\n    arrival: {pattern: trace, file: trace.txt}", 1)))
	want := []Duration{Duration(1500 * time.Millisecond), Duration(2 * time.Second), Duration(3 * time.Second)}
	if !slices.Equal(s.Groups[1].Arrival.Times, want) {
		t.Errorf("got %v", s.Groups[1].Arrival.Times)
	}
}

package scenario

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"go.yaml.in/yaml/v4"

	"pgregory.net/rapid"
)

// catalogue stands in for the client's.
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

// bomb stands for 9^9 values.
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
	// A group's client starts from the scenario's; a strategy keeps its other
	// settings.
	text, err := s.Print()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Count(string(text), "slots: 7") != 2 {
		t.Errorf("the group lost its slots:\n%s", text)
	}
}

// What is set on a value that is repeated changes it only there.
func TestSetOnAnAlias(t *testing.T) {
	text := strings.Replace(good, "link: {up: 10 Mbit/s, down: 10 Mbit/s}", "link: &l {up: 10 Mbit/s, down: 10 Mbit/s}", 1)
	text = strings.Replace(text, "link: {up: 1 MB/s, down: 4 MB/s}", "link: *l", 1)
	s := mustLoad(t, source(text, "groups.leechers.link.up=1 Mbit/s"))
	if a, b := s.Groups[0].Link.Up.String(), s.Groups[1].Link.Up.String(); a != "1.25 MB/s" || b != "125 kB/s" {
		t.Errorf("the seed has %s, the leechers %s", a, b)
	}
}

// Setting one of several alternatives is meant instead of the others.
func TestSettingAnAlternativeReplacesTheOthers(t *testing.T) {
	for _, sets := range [][]string{
		{"content.path=trace.txt"},
		{"network.map=world", "groups.seed.region=europe", "groups.leechers.region=japan", "tracker.region=europe"},
		{"groups.leechers.link.mix=[{share: 1, up: 1 MB/s, down: 1 MB/s}]"},
	} {
		if _, err := Load(source(good, sets...)); err != nil {
			t.Errorf("%v: %v", sets, err)
		}
	}
	if _, err := Load(source(good, "content.size=1 MiB", "content.path=trace.txt")); err == nil || !strings.Contains(err.Error(), "exactly one of") {
		t.Errorf("both set: %v", err)
	}
}

// A group may be empty: it is the control run of a sweep over its size.
func TestAnEmptyGroup(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "events:", "  - {name: extra, count: 0, link: {up: 1 MB/s, down: 1 MB/s}}\nevents:", 1)))
	if s.Groups[2].Count != 0 {
		t.Errorf("%d peers", s.Groups[2].Count)
	}
}

// A share may be written in percent, as elsewhere.
func TestSharesInPercent(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 3\n    crash: 20 %\n    nat: 0.5", 1)))
	if s.Groups[1].Crash != 0.2 || s.Groups[1].NAT != 0.5 {
		t.Errorf("crash %v, nat %v", s.Groups[1].Crash, s.Groups[1].NAT)
	}
}

// What a trace has beyond the group's count is not dropped in silence.
func TestATraceLongerThanItsGroupIsWarnedOf(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 2\n    arrival: {pattern: trace, file: trace.txt}", 1)))
	if len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0].Error(), `s.yaml:13:37: groups[1].arrival.file: the trace "trace.txt" has 3 arrivals, and the group's 2 peers come at the first of them`) {
		t.Errorf("warnings %v", s.Warnings)
	}
}

// Messages stay short and do nothing to a terminal, whatever the file holds.
func TestMessagesAreBoundedAndPrintable(t *testing.T) {
	text := good
	for i := range 20_000 {
		text += fmt.Sprintf("\"f\\e[31m%d\": 1\n", i)
	}
	_, err := Load(source(text))
	if err == nil || len(err.Error()) > 32<<10 || strings.ContainsRune(err.Error(), '\x1b') || !strings.Contains(err.Error(), "more problems") {
		t.Errorf("%d bytes: %.300s", len(err.Error()), err)
	}
	_, err = Load(source(strings.Replace(good, "name: good", "name: \""+strings.Repeat("x", 100_000)+"\"", 1)))
	if err == nil || len(err.Error()) > 2000 {
		t.Errorf("%d bytes: %.300s", len(err.Error()), err)
	}
}

// A hint names the unit that was meant: a bit is no byte.
func TestUnitHints(t *testing.T) {
	for text, want := range map[string]string{
		"1 Mb/s": "Mbit/s", "1 Mbit": "Mbit/s", "10 kb/s": "kbit/s", "1 Mbps": "Mbit/s", "1 mbps": "Mbit/s", "1 MBps": "MB/s", "3 KBps": "kB/s", "2 MiBps": "MiB/s", "5 kbits/s": "kbit/s", "1 gbit/s": "Gbit/s",
	} {
		var r Rate
		if err := r.Parse(text); err == nil || !strings.Contains(err.Error(), "did you mean \""+want+"\"?") {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	for text, want := range map[string]string{"64 mb": `mean "MB"`, "64 kib": `mean "KiB"`, "64 Mbit": "which counts bits", "3 megabytes": "is unknown; an amount", "1 PB": "is unknown; an amount"} {
		var b Bytes
		if err := b.Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}

// What is written in a unit is read back to the last bit.
func TestDrawnUnitsRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		x := math.Exp(r.Float64() * math.Log(maxRate))
		var rate Rate
		if err := rate.Parse(Rate(x).String()); err != nil || rate != Rate(x) {
			t.Fatalf("%v is written %v and read %v, %v", x, Rate(x), float64(rate), err)
		}
		d := Duration(math.Exp(r.Float64() * math.Log(float64(maxDuration))))
		var back Duration
		if err := back.Parse(d.String()); err != nil || back != d {
			t.Fatalf("%d ns are written %v and read %d, %v", d, d, back, err)
		}
	}
	if s := Duration(1_000_000 * time.Second).String(); s != "1000000 s" {
		t.Errorf("1,000,000 s are written %s", s)
	}
}

// What Print writes, Load reads to the same scenario.
func TestPrintIsAFixpoint(t *testing.T) {
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

// Each thing that is wrong gets one message that names its place, what was
// found and what would be right.
func TestBadScenarios(t *testing.T) {
	change := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("nothing to change: %q", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, c := range []struct{ name, text, want string }{
		{"unknown field", change("count: 3", "count: 3\n    colour: red"), `s.yaml:13:5: there is no field "colour" in groups[1]`},
		{"misspelt field", change("count: 3", "conut: 3"), `s.yaml:12:5: there is no field "conut" in groups[1], did you mean "count"?`},
		{"missing field", change("    count: 3\n", ""), `s.yaml:11:5: groups[1].count: is missing`},
		{"missing unit", change("256 KiB", "256"), `s.yaml:2:32: content.piece: "256" has no unit; write "256 kB"`},
		{"unknown unit", change("10 min", "10 minutes"), `s.yaml:17:18: stop.deadline: unit "minutes" of "10 minutes" is unknown`},
		{"unit in the wrong case", change("256 KiB", "256 kib"), `did you mean "KiB"?`},
		{"negative rate", change("1 MB/s", "-1 MB/s"), `s.yaml:13:16: groups[1].link.up: "-1 MB/s" is negative`},
		{"zero rate", change("1 MB/s", "0 MB/s"), `is below 1 kB/s`},
		{"not a number", change("count: 3", "count: many"), `s.yaml:12:12: groups[1].count: found "many" where a whole number belongs`},
		{"count below 0", change("count: 3", "count: -1"), `s.yaml:12:12: groups[1].count: -1 is too small; 0 is the least`},
		{"arrival after the deadline", change("count: 3", "count: 3\n    arrival: {start: 20 min}"), `s.yaml:13:22: groups[1].arrival.start: 20 min is not before the deadline 10 min`},
		{"arrivals beyond the deadline", change("count: 3", "count: 3\n    arrival: {pattern: spread, over: 20 min}"), `beyond the deadline`},
		{"unknown strategy", change("name: tit-for-tat", "name: tit-for-tot"), `s.yaml:5:18: client.choker: there is no choker "tit-for-tot", did you mean "tit-for-tat"?; known are never, round-robin, tit-for-tat`},
		{"unknown setting", change("slots: 7", "slotz: 7"), `s.yaml:5:31: there is no field "slotz" in client.choker, did you mean "slots"?`},
		{"setting out of range", change("slots: 7", "slots: 700"), `s.yaml:5:38: client.choker.slots: 700 is too large; 100 is the most`},
		{"missing trace file", change("count: 3", "count: 3\n    arrival: {pattern: trace, file: gone.txt}"), `s.yaml:13:37: groups[1].arrival.file: cannot use the trace "gone.txt": file does not exist`},
		{"bad trace file", change("count: 3", "count: 2\n    arrival: {pattern: trace, file: bad.txt}"), `line 2: is not a number of seconds such as 12.5`},
		{"short trace file", change("count: 3", "count: 4\n    arrival: {pattern: trace, file: trace.txt}"), `has 3 arrivals and the group 4 peers`},
		{"zero latency", change("25 ms to 50 ms", "0 ms"), `s.yaml:3:20: network.latency: 0 s is below 10 us`},
		{"peers that never meet", change("25 ms to 50 ms", "5 s to 12 s"), `client.handshake_timeout: 20 s is too short for a path of 12 s`},
		{"a tracker that nobody hears", change("25 ms to 50 ms", "5 s") + "tracker: {timeout: 20 s}\n", `tracker.timeout: 20 s is too short: an announce crosses the path four times, which takes up to 20 s here`},
		{"range upside down", change("25 ms to 50 ms", "50 ms to 25 ms"), `ends below its start`},
		{"contradictory link", change("down: 4 MB/s", "down: 4 MB/s, mix: [{share: 1, up: 1 MB/s, down: 1 MB/s}]"), `s.yaml:13:11: groups[1].link: has both a mix and rates`},
		{"half a link", change(", down: 4 MB/s", ""), `s.yaml:13:11: groups[1].link: lacks down`},
		{"contradictory arrival", change("count: 3", "count: 3\n    arrival: {pattern: at-once, rate: 1 /s}"), `s.yaml:13:39: groups[1].arrival.rate: means nothing with the pattern at-once`},
		{"incomplete arrival", change("count: 3", "count: 3\n    arrival: {pattern: poisson}"), `needs rate`},
		{"a moment's rate", change("choker: {name", "rate_window: 1 ms\n  choker: {name"), `client.rate_window: 1 ms is too short`},
		{"two ways to take turns", change("choker: {name", "refresh_interval: 1 s\n  upload: {batch_writes: true}\n  choker: {name"), `refresh_interval: contradicts upload.batch_writes`},
		{"an answer to no claim", change("choker: {name", "misbehaviour: {over_report_reply: garbage}\n  choker: {name"), `misbehaviour.over_report_reply: has no effect without over_report`},
		{"a refusal that cannot be said", change("choker: {name", "misbehaviour: {over_report: 1, over_report_reply: reject}\n  choker: {name"), `reject needs fast_extension`},
		{"a claim beside an offer", change("choker: {name", "misbehaviour: {over_report: 1}\n  reveal: super-seeding\n  choker: {name"), `contradict reveal: super-seeding`},
		{"sybils that crash", change("events:\n", "  - {name: sybils, count: 1, sybils: 5, crash: 0.5, link: {up: 1 MB/s, down: 1 MB/s}}\nevents:\n"), `groups[2].crash: has no effect on sybils`},
		{"contradictory limits", change("choker: {name", "connections: {dial_target: 90, max: 80}\n  choker: {name"), `dial_target 90 exceeds max 80`},
		{"two contents", change("size: 64 MiB", "size: 64 MiB, torrent: x.torrent"), `s.yaml:2:10: content: needs exactly one of`},
		{"missing torrent", change("size: 64 MiB, piece: 256 KiB", "torrent: x.torrent"), `cannot read "x.torrent": file does not exist`},
		{"event for nobody", change("group: seed}", "group: sed}"), `s.yaml:16:38: events[0].group: there is no group "sed", did you mean "seed"?`},
		{"event after the end", change("at: 30 s", "at: 3 h"), `events[0].at: 3 h is not before the deadline 10 min`},
		{"unknown action", change("action: leave", "action: leav"), `"leav" is not one of leave, crash, link, tracker-outage, partition, did you mean "leave"?`},
		{"no seed", change("seed: true\n", "seed: false\n"), `groups: has no peer with seed: true`},
		{"group twice", change("name: leechers", "name: seed"), `is the name of another group too`},
		{"duration below its least", change("stop: {", "record: {interval: 1 ms}\nstop: {"), `record.interval: 1 ms is too small; 10 ms is the least`},
		{"rechoke of nothing", change("choker: {name", "rechoke_interval: 0 s\n  choker: {name"), `client.rechoke_interval: 0 s is too small; 100 ms is the least`},
		{"rate beyond all links", change("1 MB/s", "1e30 MB/s"), `is above 1000 GB/s`},
		{"share of nobody", change("group: seed}", "group: seed, share: 0}"), `events[0].share: 0 concerns nobody`},
		{"time against rate", change("< 300 s", "< 10 MB/s"), `expect[0]: "completion.p95 < 10 MB/s" compares a time such as 300 s with a rate`},
		{"time against number", change("< 300 s", "< 300"), `compares a time such as 300 s with a number`},
		{"bytes against time", change("completion.p95 < 300 s", "groups.seed.uploaded < 300 s"), `compares an amount such as 64 MiB with a time`},
		{"share against time", change("completion.p95 < 300 s", "groups.leechers.unchoked.seed < 1 s"), `compares a number with a time`},
		{"what is not measured", change("completion.p95 < 300 s", "groups.leechers.wanted.p50 < 1"), `expect[0]: groups.leechers.wanted.p50 is only measured with record: {interest: true}`},
		{"no graph", change("completion.p95 < 300 s", "graph.diameter < 4"), `graph.diameter is only measured with record: {graph: half}`},
		{"no measure", change("completion.p95 < 300 s", "3 < 5"), `names no measure`},
		{"a seed's completion", change("completion.p95 < 300 s", "groups.seed.completion.mean < 5 s"), `there is no measure "groups.seed.completion.mean"`},
		{"forgotten between announces", change("stop: {", "tracker: {interval: 1 h}\nstop: {"), `tracker.expire: 45 min contradicts interval 1 h`},
		{"more real content than memory", "payload: real\n" + change("64 MiB", "64 GiB"), `real keeps 64 GiB for each of 4 peers in memory; at most 8 GiB in all`},
		{"field twice", change("count: 3", "count: 3\n    count: 4"), `s.yaml:13:5: groups[1].count: is given twice`},
		{"unknown measure", change("completion.p95", "completion.p96"), `s.yaml:19:5: expect[0]: there is no measure "completion.p96", did you mean`},
		{"no comparison", change("completion.p95 < 300 s", "completion.p95"), `compares nothing`},
		{"a list for a mapping", change("{deadline: 10 min}", "[1]"), `s.yaml:17:7: stop: found a list where a mapping`},
		{"not YAML", "name: [", `s.yaml:2:1: is not YAML`},
		{"empty", "", `is not a scenario`},
		{"an alias inside itself", change("choker: {name: tit-for-tat, slots: 7}", "choker: &a {name: *a}"), `*a is inside what it stands for`},
		{"a pile of aliases", bomb, `has more than 200000 values with its aliases written out`},
		{"deep nesting", "name: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), `nests more than 100 deep`},
		{"nothing for a name", change("name: leechers", "name: null"), `groups[1].name: found nothing where one value belongs`},
		{"letters swapped", change("latency: 25", "transport: tpc, latency: 25"), `network.transport: "tpc" is not one of ideal, tcp, utp, did you mean "tcp"?`},
		{"bits as others write them", change("1 MB/s", "1 Mbps"), `unit "Mbps" of "1 Mbps" is unknown, did you mean "Mbit/s"?`},
		{"minutes", change("10 min", "10 minutes"), `did you mean "min"?`},
		{"a distribution misspelt", change("count: 3", "count: 3\n    stay: wiebull 10 min shape 0.6"), `did you mean "weibull"?`},
		{"too large a share", change("count: 3", "count: 3\n    crash: 120 %"), `groups[1].crash: 120 % is too large; 1 is the most`},
		{"a setting of what has none", change("choker: {name", "picker: {name: random, p: 1}\n  choker: {name"), `there is no field "p" in client.picker: it has no settings`},
		{"impatience", change("choker: {name", "misbehaviour: {forced_announce_interval: 1 ns}\n  choker: {name"), `forced_announce_interval: 1 ns is too short; the minimum is 1 s`},
		{"a year for a time", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: epoch.txt}"), `line 1: 1136073600 is more than ten years; arrivals are in seconds since the run began`},
		{"a trace of nothing", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: empty.txt}"), `the trace "empty.txt" has no arrivals`},
		{"somebody's secrets", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: passwd}"), `line 1: is not a number of seconds`},
		{"late in whole seconds", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: late.txt}"), `arrival at 10000000 s is not before the deadline`},
		{"a folder for a trace", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: .}"), `it is a folder, not a file`},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := Load(source(c.text))
			var problems Problems
			if s != nil || !errors.As(err, &problems) {
				t.Fatalf("loaded, or an error without a place: %v", err)
			}
			if len(problems) != 1 {
				t.Errorf("%d messages, want one:\n%v", len(problems), err)
			}
			if !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestSet(t *testing.T) {
	for _, c := range []struct {
		set  string
		look func(*Scenario) string
		want string
	}{
		{"groups.leechers.count=9", func(s *Scenario) string { return string(rune('0' + s.Groups[1].Count)) }, "9"},
		{"groups[0].link.up=1 GB/s", func(s *Scenario) string { return s.Groups[0].Link.Up.String() }, "1 GB/s"},
		{"client.picker=random", func(s *Scenario) string { return s.Client.Picker.Name }, "random"},
		{"client.seed_choker.slots=9", func(s *Scenario) string { return s.Client.SeedChoker.Name }, "round-robin"},
		{"tracker.interval=5 min", func(s *Scenario) string { return s.Tracker.Interval.String() }, "5 min"},
		{"expect=[]", func(s *Scenario) string { return strings.Repeat("x", len(s.Expect)) }, ""},
	} {
		if got := c.look(mustLoad(t, source(good, c.set))); got != c.want {
			t.Errorf("--set %s: got %q, want %q", c.set, got, c.want)
		}
	}
	for set, want := range map[string]string{
		"groups.nobody.count=1":   `--set groups.nobody.count=1: groups.nobody: the list has no item "nobody"`,
		"groups.leechers.cuont=1": `--set groups.leechers.cuont=1: there is no field "cuont" in groups[1], did you mean "count"?`,
		"network.latency=0 s":     `--set network.latency=0 s: network.latency: 0 s is below 10 us`,
		"count":                   `must look like path=value`,
	} {
		if _, err := Load(source(good, set)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("--set %s: got %v, want %s", set, err, want)
		}
	}
}

func TestTraceIsSorted(t *testing.T) {
	s := mustLoad(t, source(strings.Replace(good, "count: 3", "count: 3\n    arrival: {pattern: trace, file: trace.txt}", 1)))
	want := []Duration{Duration(1500 * time.Millisecond), Duration(2 * time.Second), Duration(3 * time.Second)}
	if !slices.Equal(s.Groups[1].Arrival.Times, want) {
		t.Errorf("got %v", s.Groups[1].Arrival.Times)
	}
}

// What a unit writes, it reads to the same.
func TestUnitsRoundTrip(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		b := Bytes(rapid.Int64Range(0, 1<<50).Draw(r, "bytes"))
		d := Duration(rapid.Int64Range(0, int64(maxDuration)).Draw(r, "duration"))
		var b2 Bytes
		var d2 Duration
		if err := b2.Parse(b.String()); err != nil || b2 != b {
			r.Fatalf("%d B wrote %v and read %d, %v", int64(b), b, int64(b2), err)
		}
		// The unit is chosen to be short, which may round the last nanosecond
		// of a long time.
		if err := d2.Parse(d.String()); err != nil || d2-d > 1000 || d-d2 > 1000 {
			r.Fatalf("%d ns wrote %v and read %d, %v", int64(d), d, int64(d2), err)
		}
	})
}

func TestDistributions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for text, mean := range map[string]float64{
		"1 MB/s": 1e6, "500 kB/s to 1500 kB/s": 1e6, "exponential 1 MB/s": 1e6,
		"lognormal 1 MB/s sigma 0.5": 1e6 * 1.1331, "weibull 1 MB/s shape 2": 1e6 * 0.8862,
	} {
		var d RateDist
		if err := d.Parse(text); err != nil {
			t.Fatal(err)
		}
		if d.String() != text && text[:3] != "500" {
			t.Errorf("%s writes itself %s", text, d)
		}
		sum := 0.0
		for range 20_000 {
			sum += float64(d.Draw(r))
		}
		if got := sum / 20_000; got < 0.97*mean || got > 1.03*mean {
			t.Errorf("%s: mean %.0f, want %.0f", text, got, mean)
		}
	}
}

func TestExpectations(t *testing.T) {
	values := map[string]float64{"a": 10, "b": 4}
	for text, want := range map[string]bool{
		"a < 11": true, "a < 10": false, "a <= 10": true, "a > 2.4 * b": true, "a > 2.5 * b": false,
		"a == 10": true, "a >= 10 s": true, "b < 400 %": false, "b <= 400 %": true, "c < 1": false,
	} {
		var e Expectation
		if err := e.Parse(text); err != nil {
			t.Fatal(err)
		}
		met, _ := e.Holds(func(m string) (float64, bool) { v, ok := values[m]; return v, ok })
		if met != want {
			t.Errorf("%s: %v", text, met)
		}
	}
}

// Whatever stands in a file, Load answers with a scenario that prints and loads
// again, or with an error.
func FuzzLoad(f *testing.F) {
	f.Add(good)
	f.Add("name: [")
	f.Add("a: &a [*a]")
	entries, err := os.ReadDir("../../scenarios")
	if err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		if text, err := os.ReadFile("../../scenarios/" + e.Name()); err == nil && strings.HasSuffix(e.Name(), ".yaml") {
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Load(source(text))
		if err != nil {
			return
		}
		printed, err := s.Print()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Load(source(string(printed))); err != nil {
			t.Fatalf("what was printed does not load: %v\n%s", err, printed)
		}
	})
}

// Whatever is set, the answer is a scenario or an error.
func FuzzSet(f *testing.F) {
	for _, seed := range []string{"groups.leechers.count=200", "client={choker: never}", "client=&a {choker: *a}", "groups[1].link.up=1 MB/s to 2 MB/s", "=", "a.b.c.d=e", "content.torrent=x", "groups=[]"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, set string) {
		s, err := Load(source(good, set))
		if err == nil {
			if _, err := s.Print(); err != nil {
				t.Fatal(err)
			}
		} else if len(err.Error()) > 64<<10 {
			t.Errorf("a message of %d bytes", len(err.Error()))
		}
	})
}

// Whatever a trace holds, the answer is times that are in order of magnitude or an
// error that does not repeat it.
func FuzzTrace(f *testing.F) {
	f.Add([]byte("\ufeff# arrivals\n3\n1.5\n\n2\n"))
	f.Add([]byte("1136073600\n"))
	f.Add([]byte("root:x:0:0:root\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		times, err := readTrace(Source{Files: fstest.MapFS{"t": {Data: text}}, Dir: "."}, "t")
		if err != nil && len(err.Error()) > len(text)+300 {
			t.Errorf("%v", err)
		}
		for _, at := range times {
			if at < 0 || at.Std() > maxDuration {
				t.Errorf("an arrival at %v", at)
			}
		}
	})
}

// Whatever a file holds, its aliases are written out in bounds, and its kind can be
// told.
func FuzzParseYAML(f *testing.F) {
	f.Add([]byte(good))
	f.Add([]byte("a: &a [*a]"))
	f.Add([]byte("a: &a [1, 2]\nb: [*a, *a]\nscenario: &s {x: *a}\nc: {<<: *s}\n"))
	f.Add([]byte("d4:infod6:lengthi100000eee"))
	f.Fuzz(func(t *testing.T, text []byte) {
		Keys(text)
		root, err := ParseYAML(text)
		if err != nil || root == nil {
			return
		}
		count := 0
		var walk func(n *yaml.Node)
		walk = func(n *yaml.Node) {
			if count++; n.Kind == yaml.AliasNode || count > maxNodes {
				t.Fatal("an alias is left, or there are too many values")
			}
			for _, c := range n.Content {
				walk(c)
			}
		}
		walk(root)
	})
}

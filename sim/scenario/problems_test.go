package scenario

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// Messages are short and hold no control characters, whatever the file contains.
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

// Each error gives one message with its place, what was found and what is valid.
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
		{"count below 0", change("count: 3", "count: -1"), `s.yaml:12:12: groups[1].count: -1 is too small; the minimum is 0`},
		{"arrival after the deadline", change("count: 3", "count: 3\n    arrival: {start: 20 min}"), `s.yaml:13:22: groups[1].arrival.start: 20 min is not before the deadline 10 min`},
		{"arrivals beyond the deadline", change("count: 3", "count: 3\n    arrival: {pattern: spread, over: 20 min}"), `which is after the deadline`},
		{"unknown strategy", change("name: tit-for-tat", "name: tit-for-tot"), `s.yaml:5:18: client.choker: there is no choker "tit-for-tot", did you mean "tit-for-tat"?; known are never, round-robin, tit-for-tat`},
		{"unknown setting", change("slots: 7", "slotz: 7"), `s.yaml:5:31: there is no field "slotz" in client.choker, did you mean "slots"?`},
		{"setting out of range", change("slots: 7", "slots: 700"), `s.yaml:5:38: client.choker.slots: 700 is too large; the maximum is 100`},
		{"missing trace file", change("count: 3", "count: 3\n    arrival: {pattern: trace, file: gone.txt}"), `s.yaml:13:37: groups[1].arrival.file: cannot use the trace "gone.txt": file does not exist`},
		{"bad trace file", change("count: 3", "count: 2\n    arrival: {pattern: trace, file: bad.txt}"), `line 2: is not a number of seconds such as 12.5`},
		{"short trace file", change("count: 3", "count: 4\n    arrival: {pattern: trace, file: trace.txt}"), `has 3 arrivals for 4 peers`},
		{"zero latency", change("25 ms to 50 ms", "0 ms"), `s.yaml:3:20: network.latency: 0 s is below 10 us`},
		{"peers that never meet", change("25 ms to 50 ms", "5 s to 12 s"), `client.handshake_timeout: 20 s is too short for a path of 12 s`},
		{"a tracker out of reach", change("25 ms to 50 ms", "5 s") + "tracker: {timeout: 20 s}\n", `tracker.timeout: 20 s is too short: an announce crosses the path four times, which takes up to 20 s here`},
		{"range upside down", change("25 ms to 50 ms", "50 ms to 25 ms"), `ends below its start`},
		{"contradictory link", change("down: 4 MB/s", "down: 4 MB/s, mix: [{share: 1, up: 1 MB/s, down: 1 MB/s}]"), `s.yaml:13:11: groups[1].link: has both a mix and rates`},
		{"half a link", change(", down: 4 MB/s", ""), `s.yaml:13:11: groups[1].link: lacks down`},
		{"contradictory arrival", change("count: 3", "count: 3\n    arrival: {pattern: at-once, rate: 1 /s}"), `s.yaml:13:39: groups[1].arrival.rate: has no effect with the pattern at-once`},
		{"incomplete arrival", change("count: 3", "count: 3\n    arrival: {pattern: poisson}"), `needs rate`},
		{"a rate window that is too short", change("choker: {name", "rate_window: 1 ms\n  choker: {name"), `client.rate_window: 1 ms is too short`},
		{"a reply without over-reporting", change("choker: {name", "misbehaviour: {over_report_reply: garbage}\n  choker: {name"), `misbehaviour.over_report_reply: has no effect without over_report`},
		{"a reject without the fast extension", change("choker: {name", "misbehaviour: {over_report: 1, over_report_reply: reject}\n  choker: {name"), `reject needs fast_extension`},
		{"over-reporting beside super-seeding", change("choker: {name", "misbehaviour: {over_report: 1}\n  reveal: super-seeding\n  choker: {name"), `contradict reveal: super-seeding`},
		{"sybils that crash", change("events:\n", "  - {name: sybils, count: 1, sybils: 5, crash: 0.5, link: {up: 1 MB/s, down: 1 MB/s}}\nevents:\n"), `groups[2].crash: has no effect on sybils`},
		{"contradictory limits", change("choker: {name", "connections: {dial_target: 90, max: 80}\n  choker: {name"), `dial_target 90 exceeds max 80`},
		{"two contents", change("size: 64 MiB", "size: 64 MiB, torrent: x.torrent"), `s.yaml:2:10: content: needs exactly one of`},
		{"missing torrent", change("size: 64 MiB, piece: 256 KiB", "torrent: x.torrent"), `cannot read "x.torrent": file does not exist`},
		{"event without a group", change("group: seed}", "group: sed}"), `s.yaml:16:38: events[0].group: there is no group "sed", did you mean "seed"?`},
		{"event after the end", change("at: 30 s", "at: 3 h"), `events[0].at: 3 h is not before the deadline 10 min`},
		{"unknown action", change("action: leave", "action: leav"), `"leav" is not one of leave, crash, link, tracker-outage, partition, did you mean "leave"?`},
		{"no seed", change("seed: true\n", "seed: false\n"), `groups: has no peer with seed: true`},
		{"two groups with one name", change("name: leechers", "name: seed"), `is the name of another group`},
		{"duration below its minimum", change("stop: {", "record: {interval: 1 ms}\nstop: {"), `record.interval: 1 ms is too small; the minimum is 10 ms`},
		{"rechoke interval of 0", change("choker: {name", "rechoke_interval: 0 s\n  choker: {name"), `client.rechoke_interval: 0 s is too small; the minimum is 100 ms`},
		{"rate above the maximum", change("1 MB/s", "1e30 MB/s"), `is above 1000 GB/s`},
		{"share of 0", change("group: seed}", "group: seed, share: 0}"), `events[0].share: 0 selects no peer`},
		{"time against rate", change("< 300 s", "< 10 MB/s"), `expect[0]: "completion.p95 < 10 MB/s" compares a time such as 300 s with a rate`},
		{"time against number", change("< 300 s", "< 300"), `compares a time such as 300 s with a number`},
		{"bytes against time", change("completion.p95 < 300 s", "groups.seed.uploaded < 300 s"), `compares an amount such as 64 MiB with a time`},
		{"share against time", change("completion.p95 < 300 s", "groups.leechers.unchoked.seed < 1 s"), `compares a number with a time`},
		{"measure without its setting", change("completion.p95 < 300 s", "groups.leechers.wanted.p50 < 1"), `expect[0]: groups.leechers.wanted.p50 is only measured with record: {interest: true}`},
		{"graph measure without its setting", change("completion.p95 < 300 s", "graph.diameter < 4"), `graph.diameter is only measured with record: {graph: half}`},
		{"expectation without a measure", change("completion.p95 < 300 s", "3 < 5"), `names no measure`},
		{"a seed's completion", change("completion.p95 < 300 s", "groups.seed.completion.mean < 5 s"), `there is no measure "groups.seed.completion.mean"`},
		{"expiry between announces", change("stop: {", "tracker: {interval: 1 h}\nstop: {"), `tracker.expire: 45 min is not longer than interval 1 h`},
		{"more real content than memory", "payload: real\n" + change("64 MiB", "64 GiB"), `real keeps 64 GiB in memory for each of 4 peers; the limit is 8 GiB in total`},
		{"field twice", change("count: 3", "count: 3\n    count: 4"), `s.yaml:13:5: groups[1].count: is given twice`},
		{"unknown measure", change("completion.p95", "completion.p96"), `s.yaml:19:5: expect[0]: there is no measure "completion.p96", did you mean`},
		{"no comparison", change("completion.p95 < 300 s", "completion.p95"), `is not a comparison`},
		{"a list for a mapping", change("{deadline: 10 min}", "[1]"), `s.yaml:17:7: stop: found a list where a mapping`},
		{"not YAML", "name: [", `s.yaml:2:1: is not YAML`},
		{"empty", "", `is not a scenario`},
		{"an alias inside itself", change("choker: {name: tit-for-tat, slots: 7}", "choker: &a {name: *a}"), `*a refers to a node that contains it`},
		{"aliases that expand to too many values", bomb, `has more than 200000 values with its aliases expanded`},
		{"deep nesting", "name: " + strings.Repeat("[", 200) + strings.Repeat("]", 200), `is nested more than 100 levels deep`},
		{"null for a name", change("name: leechers", "name: null"), `groups[1].name: found nothing where one value belongs`},
		{"letters swapped", change("latency: 25", "transport: tpc, latency: 25"), `network.transport: "tpc" is not one of ideal, tcp, utp, did you mean "tcp"?`},
		{"another spelling of bits", change("1 MB/s", "1 Mbps"), `unit "Mbps" of "1 Mbps" is unknown, did you mean "Mbit/s"?`},
		{"minutes", change("10 min", "10 minutes"), `did you mean "min"?`},
		{"a distribution misspelt", change("count: 3", "count: 3\n    stay: wiebull 10 min shape 0.6"), `did you mean "weibull"?`},
		{"too large a share", change("count: 3", "count: 3\n    crash: 120 %"), `groups[1].crash: 120 % is too large; the maximum is 1`},
		{"a setting of a strategy without settings", change("choker: {name", "picker: {name: random, p: 1}\n  choker: {name"), `there is no field "p" in client.picker: it has no settings`},
		{"forced announces that are too frequent", change("choker: {name", "misbehaviour: {forced_announce_interval: 1 ns}\n  choker: {name"), `forced_announce_interval: 1 ns is too short; the minimum is 1 s`},
		{"a Unix time for an arrival", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: epoch.txt}"), `line 1: 1136073600 is more than ten years; arrivals are in seconds since the start of the run`},
		{"an empty trace", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: empty.txt}"), `the trace "empty.txt" has no arrivals`},
		{"a file that is no trace", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: passwd}"), `line 1: is not a number of seconds`},
		{"an arrival after the deadline in a trace", change("count: 3", "count: 1\n    arrival: {pattern: trace, file: late.txt}"), `arrival at 10000000 s is not before the deadline`},
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

package cli

import (
	"fmt"
	"slices"
	"strings"

	"swarmsim/sim/scenario"
)

// workload is a scenario to measure. A workload is never changed: a new one gets a new name.
type workload struct {
	name  string
	about string
	text  string
}

// closed is a swarm in which all peers arrive at time 0 and stay.
const closed = `
name: %s
content: {size: %s, piece: %s}
network: {latency: 25 ms to 50 ms, segment: %s}
client: {connections: {dial_target: 20, max: 40}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - {name: leechers, count: %d, link: {up: 1 MB/s, down: 4 MB/s}}
stop: {deadline: 24 h}
record: {interval: 1 s, events: %v}
`

// open is a swarm in which leechers arrive as a Poisson process and leave when they complete.
const open = `
name: open-1k
content: {size: 64 MiB, piece: 256 KiB}
network: {latency: 25 ms to 50 ms}
client: {connections: {dial_target: 20, max: 40}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 10 MB/s, down: 10 MB/s}}
  - name: leechers
    count: 1000
    link: {up: 1 MB/s, down: 4 MB/s}
    arrival: {pattern: poisson, rate: 5 /s}
    stay: 0 s
stop: {deadline: 24 h}
`

// onTCP is a closed swarm whose connections are TCP and lose packets in full queues.
func onTCP(name, segment string) string {
	s := closedSwarm(name, "64 MiB", "256 KiB", segment, 1000, false)
	return strings.Replace(s, "network: {", "network: {transport: tcp, ", 1)
}

func closedSwarm(name, size, piece, segment string, peers int, events bool) string {
	return fmt.Sprintf(closed, name, size, piece, segment, peers, events)
}

var workloads = []workload{
	{"closed-100", "100 leechers, 64 MiB", closedSwarm("closed-100", "64 MiB", "256 KiB", "16 KiB", 100, false)},
	{"closed-1k", "1,000 leechers, 64 MiB", closedSwarm("closed-1k", "64 MiB", "256 KiB", "16 KiB", 1000, false)},
	{"closed-10k", "10,000 leechers, 64 MiB", closedSwarm("closed-10k", "64 MiB", "256 KiB", "16 KiB", 10_000, false)},
	{"open-1k", "1,000 leechers arrive at random and leave when complete, 64 MiB", open},
	{"big-content", "100 leechers, 16 GiB", closedSwarm("big-content", "16 GiB", "256 KiB", "16 KiB", 100, false)},
	{"many-peers", "100,000 leechers, 16 MiB", closedSwarm("many-peers", "16 MiB", "256 KiB", "16 KiB", 100_000, false)},
	{"packets-1k", "closed-1k with segments of one packet", closedSwarm("packets-1k", "64 MiB", "256 KiB", "1448 B", 1000, false)},
	{"tcp-1k", "closed-1k on TCP", onTCP("tcp-1k", "16 KiB")},
	{"tcp-packets-1k", "closed-1k on TCP with segments of one packet", onTCP("tcp-packets-1k", "1500 B")},
	{"events-1k", "closed-1k with the event log", closedSwarm("events-1k", "64 MiB", "256 KiB", "16 KiB", 1000, true)},
}

// choose returns the workloads of the given names, without names the two fastest ones.
func choose(names []string) ([]workload, error) {
	if len(names) == 0 {
		return workloads[:2], nil
	}
	var out []workload
	var known []string
	for _, w := range workloads {
		known = append(known, w.name)
	}
	for _, n := range names {
		i := slices.Index(known, n)
		if i < 0 {
			return nil, usageError{fmt.Errorf("no workload %q%s; the workloads are %s",
				n, scenario.Nearest(n, known), strings.Join(known, ", "))}
		}
		out = append(out, workloads[i])
	}
	return out, nil
}

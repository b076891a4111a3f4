package testbed

import (
	"fmt"
	"os"
	"strings"
	"time"

	"swarmsim/sim/record"
)

// result computes the result of a run that has ended now.
func (r *run) result(now time.Duration, ending record.Ending) *Result {
	late := r.links.Lateness
	bed := record.Testbed{
		Clients: r.clients(), Kernel: kernel(), Congestion: string(r.plan.scenario.Network.Congestion), RealTime: r.links.RealTime,
		Packets: late.Packets, LateMeanS: record.Seconds(late.Mean.Seconds()), LateMaxS: record.Seconds(late.Max.Seconds()),
		LatePackets: late.Above, EmulatorCPUS: r.links.CPU.Seconds(),
	}
	for _, h := range r.links.Hosts {
		bed.UpDrops += h.UpDrops
		bed.DownDrops += h.DownDrops
	}
	sum := r.swarm.recorder.Summary(now, ending)
	sum.Notes = notes(&bed)
	return &Result{Summary: sum, Testbed: bed}
}

// kernel returns the release of the running Linux, "" if it does not say.
func kernel() string {
	text, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return strings.TrimSpace(string(text))
}

// lateShare is the share of late packets above which a run is not to be trusted.
const lateShare = 0.01

// notes say with what the run was measured, and whether the emulator kept time.
func notes(bed *record.Testbed) []string {
	text := "measured with real clients, not simulated:"
	for i, c := range bed.Clients {
		if i > 0 {
			text += ","
		}
		text += fmt.Sprintf(" %s %s (%d)", c.Name, c.Version, c.Peers)
	}
	out := []string{text}
	if float64(bed.LatePackets) > lateShare*float64(bed.Packets) {
		out = append(out, fmt.Sprintf("%.1f %% of the packets were more than 1 ms late: the machine was too busy for this "+
			"measurement", 100*float64(bed.LatePackets)/float64(bed.Packets)))
	}
	return out
}

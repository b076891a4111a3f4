package testbed

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim"
	"swarmsim/sim/measure"
	"swarmsim/sim/record"
)

// result computes the summary of a run that has ended now.
func (r *run) result(now time.Duration, ending record.Ending) *Result {
	s := r.swarm
	s.mu.Lock()
	defer s.mu.Unlock()
	size, missing := float64(s.content.meta.Length), s.copies.Missing()
	sum := record.Summary{
		Scenario: s.scenario.Name, About: s.scenario.About, Seed: s.scenario.Seed, Measured: true,
		Ended: ending, Incomplete: ending == record.Interrupted, VirtualS: record.Seconds(now.Seconds()),
		Peers: s.completions.Arrived, ContentBytes: s.content.meta.Length, Pieces: s.content.meta.Pieces(),
		Unfinished:        s.completions.DepartedIncomplete + s.completions.Downloading,
		SeedCopies:        record.Ratio(float64(s.seedsSent()) / size),
		SeedCopiesAtUnion: copiesOf(s.seedUpload.AtFullReplica, size),
		SeedCopiesAtDone:  copiesOf(s.seedUpload.AtLastCompletion, size),
		PiecesGone:        len(missing), PiecesGoneList: record.Ranges(missing),
	}
	s.addGroups(&sum)
	s.addMilestones(&sum)
	s.addTraffic(&sum)
	s.addFairness(&sum, size)
	s.addLinks(&sum, size, now)
	if len(s.entropies) > 0 {
		sum.PieceEntropy = &record.Entropies{
			Mean: record.Ratio(stat.Mean(s.entropies, nil)), Min: record.Ratio(slices.Min(s.entropies)),
		}
	}
	late := s.links.Lateness
	bed := record.Testbed{
		Clients: r.clients(), Kernel: kernel(), Congestion: string(s.scenario.Network.Congestion), RealTime: s.links.RealTime,
		Packets: late.Packets, LateMeanS: record.Seconds(late.Mean.Seconds()), LateMaxS: record.Seconds(late.Max.Seconds()),
		LatePackets: late.Above, EmulatorCPUS: s.links.CPU.Seconds(),
	}
	for _, h := range s.links.Hosts {
		bed.UpDrops += h.UpDrops
		bed.DownDrops += h.DownDrops
	}
	sum.Notes = notes(&bed)
	sum.Expectations = sim.CheckExpectations(s.scenario, &sum)
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

// copiesOf is a number of bytes in sizes of the content; nil for -1.
func copiesOf(bytes int64, size float64) *record.Ratio {
	if bytes < 0 {
		return nil
	}
	r := record.Ratio(float64(bytes) / size)
	return &r
}

func (s *swarm) addGroups(sum *record.Summary) {
	var all []time.Duration
	for i := range s.scenario.Groups {
		g := &s.scenario.Groups[i]
		all = append(all, s.completions.Times[i]...)
		sum.Groups = append(sum.Groups, record.Group{
			Name: g.Name, Seed: g.Seed, CompletionS: record.NewCompletion(s.completions.Times[i]),
		})
	}
	sum.CompletionS = record.NewCompletion(all)
	for _, p := range s.peers {
		g := &sum.Groups[p.group]
		if p.hasArrived {
			g.Peers++
		}
		if p.outcome == record.GaveUp {
			sum.GaveUp++
		}
		g.UploadedBytes += p.progress.Uploaded
		g.DownloadedBytes += p.useful()
	}
	for i := range sum.Groups {
		if g := &sum.Groups[i]; g.DownloadedBytes > 0 {
			ratio := record.Ratio(float64(g.UploadedBytes) / float64(g.DownloadedBytes))
			g.ShareRatio = &ratio
		}
	}
}

func (s *swarm) addMilestones(sum *record.Summary) {
	var times record.MilestoneTimes
	for _, p := range s.peers {
		times.Add(p.arrived, p.first, p.complete, p.milestones)
	}
	times.Summarize(sum)
}

// addTraffic counts blocks by the clients' counters, in whole blocks: what was sent and is neither
// kept nor wasted was under way at the end, or lost with its connection.
func (s *swarm) addTraffic(sum *record.Summary) {
	var sent, useful, wasted, wire int64
	for i, p := range s.peers {
		sent += p.progress.Uploaded
		useful += p.useful()
		wasted += p.progress.Wasted
		wire += s.links.Hosts[i+1].SentBytes
	}
	wire += s.links.Hosts[0].SentBytes
	sum.Blocks = record.Blocks{Sent: sent / blockLength, Delivered: useful / blockLength, Duplicate: wasted / blockLength}
	sum.Blocks.Lost = max(sum.Blocks.Sent-sum.Blocks.Delivered-sum.Blocks.Duplicate, 0)
	if wire == 0 || useful == 0 {
		return
	}
	sum.ControlOverhead = record.Ratio(1 - float64(sent)/float64(wire))
	sum.Redundancy = &record.Redundancy{
		Duplicate: record.Ratio(float64(wasted) / float64(useful)),
		Control:   record.Ratio(float64(wire-sent) / float64(useful)),
	}
	sum.Redundancy.Total = sum.Redundancy.Duplicate + sum.Redundancy.Control
}

func (s *swarm) addFairness(sum *record.Summary, size float64) {
	var ratios, rates []float64
	f := &sum.Fairness
	for _, p := range s.peers {
		if p.seed {
			continue
		}
		sent := float64(p.progress.Uploaded)
		f.MostCopies = max(f.MostCopies, record.Ratio(sent/size))
		if p.complete > 0 {
			ratios = append(ratios, sent/size)
			rates = append(rates, size/(p.complete-p.arrived).Seconds())
		}
	}
	f.ShareRatio = record.NewSpread(ratios)
	f.JainShareRatio, f.JainDownloadRate = record.Ratio(record.Jain(ratios)), record.Ratio(record.Jain(rates))
}

// addLinks adds the bound on download times, and the use of the leechers' uplinks until the last
// completion.
func (s *swarm) addLinks(sum *record.Summary, size float64, now time.Duration) {
	until := now
	if s.completions.Last > 0 {
		until = s.completions.Last
	}
	var all []measure.Participant
	var sent, capacity float64
	for _, p := range s.peers {
		if !p.hasArrived {
			continue
		}
		x := measure.Participant{Seed: p.seed, Completed: p.complete > 0, Arrived: p.arrived, Downlink: p.down,
			Uplink: []measure.CapacityChange{{At: p.arrived, Delta: float64(p.up)}}}
		if p.gone > 0 {
			x.Uplink = append(x.Uplink, measure.CapacityChange{At: p.gone, Delta: -float64(p.up)})
		} else {
			x.Uplink = append(x.Uplink, measure.CapacityChange{At: now, Delta: -float64(p.up)})
		}
		all = append(all, x)
		if !p.seed {
			capacity += measure.Capacity(x.Uplink, until)
			sent += float64(p.sentUntilLast(s.completions.Last))
		}
	}
	if capacity > 0 {
		sum.UplinkUtilization = record.Ratio(sent / capacity)
	}
	if bound, ok := measure.Bound(size, all); ok {
		b := record.Seconds(bound.Seconds())
		sum.BoundS = &b
	}
}

// sentUntilLast is the content that the peer had sent at the last completion, or has sent if there
// was none.
func (p *peer) sentUntilLast(last time.Duration) int64 {
	if last == 0 {
		return p.progress.Uploaded
	}
	return p.sentAtLast
}

// writePeers writes peers.csv.
func (r *run) writePeers(w *record.Writer) {
	s := r.swarm
	for i, p := range s.peers {
		if !p.hasArrived {
			continue
		}
		if p.here {
			p.outcome = record.Stayed
		}
		traffic := s.links.Hosts[i+1]
		w.Peer(&record.PeerRow{
			Peer: i + 1, Group: s.scenario.Groups[p.group].Name, Seed: p.seed,
			UpBytesPerSec: p.up, DownBytesPerSec: p.down,
			Arrived: p.arrived, FirstPiece: p.first, TenthPiece: p.milestones.TenthPiece, LastTen: p.milestones.LastTen,
			Completed: p.complete, Left: p.gone, Outcome: p.outcome,
			UploadedBytes: p.progress.Uploaded, DownloadedBytes: p.useful(), Duplicate: p.progress.Wasted / blockLength,
			WireUpBytes: traffic.SentBytes, WireDownBytes: traffic.ReceivedBytes,
		})
	}
}

package recorder

import (
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim"
	"swarmsim/sim/measure"
	"swarmsim/sim/record"
)

// Summary computes the summary of a run that has ended now. Its notes are the caller's.
func (s *Recorder) Summary(now time.Duration, ending record.Ending) record.Summary {
	s.mu.Lock()
	defer s.mu.Unlock()
	size, missing := float64(s.Length), s.copies.Missing()
	sum := record.Summary{
		Scenario: s.Scenario.Name, About: s.Scenario.About, Seed: s.Scenario.Seed, Measured: true,
		Ended: ending, Incomplete: ending == record.Interrupted, VirtualS: record.Seconds(now.Seconds()),
		Peers: s.completions.Arrived, ContentBytes: s.Length, Pieces: s.Pieces,
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
	sum.Expectations = sim.CheckExpectations(s.Scenario, &sum)
	return sum
}

// copiesOf is a number of bytes in sizes of the content; nil for -1.
func copiesOf(bytes int64, size float64) *record.Ratio {
	if bytes < 0 {
		return nil
	}
	r := record.Ratio(float64(bytes) / size)
	return &r
}

func (s *Recorder) addGroups(sum *record.Summary) {
	var all []time.Duration
	for i := range s.Scenario.Groups {
		g := &s.Scenario.Groups[i]
		all = append(all, s.completions.Times[i]...)
		sum.Groups = append(sum.Groups, record.Group{
			Name: g.Name, Seed: g.Seed, CompletionS: record.NewCompletion(s.completions.Times[i]),
		})
	}
	sum.CompletionS = record.NewCompletion(all)
	for _, p := range s.peers {
		g := &sum.Groups[p.Group]
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

func (s *Recorder) addMilestones(sum *record.Summary) {
	var times record.MilestoneTimes
	for _, p := range s.peers {
		times.Add(p.arrived, p.first, p.complete, p.milestones)
	}
	times.Summarize(sum)
}

// addTraffic counts blocks by the clients' counters, in whole blocks: what was sent and is neither
// kept nor wasted was under way at the end, or lost with its connection.
func (s *Recorder) addTraffic(sum *record.Summary) {
	var sent, useful, wasted, wire int64
	for i, p := range s.peers {
		sent += p.progress.Uploaded
		useful += p.useful()
		wasted += p.progress.Wasted
		wire += s.links[i+1].Sent
	}
	wire += s.links[0].Sent
	sum.Blocks = record.Blocks{Sent: sent / BlockLength, Delivered: useful / BlockLength, Duplicate: wasted / BlockLength}
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

func (s *Recorder) addFairness(sum *record.Summary, size float64) {
	var ratios, rates []float64
	f := &sum.Fairness
	for _, p := range s.peers {
		if p.Seed {
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
func (s *Recorder) addLinks(sum *record.Summary, size float64, now time.Duration) {
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
		x := measure.Participant{Seed: p.Seed, Completed: p.complete > 0, Arrived: p.arrived, Downlink: p.Down,
			Uplink: []measure.CapacityChange{{At: p.arrived, Delta: float64(p.Up)}}}
		if p.gone > 0 {
			x.Uplink = append(x.Uplink, measure.CapacityChange{At: p.gone, Delta: -float64(p.Up)})
		} else {
			x.Uplink = append(x.Uplink, measure.CapacityChange{At: now, Delta: -float64(p.Up)})
		}
		all = append(all, x)
		if !p.Seed {
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

// WritePeers writes peers.csv, and the numbers of copies of the pieces.
func (s *Recorder) WritePeers(w *record.Writer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.peers {
		if !p.hasArrived {
			continue
		}
		if p.here {
			p.outcome = record.Stayed
		}
		traffic := s.links[i+1]
		w.Peer(&record.PeerRow{
			Peer: i + 1, Group: s.Scenario.Groups[p.Group].Name, Seed: p.Seed,
			UpBytesPerSec: p.Up, DownBytesPerSec: p.Down,
			Arrived: p.arrived, FirstPiece: p.first, TenthPiece: p.milestones.TenthPiece, LastTen: p.milestones.LastTen,
			Completed: p.complete, Left: p.gone, Outcome: p.outcome,
			UploadedBytes: p.progress.Uploaded, DownloadedBytes: p.useful(), Duplicate: p.progress.Wasted / BlockLength,
			WireUpBytes: traffic.Sent, WireDownBytes: traffic.Received,
		})
	}
	w.PieceCopies(s.pieceCopies)
}

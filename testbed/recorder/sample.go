package recorder

import (
	"time"

	"swarmsim/sim/record"
)

// totals are sums over peers, in bytes.
type totals struct {
	useful         []int64 // content that arrived and was kept, by group
	sent, received int64   // on the links
}

// useful is the content that a peer has received and kept.
func (p *peer) useful() int64 {
	if p.Seed {
		return 0
	}
	if p.complete > 0 {
		return p.progress.Size
	}
	return min(p.progress.Downloaded-p.progress.Wasted, p.progress.Size)
}

// totals returns the sums now.
func (s *Recorder) totals() totals {
	t := totals{useful: make([]int64, len(s.Scenario.Groups))}
	for i, p := range s.peers {
		t.useful[p.Group] += p.useful()
		traffic := s.links[i+1]
		t.sent += traffic.Sent
		t.received += traffic.Received
	}
	return t
}

// Sample returns a line of the time series.
func (s *Recorder) Sample(at time.Duration) *record.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &record.Sample{At: at, Groups: make([]record.GroupSample, len(s.Scenario.Groups))}
	for _, p := range s.peers {
		if !p.here {
			continue
		}
		out.Groups[p.Group].Present++
		if p.Seed || p.complete > 0 {
			out.Seeds++
		} else {
			out.Leechers++
			out.Groups[p.Group].Leechers++
		}
	}
	s.addRates(out)
	s.copies.Fill(out)
	if out.PieceEntropy, out.HasEntropy = s.copies.Entropy(out.Seeds); out.HasEntropy {
		s.entropies = append(s.entropies, out.PieceEntropy)
	}
	s.pieceCopies.Add(s.copies.Of)
	return out
}

func (s *Recorder) addRates(out *record.Sample) {
	now, seconds := s.totals(), s.Scenario.Record.Interval.Std().Seconds()
	for g := range out.Groups {
		gained := float64(now.useful[g] - s.previous.useful[g])
		out.Goodput += gained / seconds
		if spent := s.downloads[g].SinceSample(out.At); spent > 0 {
			out.Groups[g].Down, out.Groups[g].Downloading = gained/spent.Seconds(), true
		}
	}
	out.Upload = float64(now.sent-s.previous.sent) / seconds
	out.Download = float64(now.received-s.previous.received) / seconds
	s.previous, s.goodput = now, out.Goodput
}

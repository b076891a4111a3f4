package testbed

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
	if p.seed {
		return 0
	}
	if p.complete > 0 {
		return p.progress.Size
	}
	return min(p.progress.Downloaded-p.progress.Wasted, p.progress.Size)
}

// totals returns the sums now.
func (s *swarm) totals() totals {
	t := totals{useful: make([]int64, len(s.scenario.Groups))}
	for i, p := range s.peers {
		t.useful[p.group] += p.useful()
		traffic := s.links.Hosts[i+1]
		t.sent += traffic.SentBytes
		t.received += traffic.ReceivedBytes
	}
	return t
}

// sample returns a line of the time series.
func (s *swarm) sample(at time.Duration) *record.Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := &record.Sample{At: at, Groups: make([]record.GroupSample, len(s.scenario.Groups))}
	for _, p := range s.peers {
		if !p.here {
			continue
		}
		out.Groups[p.group].Present++
		if p.seed || p.complete > 0 {
			out.Seeds++
		} else {
			out.Leechers++
			out.Groups[p.group].Leechers++
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

func (s *swarm) addRates(out *record.Sample) {
	now, seconds := s.totals(), s.scenario.Record.Interval.Std().Seconds()
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

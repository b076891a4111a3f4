package sim

import (
	"slices"
	"time"

	"swarmsim/client/choke"
	"swarmsim/sim/measure"
	"swarmsim/sim/record"
)

// sampler produces the time series: at each interval how many peers are present, how their
// pieces are spread, and the rates since the last sample.
type sampler struct {
	world    *world
	interval time.Duration
	next     time.Duration // when the next sample is due
	mayServe []bool        // by group: a complete peer may unchoke its neighbours

	previous    totals // at the last sample
	departed    totals // of peers that have departed
	goodput     float64
	latest      *record.Sample
	leecherSent []sentUntil
	downloads   []measure.DownloadTime // by group
	pieceCopies *record.PieceCopies
	entropies   []float64 // of the samples that have one
	starvation  measure.Starvation
}

// totals are sums over peers.
type totals struct {
	useful, wireSent, wireReceived int64   // bytes
	leecherSent                    int64   // bytes of content
	groupUseful                    []int64 // bytes, by group
}

// sentUntil is how many bytes of content leechers have sent until a time.
type sentUntil struct {
	at    time.Duration
	bytes int64
}

func newSampler(w *world) sampler {
	s, groups := w.scenario, len(w.scenario.Groups)
	interval := s.Record.Interval.Std()
	out := sampler{
		world:       w,
		interval:    interval,
		next:        interval,
		previous:    totals{groupUseful: make([]int64, groups)},
		departed:    totals{groupUseful: make([]int64, groups)},
		downloads:   make([]measure.DownloadTime, groups),
		pieceCopies: record.NewPieceCopies(w.content.Torrent.Pieces(), interval),
	}
	for i := range s.Groups {
		_, never := clientOf(s, &s.Groups[i]).SeedChoker.Settings.(*choke.Never)
		out.mayServe = append(out.mayServe, !never)
	}
	return out
}

func (t *totals) add(n *node) {
	c := n.counters()
	t.useful += c.Bytes
	t.wireSent += n.host.Traffic().WireSent
	t.wireReceived += n.host.Traffic().WireReceived
	if !n.isSeed() {
		t.leecherSent += c.BytesSent
	}
	t.groupUseful[n.group] += c.Bytes
}

// sample returns the sample that is due. noMoreArrivals says that no peer is still to arrive.
func (s *sampler) sample(present []*node, noMoreArrivals bool) *record.Sample {
	at := s.next
	s.next += s.interval
	out := &record.Sample{At: at, Groups: make([]record.GroupSample, len(s.downloads))}
	now := s.departed
	now.groupUseful = slices.Clone(now.groupUseful)
	for _, n := range present {
		now.add(n)
		s.countPeer(out, n)
	}
	s.addRates(out, &now)
	s.previous = now
	s.goodput, s.latest = out.Goodput, out
	s.world.copies.Fill(out)
	if out.PieceEntropy, out.HasEntropy = s.world.copies.Entropy(out.Seeds + out.Idle); out.HasEntropy {
		s.entropies = append(s.entropies, out.PieceEntropy)
	}
	s.pieceCopies.Add(s.world.copies.Of)
	s.leecherSent = append(s.leecherSent, sentUntil{at, now.leecherSent})
	s.starvation.Sample(noMoreArrivals && s.stuck(out, present))
	return out
}

func (s *sampler) countPeer(out *record.Sample, n *node) {
	group := &out.Groups[n.group]
	group.Present++
	switch {
	case n.peer.Complete() && s.mayServe[n.group]:
		out.Seeds++
	case n.peer.Complete():
		out.Idle++
	default:
		out.Leechers++
		group.Leechers++
	}
}

func (s *sampler) addRates(out *record.Sample, now *totals) {
	seconds := s.interval.Seconds()
	out.Goodput = float64(now.useful-s.previous.useful) / seconds
	out.Upload = float64(now.wireSent-s.previous.wireSent) / seconds
	out.Download = float64(now.wireReceived-s.previous.wireReceived) / seconds
	for g := range out.Groups {
		if spent := s.downloads[g].SinceSample(out.At); spent > 0 {
			out.Groups[g].Down = float64(now.groupUseful[g]-s.previous.groupUseful[g]) / spent.Seconds()
			out.Groups[g].Downloading = true
		}
	}
}

// stuck reports whether pieces are gone and every leecher has all others.
func (s *sampler) stuck(sample *record.Sample, present []*node) bool {
	if sample.MissingPieces == 0 || sample.Leechers == 0 {
		return false
	}
	available := s.world.content.Torrent.Pieces() - sample.MissingPieces
	for _, n := range present {
		if !n.peer.Complete() && n.peer.HaveCount() != available {
			return false
		}
	}
	return true
}

// utilization is the share of the leechers' uplink capacity that carried content until the last
// leecher completed, or until now if none did. It is taken at the first sample from then on.
func (s *sampler) utilization(present []*node, lastCompletion, now time.Duration) float64 {
	until := lastCompletion
	if until == 0 {
		until = now
	}
	at, sent := time.Duration(0), int64(0)
	for _, l := range s.leecherSent {
		at, sent = l.at, l.bytes
		if at >= until {
			break
		}
	}
	if at < until { // the run ended before the next sample
		at, sent = until, s.departed.leecherSent
		for _, n := range present {
			if !n.isSeed() {
				sent += n.counters().BytesSent
			}
		}
	}
	if capacity := s.world.leecherCapacity(at); capacity > 0 {
		return float64(sent) / capacity
	}
	return 0
}

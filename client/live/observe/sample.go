package observe

import (
	"time"

	"swarmsim/client/live"
	"swarmsim/sim/record"
)

// samples are a bounded list of samples.
type samples struct {
	swarm  []record.Sample
	client []record.ClientSample
	merge  int // samples that are joined to one
	joined int // in the last one
}

const maxSamples = 2000

// add adds a sample. The rates of samples that are joined are averaged.
func (s *samples) add(x record.Sample, c record.ClientSample) {
	s.merge = max(s.merge, 1)
	if n := len(s.swarm); n > 0 && s.joined < s.merge {
		s.joined++
		joinSamples(&s.swarm[n-1], &x, 1/float64(s.joined))
		joinClient(&s.client[n-1], &c, 1/float64(s.joined))
		return
	}
	if len(s.swarm) == maxSamples {
		s.halve()
	}
	s.swarm, s.client, s.joined = append(s.swarm, x), append(s.client, c), 1
}

// halve joins neighbouring samples.
func (s *samples) halve() {
	half := len(s.swarm) / 2
	for i := range half {
		joinSamples(&s.swarm[2*i], &s.swarm[2*i+1], 0.5)
		joinClient(&s.client[2*i], &s.client[2*i+1], 0.5)
		s.swarm[i], s.client[i] = s.swarm[2*i], s.client[2*i]
	}
	s.swarm, s.client = s.swarm[:half], s.client[:half]
	s.joined += s.merge
	s.merge *= 2
}

// joinSamples makes of a sample and a later one the later, with the mean of their rates; weight is that
// of the later one.
func joinSamples(a, later *record.Sample, weight float64) {
	x := *later
	x.Goodput, x.Upload = mean(a.Goodput, x.Goodput, weight), mean(a.Upload, x.Upload, weight)
	x.Download = mean(a.Download, x.Download, weight)
	for i := range x.Groups {
		x.Groups[i].Down = mean(a.Groups[i].Down, x.Groups[i].Down, weight)
		x.Groups[i].Downloading = x.Groups[i].Downloading || a.Groups[i].Downloading
	}
	*a = x
}

func joinClient(a, later *record.ClientSample, weight float64) {
	x := *later
	x.Down, x.Up = mean(a.Down, x.Down, weight), mean(a.Up, x.Up, weight)
	*a = x
}

// mean is the mean of two numbers; weight is that of the second.
func mean(x, y, weight float64) float64 { return x + float64(weight*(y-x)) }

// sample takes a sample. The torrent's loop calls it.
func (r *Recorder) sample(v *live.View) {
	p := v.Peer
	if p == nil {
		return
	}
	at := r.since(v.Time)
	r.begin(p)
	for _, id := range p.Connections() {
		r.neighbours.update(at, id, p.Neighbour(id), r.client.pieces, r.writer)
	}
	x := record.Sample{At: at, Groups: make([]record.GroupSample, 3)}
	own := record.ClientSample{At: at, Pieces: p.HaveCount(), PiecesInAll: r.client.pieces}
	r.addRates(&x, v)
	own.Down, own.Up = x.Goodput, float64(p.Counters().BytesSent-r.last.counters.BytesSent)/max((at-r.last.at).Seconds(), 1e-3)
	r.addPopulation(&x, &own)
	x.Groups[0].Present = 1
	if p.Finished() {
		x.Seeds++
	} else {
		x.Leechers++
		x.Groups[0].Leechers, x.Groups[0].Downloading, x.Groups[0].Down = 1, true, x.Goodput
	}
	r.addCopies(&x, v)
	r.last = totals{at, v.Received, v.Sent, p.Counters()}
	r.samples.add(x, own)
}

// addRates computes the rates since the last sample.
func (r *Recorder) addRates(x *record.Sample, v *live.View) {
	seconds := max((x.At - r.last.at).Seconds(), 1e-3)
	x.Goodput = float64(v.Peer.Counters().Bytes-r.last.counters.Bytes) / seconds
	x.Upload = float64(v.Sent-r.last.sent) / seconds
	x.Download = float64(v.Received-r.last.received) / seconds
}

// addPopulation counts the neighbours.
func (r *Recorder) addPopulation(x *record.Sample, own *record.ClientSample) {
	for _, c := range r.neighbours.conns {
		n := c.neighbour
		if n == nil {
			continue
		}
		g := &x.Groups[1]
		if n.seed {
			g = &x.Groups[2]
		}
		g.Present++
		if n.now.Pieces == r.client.pieces {
			x.Seeds++
		} else {
			x.Leechers++
			g.Leechers++
		}
		own.Neighbours++
		own.Interesting += one(n.now.AmInterested)
		own.Unchoking += one(!n.now.PeerChoking)
		own.Interested += one(n.now.PeerInterested)
		own.Unchoked += one(!n.now.AmChoking)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// addCopies computes what is known of the copies of pieces, with the client's own.
func (r *Recorder) addCopies(x *record.Sample, v *live.View) {
	announced := v.Peer.Copies()
	copies := make([]int32, len(announced))
	entropy := record.NewEntropy(len(copies), x.Seeds)
	x.CopiesMin = len(r.neighbours.conns) + 1
	sum := int64(0)
	for i := range copies {
		n := int(announced[i]) + one(v.Peer.Have(i))
		copies[i] = int32(n)
		entropy.Add(n, 1)
		sum += int64(n)
		x.CopiesMin, x.CopiesMax = min(x.CopiesMin, n), max(x.CopiesMax, n)
		x.SinglePieces += one(n == 1)
		x.MissingPieces += one(n == 0)
	}
	x.CopiesMean = float64(sum) / float64(max(len(copies), 1))
	x.PieceEntropy, x.HasEntropy = entropy.Value()
	if x.At-r.last.at >= interval/2 { // the last sample may come soon after the one before
		r.copies.Add(copies)
	}
}

// lastTime is the time of the last sample.
func (r *Recorder) lastTime() time.Duration { return r.last.at }

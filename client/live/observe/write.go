package observe

import (
	"errors"
	"fmt"
	"time"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim/record"
)

// blockLength is the length of nearly all blocks in bytes.
const blockLength = 16 << 10

// ErrNothing is the error of Write for a torrent that was never downloaded nor seeded.
var ErrNothing = errors.New("nothing was downloaded or seeded, so there is no record")

// Write writes the rest of the record and returns its summary. complete says whether the torrent ended
// with all that was wanted. The torrent must have stopped.
func (r *Recorder) Write(contentBytes int64, complete bool) (*record.Summary, error) {
	r.Stop()
	if r.copies == nil {
		return nil, ErrNothing
	}
	w := r.writer
	w.Scenario(r.options.Scenario)
	r.writeStart()
	for i := range r.samples.swarm {
		w.Sample(&r.samples.swarm[i])
		w.Client(&r.samples.client[i])
	}
	w.PieceCopies(r.copies)
	sum := r.summary(contentBytes, complete)
	r.writePeers(sum)
	return sum, w.Close(sum)
}

// writeStart writes the start of the record, so that a download that took less than the interval
// between samples is a line too. Its rates are those until the first sample.
func (r *Recorder) writeStart() {
	if len(r.samples.swarm) == 0 || r.samples.swarm[0].At == 0 {
		return
	}
	first, own := &r.samples.swarm[0], &r.samples.client[0]
	x := record.Sample{
		Goodput: first.Goodput, Upload: first.Upload, Download: first.Download,
		SinglePieces: r.client.had, MissingPieces: r.client.pieces - r.client.had, Groups: make([]record.GroupSample, len(first.Groups)),
	}
	x.CopiesMean = float64(r.client.had) / float64(max(r.client.pieces, 1))
	x.CopiesMax = one(r.client.had > 0)
	x.CopiesMin = one(x.MissingPieces == 0)
	x.Seeds = x.CopiesMin
	x.Leechers = 1 - x.Seeds
	x.Groups[0] = record.GroupSample{Present: 1, Leechers: x.Leechers, Downloading: x.Leechers == 1, Down: first.Goodput}
	r.writer.Sample(&x)
	r.writer.Client(&record.ClientSample{Pieces: r.client.had, PiecesInAll: r.client.pieces, Down: own.Down, Up: own.Up})
}

// writePeers writes peers.csv: the client, and its neighbours with what they exchanged with it.
func (r *Recorder) writePeers(sum *record.Summary) {
	c, o := &r.client, r.last.counters
	r.writer.Peer(&record.PeerRow{
		Peer: peerNumber, Group: clientGroup, Seed: sum.Groups[0].Seed,
		UpBytesPerSec: r.options.Upload, DownBytesPerSec: r.options.Download,
		FirstPiece: c.first, TenthPiece: c.milestones.TenthPiece, LastTen: c.milestones.LastTen, Completed: c.completed, Outcome: record.Stayed,
		UploadedBytes: o.BytesSent, DownloadedBytes: o.Bytes, Duplicate: o.Duplicate + o.Unwanted,
		FailedPieces: o.FailedPieces, Banned: o.Banned, WireUpBytes: r.last.sent, WireDownBytes: r.last.received,
		UnchokedS: c.slotTime.Seconds(),
	})
	for _, n := range r.neighbours.all {
		row := &record.PeerRow{Peer: n.number, Group: leecherGroup, Seed: n.seed, Arrived: n.met, Left: n.gone, Outcome: record.Left}
		if n.seed {
			row.Group = seedGroup
		}
		if n.gone == 0 {
			row.Outcome = record.Stayed
		}
		row.UploadedBytes, row.DownloadedBytes = n.exchanged()
		r.writer.Peer(row)
	}
}

// summary computes summary.json.
func (r *Recorder) summary(contentBytes int64, complete bool) *record.Summary {
	c, o := &r.client, r.last.counters
	sum := &record.Summary{
		Scenario: r.options.Name, About: r.options.About, Measured: true, Observer: clientGroup,
		Ended: record.Done, VirtualS: record.Seconds(r.lastTime().Seconds()),
		Peers: 1 + len(r.neighbours.all), ContentBytes: contentBytes, Pieces: c.pieces,
		CompletionS: times(c.completed),
		Corrupt:     record.Corrupt{PiecesCaught: o.FailedPieces, Banned: o.Banned},
		Blocks: record.Blocks{
			Sent: o.BlocksSent, Delivered: o.Blocks - o.FailedBlocks, Duplicate: o.Duplicate + o.Unwanted,
		},
	}
	if !complete {
		sum.Ended, sum.Incomplete, sum.Unfinished = record.Interrupted, true, 1
	}
	var milestones record.MilestoneTimes
	milestones.Add(0, c.first, c.completed, c.milestones)
	milestones.Summarize(sum)
	r.addGroups(sum, complete)
	r.addOverhead(sum)
	r.addEntropy(sum)
	sum.Notes = append(sum.Notes, fmt.Sprintf("what one client saw of a real swarm; neighbours: %d in all, at most %d at a time",
		len(r.neighbours.all), r.neighbours.most))
	if c.had > 0 {
		sum.Notes = append(sum.Notes, fmt.Sprintf("%d of the %d pieces were on disk at the start", c.had, c.pieces))
	}
	return sum
}

// times is the distribution of one time; of none if it is 0.
func times(t time.Duration) record.Completion {
	if t == 0 {
		return record.Completion{}
	}
	return record.NewCompletion([]time.Duration{t})
}

// addGroups adds the client, and its neighbours by what they had when they were met.
func (r *Recorder) addGroups(sum *record.Summary, complete bool) {
	o := r.last.counters
	own := record.Group{
		Name: clientGroup, Seed: complete && r.client.completed == 0, Peers: 1, CompletionS: sum.CompletionS,
		UploadedBytes: o.BytesSent, DownloadedBytes: o.Bytes, ReceivedFromBytes: map[string]int64{},
	}
	leechers, seeds := record.Group{Name: leecherGroup}, record.Group{Name: seedGroup, Seed: true}
	for _, n := range r.neighbours.all {
		g := &leechers
		if n.seed {
			g = &seeds
		}
		received, sent := n.exchanged()
		g.Peers++
		g.UploadedBytes += received
		g.DownloadedBytes += sent
		own.ReceivedFromBytes[g.Name] += received
	}
	sum.Groups = []record.Group{own, leechers, seeds}
	for i := range sum.Groups {
		if g := &sum.Groups[i]; g.DownloadedBytes > 0 {
			ratio := record.Ratio(float64(g.UploadedBytes) / float64(g.DownloadedBytes))
			g.ShareRatio = &ratio
		}
	}
	if sum.ContentBytes > 0 {
		sum.SeedCopies = record.Ratio(float64(seeds.UploadedBytes) / float64(sum.ContentBytes))
	}
}

// addOverhead compares the bytes of all messages with those of the content.
func (r *Recorder) addOverhead(sum *record.Summary) {
	o, all := r.last.counters, r.last.received+r.last.sent
	if all == 0 {
		return
	}
	sum.ControlOverhead = record.Ratio(max(1-float64(o.Bytes+o.BytesSent+(o.Duplicate+o.Unwanted)*blockLength)/float64(all), 0))
	if o.Bytes > 0 {
		wasted := float64((o.Duplicate + o.Unwanted) * blockLength)
		sum.Redundancy = &record.Redundancy{
			Duplicate: record.Ratio(wasted / float64(o.Bytes)),
			Control:   record.Ratio(max(float64(all-o.Bytes-o.BytesSent)-wasted, 0) / float64(o.Bytes)),
		}
		sum.Redundancy.Total = sum.Redundancy.Duplicate + sum.Redundancy.Control
	}
}

func (r *Recorder) addEntropy(sum *record.Summary) {
	var values []float64
	least := 1.0
	for i := range r.samples.swarm {
		if s := &r.samples.swarm[i]; s.HasEntropy {
			values = append(values, s.PieceEntropy)
			least = min(least, s.PieceEntropy)
		}
	}
	if len(values) > 0 {
		sum.PieceEntropy = &record.Entropies{Mean: record.Ratio(stat.Mean(values, nil)), Min: record.Ratio(least)}
	}
}

package sim

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"time"

	"swarmsim/sim/content"
	"swarmsim/sim/measure"
	"swarmsim/sim/netem"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Options are how a run is played; none of them reaches its record.
type Options struct {
	Workers  int            // cores, at least 1
	Files    fs.FS          // holds the files that the scenario names; nil if it names none
	Dir      string         // the folder in Files that their paths start from
	Create   record.Create  // makes the files of the record
	Progress func(Progress) // called once a sample; may be nil
	Piece    func(Piece)    // called for every piece completed, in order of time; may be nil

	Hashing func(done, total int64) // called while content.path is read, with bytes; may be nil
}

// Piece is a piece that a peer has completed.
type Piece struct {
	At    time.Duration
	Group int // of the scenario
	Peer  int
	Piece int
}

// Progress is how far a run is.
type Progress struct {
	Now      time.Duration
	Deadline time.Duration
	Leechers int     // there and not complete
	Done     int     // leechers that have completed
	Expected int     // leechers that have come or will
	Goodput  float64 // bytes per second
}

// Outcome is what a run came to, beyond its record.
type Outcome struct {
	Summary  record.Summary
	Events   int64 // that the engine played
	Verified int   // finished peers whose real content was compared with the source; all were equal
}

// Run plays a scenario and writes its record. When ctx ends, the run ends too
// and its record is marked incomplete. An error means that there is no record
// to rely on.
func Run(ctx context.Context, s *scenario.Scenario, o Options) (*Outcome, error) {
	c, err := content.Load(ctx, s, o.Files, o.Dir, o.Hashing)
	if err != nil {
		return nil, err
	}
	w := newWorld(s, c, max(o.Workers, 1))
	names := make([]string, len(s.Groups))
	for i := range s.Groups {
		names[i] = s.Groups[i].Name
	}
	out := record.NewWriter(o.Create, names, s.Record.Events, s.Record.Graph != "", s.Playback.Rate > 0)
	text, err := s.Print()
	if err != nil {
		return nil, err
	}
	out.Scenario(text)
	v := newWatcher(w, out)
	v.heard = o.Piece
	shown := v.nextSample
	now := w.engine.Run(s.Stop.Deadline.Std(), func(now time.Duration) bool {
		if !v.look(now) || ctx.Err() != nil {
			return false
		}
		if o.Progress != nil && v.nextSample != shown {
			shown = v.nextSample
			o.Progress(v.progress(now))
		}
		return true
	})
	sum := v.summary(now, ctx.Err() != nil)
	for _, n := range w.nodes {
		if n.state != toCome && n.fate != neverCameFate {
			row := n.row()
			row.UnchokedS, row.UnchokedOwnS = v.unchoking.GivenBy(n.host.ID())
			row.Playback = n.playback(now)
			out.Peer(&row)
		}
	}
	out.Availability(v.heat)
	if err := out.Close(sum); err != nil {
		return nil, err
	}
	if err := w.conserves(&sum.Blocks); err != nil {
		return nil, err
	}
	verified, err := w.verifyAll()
	return &Outcome{Summary: *sum, Events: w.engine.Events(), Verified: verified}, err
}

func (v *watcher) progress(now time.Duration) Progress {
	p := Progress{Now: now, Deadline: v.limit, Leechers: v.loading, Goodput: v.rate, Expected: v.toCome + v.loading + v.gaveUp}
	for _, times := range v.times {
		p.Done += len(times)
	}
	p.Expected += p.Done
	return p
}

// summary adds everything up.
func (v *watcher) summary(now time.Duration, interrupted bool) *record.Summary {
	w, s := v.world, v.world.scenario
	size := float64(w.content.Torrent.Length)
	sum := &record.Summary{
		Scenario: s.Name, About: s.About, Seed: s.Seed, Ended: "deadline", Incomplete: interrupted,
		VirtualS: record.Seconds(now.Seconds()), Peers: v.arrivedN,
		ContentBytes: w.content.Torrent.Length, Pieces: w.content.Torrent.Pieces(),
		GaveUp: v.gaveUp, Unfinished: v.gaveUp + v.loading,
		SeedCopies: record.Ratio(float64(v.seedsSent()) / size),
	}
	switch {
	case interrupted:
		sum.Ended = "interrupted"
	case v.done():
		sum.Ended = "done"
	case v.starved():
		sum.Ended = "starved"
	}
	if b, ok := measure.Bound(size, w.participants(now)); ok {
		s := record.Seconds(b.Seconds())
		sum.BoundS = &s
	}
	if v.unionSent >= 0 {
		r := record.Ratio(float64(v.unionSent) / size)
		sum.SeedCopiesAtUnion = &r
	}
	v.addGroups(sum)
	v.addTraffic(sum)
	v.addMeasures(sum, now)
	v.addPlayback(sum, now)
	v.addWaiting(sum, now)
	sum.UplinkUtilization = record.Ratio(v.utilization(now))
	missing := w.copies.Missing()
	sum.PiecesGone, sum.PiecesGoneList = len(missing), record.Ranges(missing)
	sum.Events = scriptedEvents(s)
	sum.Notes = s.Notes(Catalogue())
	sum.Expectations = []record.ExpectationMet{}
	values := sum.Values()
	names := slices.Sorted(maps.Keys(values))
	for _, e := range s.Expect {
		met, actual := e.Holds(func(name string) (float64, bool) {
			if full, ok := scenario.Measure(name, names); ok {
				return values[full], true
			}
			return 0, false
		})
		sum.Expectations = append(sum.Expectations, record.ExpectationMet{Expect: e.String(), Met: met, Actual: actual})
	}
	return sum
}

// scriptedEvents says in a few words what the scenario had happen, in order of time.
func scriptedEvents(s *scenario.Scenario) []record.ScriptedEvent {
	var out []record.ScriptedEvent
	for _, e := range s.Events {
		who := e.Group
		if e.Share < 1 && e.Share > 0 {
			who = fmt.Sprintf("%.3g %% of %s", 100*e.Share, e.Group)
		}
		what := map[scenario.Action]string{scenario.ActionLeave: who + ": leave", scenario.ActionCrash: who + ": crash", scenario.ActionLink: who + ": links change",
			scenario.ActionTrackerOutage: "tracker away", scenario.ActionPartition: who + ": cut off"}[e.Action]
		one := record.ScriptedEvent{AtS: record.Seconds(e.At.Std().Seconds()), Event: what}
		if e.For > 0 {
			one.UntilS = record.Seconds((e.At + e.For).Std().Seconds())
		}
		out = append(out, one)
	}
	slices.SortStableFunc(out, func(a, b record.ScriptedEvent) int { return cmp.Compare(a.AtS, b.AtS) })
	return out
}

func (v *watcher) addGroups(sum *record.Summary) {
	var all []time.Duration
	for i := range v.world.scenario.Groups {
		g := &v.world.scenario.Groups[i]
		all = append(all, v.times[i]...)
		sum.Groups = append(sum.Groups, record.Group{Name: g.Name, Seed: g.Seed, CompletionS: record.NewCompletion(v.times[i])})
	}
	sum.CompletionS = record.NewCompletion(all)
}

func (v *watcher) addTraffic(sum *record.Summary) {
	var wire, payload int64
	hosts := []*netem.Host{v.world.tracker.host}
	for _, n := range v.world.nodes {
		hosts = append(hosts, n.host)
		c := n.counters()
		g := &sum.Groups[n.group]
		if n.state != toCome && n.fate != neverCameFate {
			g.Peers++
		}
		g.UploadedBytes += c.BytesSent
		g.DownloadedBytes += c.Bytes
		payload += c.BytesSent
		sum.Blocks.Sent += c.BlocksSent
		sum.Blocks.Delivered += c.Blocks
		sum.Blocks.Duplicate += c.Duplicate + c.Unwanted
		sum.Corrupt.BlocksSent += c.CorruptSent
		sum.Corrupt.PiecesCaught += c.FailedPieces
		sum.Corrupt.Banned += c.Banned
	}
	for _, h := range hosts {
		wire += h.Traffic.WireSent
		sum.Blocks.Lost += h.Traffic.Lost
	}
	b := &sum.Blocks
	b.InFlight = v.world.inFlight()
	if v.world.scenario.Network.Transport != scenario.TransportIdeal {
		// Where packets are lost a block is only lost for good with its
		// connection: what is left.
		b.Lost = b.Sent - b.Delivered - b.Duplicate - b.InFlight
	}
	if wire > 0 {
		sum.ControlOverhead = record.Ratio(1 - float64(payload)/float64(wire))
	}
}

// utilization is the share of the leechers' uplinks that carried content until
// the last of them was complete, or until the end if none was.
func (v *watcher) utilization(now time.Duration) float64 {
	until := v.lastDone
	if until == 0 {
		until = now // nobody completed
	}
	at, sent := time.Duration(0), int64(0)
	for _, s := range v.sent {
		at, sent = s.at, s.bytes
		if at >= until {
			break
		}
	}
	if at < until { // the run ended before the next sample
		at, sent = until, v.gone.leecherSent
		for _, n := range v.present {
			if !v.world.scenario.Groups[n.group].Seed {
				sent += n.counters().BytesSent
			}
		}
	}
	if capacity := leecherCapacity(v.world, at); capacity > 0 {
		return float64(sent) / capacity
	}
	return 0
}

// conserves checks that no block was made or has vanished.
func (w *world) conserves(b *record.Blocks) error {
	if b.Lost < 0 || b.Sent != b.Delivered+b.Duplicate+b.Lost+b.InFlight {
		return fmt.Errorf("blocks are not conserved: %d sent, but %d delivered, %d duplicate, %d lost and %d in flight; this is a bug, please report it with the scenario and seed %d",
			b.Sent, b.Delivered, b.Duplicate, b.Lost, b.InFlight, w.scenario.Seed)
	}
	return nil
}

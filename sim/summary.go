package sim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"gonum.org/v1/gonum/stat"

	"swarmsim/sim/measure"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// summary computes the summary of a run that has ended now.
func (c *collector) summary(now time.Duration, interrupted bool) *record.Summary {
	w, s := c.world, c.world.scenario
	size := float64(w.content.Torrent.Length)
	missing := w.copies.Missing()
	sum := &record.Summary{
		Scenario:          s.Name,
		About:             s.About,
		Seed:              s.Seed,
		Ended:             c.ending(interrupted),
		Incomplete:        interrupted,
		VirtualS:          record.Seconds(now.Seconds()),
		Peers:             c.completions.Arrived,
		ContentBytes:      w.content.Torrent.Length,
		Pieces:            w.content.Torrent.Pieces(),
		GaveUp:            c.completions.DepartedIncomplete,
		Unfinished:        c.completions.DepartedIncomplete + c.completions.Downloading,
		SeedCopies:        record.Ratio(float64(w.seedsSent()) / size),
		SeedCopiesAtUnion: copiesOf(c.seedUpload.AtFullReplica, size),
		SeedCopiesAtDone:  copiesOf(c.seedUpload.AtLastCompletion, size),
		PiecesGone:        len(missing),
		PiecesGoneList:    record.Ranges(missing),
		Graph:             c.connGraphAtHalf,
		Events:            scriptedEvents(s),
		Notes:             s.Notes(Catalogue()),
	}
	if b, ok := measure.Bound(size, w.participants(now)); ok {
		s := record.Seconds(b.Seconds())
		sum.BoundS = &s
	}
	c.addGroups(sum)
	c.addTraffic(sum)
	c.addEntropy(sum)
	c.addMilestones(sum)
	c.addFairness(sum)
	c.addRedundancy(sum)
	c.addTrafficMatrix(sum)
	c.pairs.addTo(sum, now)
	c.addSlotsCounted(sum)
	c.addPlayback(sum, now)
	c.addWaiting(sum, now)
	sum.UplinkUtilization = record.Ratio(c.sampler.utilization(c.present, c.completions.Last, now))
	sum.Expectations = CheckExpectations(s, sum)
	return sum
}

// ending says why the run has ended.
func (c *collector) ending(interrupted bool) record.Ending {
	switch {
	case interrupted:
		return record.Interrupted
	case c.done():
		return record.Done
	case c.starved():
		return record.Starved
	}
	return record.AtDeadline
}

// copiesOf is a number of bytes in sizes of the content; nil for -1.
func copiesOf(bytes int64, size float64) *record.Ratio {
	if bytes < 0 {
		return nil
	}
	r := record.Ratio(float64(bytes) / size)
	return &r
}

// CheckExpectations compares the summary with what the scenario expects of it.
func CheckExpectations(s *scenario.Scenario, sum *record.Summary) []record.ExpectationResult {
	out := []record.ExpectationResult{}
	values := sum.Values()
	names := slices.Sorted(maps.Keys(values))
	for _, e := range s.Expect {
		met, actual := e.Holds(func(name string) (float64, bool) {
			if full, ok := scenario.Measure(name, names); ok {
				return values[full], true
			}
			return 0, false
		})
		out = append(out, record.ExpectationResult{Expect: e.String(), Met: met, Actual: actual})
	}
	return out
}

// scriptedEvents describes the scenario's events in a few words each, in the order of time.
func scriptedEvents(s *scenario.Scenario) []record.ScriptedEvent {
	var out []record.ScriptedEvent
	for _, e := range s.Events {
		peers := e.Group
		if e.Share < 1 && e.Share > 0 {
			peers = fmt.Sprintf("%.3g %% of %s", 100*e.Share, e.Group)
		}
		text := map[scenario.Action]string{
			scenario.ActionLeave:         peers + ": leave",
			scenario.ActionCrash:         peers + ": crash",
			scenario.ActionLink:          peers + ": links change",
			scenario.ActionTrackerOutage: "tracker away",
			scenario.ActionPartition:     peers + ": cut off",
		}[e.Action]
		event := record.ScriptedEvent{AtS: record.Seconds(e.At.Std().Seconds()), Event: text}
		if e.For > 0 {
			event.UntilS = record.Seconds((e.At + e.For).Std().Seconds())
		}
		out = append(out, event)
	}
	slices.SortStableFunc(out, func(a, b record.ScriptedEvent) int { return cmp.Compare(a.AtS, b.AtS) })
	return out
}

// addGroups adds each group and the download times.
func (c *collector) addGroups(sum *record.Summary) {
	var all []time.Duration
	for i := range c.world.scenario.Groups {
		g := &c.world.scenario.Groups[i]
		times := c.completions.Times[i]
		all = append(all, times...)
		sum.Groups = append(sum.Groups, record.Group{
			Name:        g.Name,
			Seed:        g.Seed,
			CompletionS: record.NewCompletion(times),
		})
	}
	sum.CompletionS = record.NewCompletion(all)
}

// addEntropy adds the piece entropy over the samples that have one.
func (c *collector) addEntropy(sum *record.Summary) {
	if e := c.sampler.entropies; len(e) > 0 {
		sum.PieceEntropy = &record.Entropies{Mean: record.Ratio(stat.Mean(e, nil)), Min: record.Ratio(slices.Min(e))}
	}
}

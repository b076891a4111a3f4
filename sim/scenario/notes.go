package scenario

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Notes describes, in one sentence each, limits on the download rate other than the links. Of
// each kind of limit it names the case with the strictest one.
func (s *Scenario) Notes(c Catalogue) []string {
	var out []string
	add := func(note string) {
		if note != "" {
			out = append(out, note)
		}
	}
	all := s.crossings()
	for _, limit := range []func(crossing) (Rate, string){s.byWindow, s.byBacklog(c), s.byLoss} {
		add(strictest(all, limit))
	}
	add(s.shortQueue(all))
	add(s.coarseSegments(c, all))
	return out
}

// strictest describes the case in which a limit leaves the smallest share of the rate of the
// links between two groups, if that is less than four fifths.
func strictest(all []crossing, limit func(crossing) (rate Rate, what string)) string {
	worst, note := 0.8, ""
	for _, x := range all {
		rate, what := limit(x)
		if share := float64(rate / x.rate); what != "" && share < worst {
			worst = share
			note = fmt.Sprintf("a connection from %s to %s carries at most %s (%s, round trip %v), less than the %s "+
				"of its links",
				x.from.Name, x.to.Name, rounded(rate), what, Duration(x.rtt), rounded(x.rate))
		}
	}
	return note
}

// byWindow is the limit by the bytes that a connection may have in flight.
func (s *Scenario) byWindow(x crossing) (Rate, string) {
	return perRoundTrip(s.Network.Window, x), fmt.Sprintf("window %v", s.Network.Window)
}

// perRoundTrip is the rate of an amount per round trip.
func perRoundTrip(amount Bytes, x crossing) Rate { return Rate(float64(amount) / x.rtt.Seconds()) }

// byBacklog is the limit by the requests that the downloader keeps outstanding and that the
// uploader accepts.
func (s *Scenario) byBacklog(c Catalogue) func(crossing) (Rate, string) {
	return func(x crossing) (Rate, string) {
		most := s.clientOf(x.from).Upload.MaxPendingRequests
		what := fmt.Sprintf("upload.max_pending_requests %d", most)
		rule := s.clientOf(x.to).Backlog
		if c.MaxOutstanding != nil {
			if n := c.MaxOutstanding(rule.Settings, x.rtt); n > 0 && n <= most {
				most, what = n, fmt.Sprintf("backlog %s, at most %d requests", rule.Name, n)
			}
		}
		return perRoundTrip(Bytes(most)*s.Content.Block, x), what
	}
}

// clientOf returns the client of a group.
func (s *Scenario) clientOf(g *Group) *Client { return cmp.Or(g.Client, &s.Client) }

// byLoss is the limit by random loss with probability p. The mean window of AIMD with an
// increase of one segment per round trip and a decrease by half is sqrt(1.5/p) segments; that
// of CUBIC is proportional to (RTT/p)^0.75, or Reno's if that is larger (RFC 9438, sections 4.3
// and 5.1). LEDBAT's increase is two segments.
func (s *Scenario) byLoss(x crossing) (Rate, string) {
	n := &s.Network
	if n.Loss == 0 || n.Transport == TransportIdeal {
		return 0, ""
	}
	const segment, c, beta = 1448, 0.4, 0.7
	name, window := string(n.Congestion), math.Sqrt(1.5/n.Loss)
	switch {
	case cmp.Or(s.clientOf(x.from).Transport, n.Transport) == TransportUTP:
		name, window = string(TransportUTP), window*math.Sqrt2
	case n.Congestion == CongestionCubic:
		window = max(window, math.Pow(c*(3+beta)/(4*(1-beta)), 0.25)*math.Pow(x.rtt.Seconds()/n.Loss, 0.75))
	}
	return perRoundTrip(Bytes(window*segment), x), fmt.Sprintf("%s with a loss of %g", name, n.Loss)
}

// queueOf returns the field and the capacity of the queue before the slowest access link of a
// path. ok is false if a router is slower.
func (s *Scenario) queueOf(x crossing) (field string, capacity Bytes, ok bool) {
	q := &s.Network.Queue
	up, _ := s.fastest(x.from)
	_, down := s.fastest(x.to)
	field, capacity = "queue.up", q.Up
	if down < up {
		field, capacity = "queue.down", q.Down
	}
	return field, max(capacity, Bytes(q.Time.Std().Seconds()*float64(x.rate))), min(up, down) <= x.rate
}

// shortQueue describes a queue that holds less than a quarter of a path's bandwidth-delay
// product: it overflows, and ends a flow's slow start, long before the window fills the path.
func (s *Scenario) shortQueue(all []crossing) string {
	if s.Network.Transport == TransportIdeal {
		return ""
	}
	worst, note := 0.25, ""
	for _, x := range all {
		field, capacity, ok := s.queueOf(x)
		if share := float64(capacity) / float64(x.bdp()); ok && share < worst {
			worst = share
			note = fmt.Sprintf("from %s to %s the bandwidth-delay product is %s (%s, round trip %v) and %s holds %v: "+
				"losses at that queue limit the rate more than the links",
				x.from.Name, x.to.Name, rounded(x.bdp()), rounded(x.rate), Duration(x.rtt), field, capacity)
		}
	}
	return note
}

// coarseSegments describes a path on which segments of several packets were found to give other
// results than single packets, by more than a tenth: with a queue of less than two segments,
// and, on paths with a large bandwidth-delay product, with a queue of less than three quarters
// of that product or less than the blocks that are requested at a time. Which packets are lost
// there, and how far a window has grown by then, depends on their position in a segment
// (docs/simulation.md has the measurements).
func (s *Scenario) coarseSegments(c Catalogue, all []crossing) string {
	n := &s.Network
	if n.Transport == TransportIdeal || n.Segment <= 1500 {
		return ""
	}
	for _, x := range all {
		field, capacity, ok := s.queueOf(x)
		if !ok {
			continue
		}
		least := min(2*n.Segment, x.bdp())
		if s.longFat(x.bdp()) {
			least = max(least, x.bdp()*3/4)
			if rule := s.clientOf(x.to).Backlog; c.RefillBatch != nil {
				least = max(least, Bytes(c.RefillBatch(rule.Settings))*s.Content.Block)
			}
		}
		if capacity < least {
			return fmt.Sprintf("from %s to %s results with segments of %v may differ by more than 10 %% from those "+
				"with packets, "+
				"because %s holds %v, less than %s; network.segment: 1500 B is exact",
				x.from.Name, x.to.Name, n.Segment, field, capacity, rounded(least))
		}
	}
	return ""
}

// rounded writes an amount or a rate with three significant digits.
func rounded[T Bytes | Rate](v T) string {
	digits, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', 3, 64), 64)
	if err != nil {
		panic(err) // it was just written
	}
	if _, is := any(v).(Rate); is {
		return Rate(digits).String()
	}
	return strings.TrimSpace(write(digits, byteUnits, "B", "kB", "MB", "GB"))
}

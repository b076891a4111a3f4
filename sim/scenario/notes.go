package scenario

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Notes says, a line each, what else than its links may decide how fast content
// moves. Of each kind it names the case that bounds most.
func (s *Scenario) Notes(c Catalogue) []string {
	var out []string
	add := func(note string) {
		if note != "" {
			out = append(out, note)
		}
	}
	all := s.crossings()
	for _, by := range []func(crossing) (Rate, string){s.byWindow, s.byRequests(c), s.byLoss} {
		add(tightest(all, by))
	}
	add(s.shortQueue(all))
	add(s.coarseSegments(c, all))
	return out
}

// tightest says what bounds a connection, if it leaves less than four fifths of
// what the links between two groups carry.
func tightest(all []crossing, by func(crossing) (most Rate, what string)) string {
	worst, note := 0.8, ""
	for _, x := range all {
		most, what := by(x)
		if share := float64(most / x.rate); what != "" && share < worst {
			worst = share
			note = fmt.Sprintf("a connection from %s to %s carries at most %s (%s, round trip %v), less than the %s of its links",
				x.from.Name, x.to.Name, shortly(most), what, Duration(x.rtt), shortly(x.rate))
		}
	}
	return note
}

// byWindow is what a connection may have in flight.
func (s *Scenario) byWindow(x crossing) (Rate, string) {
	return over(s.Network.Window, x), fmt.Sprintf("window %v", s.Network.Window)
}

// over is an amount in each round trip.
func over(amount Bytes, x crossing) Rate { return Rate(float64(amount) / x.rtt.Seconds()) }

// byRequests is what one end lets be asked for, and the other keeps.
func (s *Scenario) byRequests(c Catalogue) func(crossing) (Rate, string) {
	return func(x crossing) (Rate, string) {
		most := s.clientOf(x.from).Upload.MaxPendingRequests
		what := fmt.Sprintf("upload.max_pending_requests %d", most)
		rule := s.clientOf(x.to).Backlog
		if c.MaxOutstanding != nil {
			if n := c.MaxOutstanding(rule.Settings, x.rtt); n > 0 && n <= most {
				most, what = n, fmt.Sprintf("requests %s, %d at most", rule.Name, n)
			}
		}
		return over(Bytes(most)*s.Content.Block, x), what
	}
}

// clientOf is what the peers of a group run.
func (s *Scenario) clientOf(g *Group) *Client { return cmp.Or(g.Client, &s.Client) }

// byLoss is what random loss leaves of a connection in the long run: the mean window
// of AIMD that adds a segment each round trip and halves is sqrt(1.5/p) segments
// (RFC 9438, 4.3), and that of CUBIC follows RTT^0.75/p^0.75, or Reno's if that is
// more (RFC 9438, 5.1). LEDBAT adds two segments.
func (s *Scenario) byLoss(x crossing) (Rate, string) {
	n := &s.Network
	if n.Loss == 0 || n.Transport == TransportIdeal {
		return 0, ""
	}
	const segment, c, beta = 1448, 0.4, 0.7
	name, window := n.Congestion, math.Sqrt(1.5/n.Loss)
	switch {
	case cmp.Or(s.clientOf(x.from).Transport, n.Transport) == TransportUTP:
		name, window = "utp", window*math.Sqrt2
	case name == CongestionCubic:
		window = max(window, math.Pow(c*(3+beta)/(4*(1-beta)), 0.25)*math.Pow(x.rtt.Seconds()/n.Loss, 0.75))
	}
	return over(Bytes(window*segment), x), fmt.Sprintf("%s with a loss of %g", name, n.Loss)
}

// queueOf is the queue before the slowest link of a crossing: what it is called and
// what it holds. There is none if a router is what is slowest.
func (s *Scenario) queueOf(x crossing) (name string, holds Bytes, ok bool) {
	q := &s.Network.Queue
	up, _ := s.fastest(x.from)
	_, down := s.fastest(x.to)
	name, holds = "queue.up", q.Up
	if down < up {
		name, holds = "queue.down", q.Down
	}
	return name, max(holds, Bytes(q.Time.Std().Seconds()*float64(x.rate))), min(up, down) <= x.rate
}

// shortQueue tells of a queue that holds less than a quarter of what fills the links:
// what overflows it ends a flow's growth long before its window has come there.
func (s *Scenario) shortQueue(all []crossing) string {
	if s.Network.Transport == TransportIdeal {
		return ""
	}
	worst, note := 0.25, ""
	for _, x := range all {
		name, holds, ok := s.queueOf(x)
		if share := float64(holds) / float64(x.bdp()); ok && share < worst {
			worst = share
			note = fmt.Sprintf("from %s to %s %s are under way when the links are full (%s, round trip %v), and %s holds %v: what overflows it decides, more than the links",
				x.from.Name, x.to.Name, shortly(x.bdp()), shortly(x.rate), Duration(x.rtt), name, holds)
		}
	}
	return note
}

// coarseSegments tells where segments of several packets were found to come out
// otherwise than packets, by more than a tenth: before a queue of less than two
// segments, and where links are fast and long before one that holds less than three
// quarters of what fills them, or less than what is asked for at a time. What is lost
// there, and how far a window has grown by then, depends on where packets stand in a
// segment (docs/simulation.md has the measurements).
func (s *Scenario) coarseSegments(c Catalogue, all []crossing) string {
	n := &s.Network
	if n.Transport == TransportIdeal || n.Segment <= 1500 {
		return ""
	}
	for _, x := range all {
		name, holds, ok := s.queueOf(x)
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
		if holds < least {
			return fmt.Sprintf("segments of %v may differ by more than 10 %% from packet by packet, from %s to %s, where %s holds %v, less than %s; network.segment: 1500 B is exact",
				n.Segment, x.from.Name, x.to.Name, name, holds, shortly(least))
		}
	}
	return ""
}

// shortly says an amount or a rate to two or three digits.
func shortly[T Bytes | Rate](v T) string {
	digits, err := strconv.ParseFloat(strconv.FormatFloat(float64(v), 'g', 3, 64), 64)
	if err != nil {
		panic(err) // it was just written
	}
	if _, is := any(v).(Rate); is {
		return Rate(digits).String()
	}
	return strings.TrimSpace(write(digits, byteUnits, "B", "kB", "MB", "GB"))
}

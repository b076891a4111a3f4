package record

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// Summary is what a run came to, in summary.json. Times are virtual seconds.
type Summary struct {
	Scenario          string           `json:"scenario"`
	About             string           `json:"about,omitempty"` // what the scenario shows
	Seed              uint64           `json:"seed"`
	Ended             Ending           `json:"ended"`
	Incomplete        bool             `json:"incomplete"` // interrupted: what follows covers the time until then
	VirtualS          Seconds          `json:"virtual_s"`
	Peers             int              `json:"peers"` // that came
	ContentBytes      int64            `json:"content_bytes"`
	Pieces            int              `json:"pieces"`
	CompletionS       Completion       `json:"completion_s"`
	BoundS            *Seconds         `json:"bound_s"` // no swarm could have had a smaller completion_s.last; null if nobody completed
	Blocks            Blocks           `json:"blocks"`
	UplinkUtilization Ratio            `json:"uplink_utilization"`   // content sent by leechers, as a share of their uplinks until the last completes
	SeedCopies        Ratio            `json:"seed_copies"`          // content sent by the initial seeds, in sizes of the content
	SeedCopiesAtUnion *Ratio           `json:"seed_copies_at_union"` // likewise, until every piece was on some leecher; null if that never was
	SeedCopiesAtDone  *Ratio           `json:"seed_copies_at_done"`  // likewise, until the last completion; null if nobody completed
	ControlOverhead   Ratio            `json:"control_overhead"`     // share of the bytes on the links that is not content
	Unfinished        int              `json:"unfinished"`           // leechers that came and did not complete, for whatever reason
	GaveUp            int              `json:"gave_up"`              // leechers that left without the content
	Waiting           *Waiting         `json:"waiting,omitempty"`    // for what, where leechers were still downloading at a deadline that is not the aim
	PiecesGone        int              `json:"pieces_gone"`          // pieces that nobody had at the end
	PiecesGoneList    string           `json:"pieces_gone_list"`     // their numbers, such as 3,7-9
	Corrupt           Corrupt          `json:"corrupt"`
	FirstPieceS       Completion       `json:"first_piece_s"`    // from a leecher's arrival until it had a piece
	FirstTenS         Completion       `json:"first_ten_s"`      // until it had ten
	UntilLastTenS     Completion       `json:"until_last_ten_s"` // until it lacked no more than ten
	LastTenS          Completion       `json:"last_ten_s"`       // from then until it was complete
	Fairness          Fairness         `json:"fairness"`
	Redundancy        *Redundancy      `json:"redundancy"`    // null if nothing was delivered
	PieceEntropy      *Entropies       `json:"piece_entropy"` // null if no sample has copies on leechers
	Clustering        *Ratio           `json:"clustering"`    // see Group; of all groups together; null where no two groups met
	CrossRegion       *Ratio           `json:"cross_region"`  // share of the content that came from another region; null without regions
	Regions           []Area           `json:"regions,omitempty"`
	Routers           []Area           `json:"routers,omitempty"`  // what is behind them
	Interest          *Spread          `json:"interest,omitempty"` // see Group; only with record.interest
	Graph             *Graph           `json:"graph,omitempty"`    // when half of the leechers had completed; only with record.graph
	Groups            []Group          `json:"groups"`
	Playback          *Playback        `json:"playback,omitempty"` // nil where nothing is watched
	Events            []ScriptedEvent  `json:"events,omitempty"`
	Expectations      []ExpectationMet `json:"expectations"`
	Notes             []string         `json:"notes,omitempty"` // what else than the links may have decided, in words
}

// ScriptedEvent is what the scenario had happen.
type ScriptedEvent struct {
	AtS    Seconds `json:"at_s"`
	Event  string  `json:"event"`            // in a few words, such as: seed crashes
	UntilS Seconds `json:"until_s,omitzero"` // of what lasts
}

// Completion is how long leechers took, from their arrival. If none completed,
// all but the count is null in the file.
type Completion struct {
	Count int     `json:"count"`
	Mean  Seconds `json:"mean"`
	P50   Seconds `json:"p50"`
	P95   Seconds `json:"p95"`
	Last  Seconds `json:"last"` // the longest
}

// Blocks counts blocks. All that were sent arrived, were lost or are under way.
type Blocks struct {
	Sent      int64 `json:"sent"`
	Delivered int64 `json:"delivered"` // arrived and were of use
	Duplicate int64 `json:"duplicate"` // arrived and were there already, or not wanted any more
	Lost      int64 `json:"lost"`      // were sent to somebody who was gone
	InFlight  int64 `json:"in_flight"` // at the end
}

// Corrupt is what became of corrupt content.
type Corrupt struct {
	BlocksSent   int64 `json:"blocks_sent"`
	PiecesCaught int64 `json:"pieces_caught"`
	Banned       int64 `json:"banned"` // times a sender was found out and hung up on
}

// Group is what the peers of one group came to.
type Group struct {
	Name            string     `json:"name"`
	Seed            bool       `json:"seed"`
	Peers           int        `json:"peers"`
	CompletionS     Completion `json:"completion_s"`
	UploadedBytes   int64      `json:"uploaded_bytes"`   // content
	DownloadedBytes int64      `json:"downloaded_bytes"` // content, duplicates not counted
	Playback        *Playback  `json:"playback,omitempty"`
	ShareRatio      *Ratio     `json:"share_ratio"` // uploaded over downloaded; null if nothing was downloaded

	// Of leechers: content by the group that sent it, whether it was of use or not.
	ReceivedFromBytes map[string]int64 `json:"received_from_bytes,omitempty"`

	// The shares of the group's unchoke time that groups of leechers had, while
	// giver and taker downloaded, and what they would have been if any leecher
	// there had been as likely to be unchoked. Left out where there was none.
	SlotsCounted    string           `json:"slots_counted,omitempty"` // regular, or all where the choker tells no optimistic ones apart
	Unchoked        map[string]Ratio `json:"unchoked,omitempty"`
	UnchokedUniform map[string]Ratio `json:"unchoked_uniform,omitempty"`
	Clustering      *Ratio           `json:"clustering,omitempty"` // what the group gave to its own, over what it would have been, while leechers of other groups were there too

	// Of pairs of leechers that were connected, with record.interest: the share of
	// that time in which one of the group was interested in the other, and the
	// other in it.
	Interested *Spread `json:"interested,omitempty"`
	Wanted     *Spread `json:"wanted,omitempty"`
}

// Area is a region, or what is behind a router: the content that peers in it
// got from one another, from outside, and gave away.
type Area struct {
	Name              string           `json:"name"`
	WithinBytes       int64            `json:"within_bytes"`
	InBytes           int64            `json:"in_bytes"`
	OutBytes          int64            `json:"out_bytes"`
	ReceivedFromBytes map[string]int64 `json:"received_from_bytes,omitempty"` // of a region: by region
}

// ExpectationMet is an expectation of the scenario and whether it was met.
type ExpectationMet struct {
	Expect string `json:"expect"`
	Met    bool   `json:"met"`
	Actual string `json:"actual"`
}

// Meta holds the facts of the wall clock, in meta.json.
type Meta struct {
	WallS          float64 `json:"wall_s"`
	CPUS           float64 `json:"cpu_s"`
	BlocksPerCPUS  float64 `json:"blocks_per_cpu_s"`
	EventsPerBlock float64 `json:"events_per_block"`
	PeakRSSBytes   int64   `json:"peak_rss_bytes"`
	Workers        int     `json:"workers"`
	Version        string  `json:"version"`
	GoVersion      string  `json:"go_version"`
}

// Seconds is a time, written with microseconds.
type Seconds float64

// Ratio is written with six digits behind the point.
type Ratio float64

func trim(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// MarshalJSON rounds.
func (s Seconds) MarshalJSON() ([]byte, error) { return json.Marshal(trim(float64(s))) }

// MarshalJSON rounds.
func (r Ratio) MarshalJSON() ([]byte, error) { return json.Marshal(trim(float64(r))) }

// MarshalJSON leaves no time where there is none.
func (c Completion) MarshalJSON() ([]byte, error) {
	if c.Count == 0 {
		return []byte(`{"count":0,"mean":null,"p50":null,"p95":null,"last":null}`), nil
	}
	type plain Completion
	return json.Marshal(plain(c))
}

// NewCompletion sums up download times, in any order.
func NewCompletion(times []time.Duration) Completion {
	if len(times) == 0 {
		return Completion{}
	}
	times = slices.Clone(times)
	slices.Sort(times)
	sum := time.Duration(0)
	for _, t := range times {
		sum += t / time.Duration(len(times)) // no overflow, whatever the times
	}
	rest := time.Duration(0)
	for _, t := range times {
		rest += t % time.Duration(len(times))
	}
	return Completion{
		Count: len(times),
		Mean:  Seconds((sum + rest/time.Duration(len(times))).Seconds()),
		P50:   Seconds(quantile(times, 0.5).Seconds()),
		P95:   Seconds(quantile(times, 0.95).Seconds()),
		Last:  Seconds(times[len(times)-1].Seconds()),
	}
}

// quantile is the usual one, between the two nearest values: of 1, 2, 3, 4 the
// median is 2.5 (Hyndman and Fan's type 7, which R, NumPy and spreadsheets use).
func quantile(sorted []time.Duration, q float64) time.Duration {
	i, part := Rank(len(sorted), q)
	at := sorted[i]
	if part > 0 {
		at += time.Duration(math.Round(part * float64(sorted[i+1]-at)))
	}
	return at
}

// Rank is the place of a quantile in a sorted list, and how far it is to the next.
func Rank(n int, q float64) (at int, part float64) {
	h := float64(float64(n-1) * q) // rounded, whatever the processor could do at once
	at = int(math.Floor(h))
	return at, h - float64(at)
}

// Values flattens the summary's numbers to dotted names, such as
// completion_s.p95; a group's are under groups.NAME.
func (s *Summary) Values() map[string]float64 {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a struct of numbers and strings always marshals
	}
	var tree map[string]any
	if err := json.Unmarshal(text, &tree); err != nil {
		panic(err)
	}
	out := map[string]float64{}
	flatten(out, "", tree)
	return out
}

func flatten(out map[string]float64, name string, v any) {
	switch x := v.(type) {
	case float64:
		out[name] = x
	case map[string]any:
		for k, child := range x {
			flatten(out, strings.TrimPrefix(name+"."+k, "."), child)
		}
	case []any:
		for _, item := range x {
			if m, ok := item.(map[string]any); ok && m["name"] != nil {
				flatten(out, fmt.Sprintf("%s.%v", name, m["name"]), m)
			}
		}
	}
}

// Ranges writes ascending numbers shortly, such as 3,7-9.
func Ranges(numbers []int) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && numbers[j+1] == numbers[j]+1 {
			j++
		}
		if i == j {
			out = append(out, fmt.Sprint(numbers[i]))
		} else {
			out = append(out, fmt.Sprintf("%d-%d", numbers[i], numbers[j]))
		}
		i = j + 1
	}
	return strings.Join(out, ",")
}

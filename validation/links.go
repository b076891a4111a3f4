package validation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"swarmsim/sim"
)

// One flow over links of many rates and lengths, all else left to the defaults: what it
// makes of them, and whether segments of a block come to what packets do.

// speeds are the links' rates, with how much content goes over them: seconds' worth.
var speeds = []struct {
	name    string
	bitsPer int64 // in a second
	seconds int64
}{{"10 Mbit/s", 10e6, 20}, {"100 Mbit/s", 100e6, 20}, {"1 Gbit/s", 1e9, 20}, {"10 Gbit/s", 10e9, 10}}

// lengths are latencies, one way.
var lengths = []string{"1 ms", "10 ms", "50 ms", "200 ms"}

// flowTransports are what one flow is played with.
var flowTransports = []string{"ideal", "tcp", "utp"}

const (
	carried     = 1448. / 1500 // what a link carries beside headers
	filledLeast = 0.8          // of a link, by a flow alone
	grainWithin = 0.1
)

func linkCases() []Case {
	var out []Case
	for _, transport := range flowTransports {
		for _, x := range speeds {
			c := Case{
				Name: linkCase(transport, x.name), Kind: "links", Fixed: true,
				About:  fmt.Sprintf("one flow over %s, links of %s", transport, x.name),
				Source: "times: the same with segments of 1,500 bytes; shares: what a link carries",
				How:    fmt.Sprintf("%d s worth of content; the share of the link is that of its second half", x.seconds),
				Run: func(ctx context.Context, _ uint64) (map[string]float64, error) {
					out := map[string]float64{}
					for _, latency := range lengths {
						sets := []string{"network.transport=" + transport, "network.latency=" + latency}
						if err := oneFlow(ctx, x.bitsPer/8, x.bitsPer/8*x.seconds, sets, latency, out); err != nil {
							return nil, err
						}
					}
					return out, nil
				},
			}
			for _, latency := range lengths {
				c.Expected = append(c.Expected,
					Expected{Measure: latency, Unit: "s", Against: latency + packets, Within: grainWithin},
					Expected{Measure: latency + filled, Value: carried, Within: 1 - filledLeast/carried})
			}
			out = append(out, c)
		}
	}
	return append(out, clientLinks())
}

// linkCase names the case of a transport and a rate.
func linkCase(transport, rate string) string {
	return "links-" + transport + "-" + strings.NewReplacer(" ", "", "bit/s", "").Replace(rate)
}

// Of a measure: with segments of a packet, and as a share of the link.
const (
	packets = ", packets"
	filled  = ", share"
)

// clientLinks are the clients whose rules for requests bound what a flow carries: there
// is no share that they must come to.
func clientLinks() Case {
	c := Case{
		Name: "links-clients", Kind: "links", Fixed: true,
		About:  "one flow between known clients, links of 1 Gbit/s",
		Source: "the same with segments of 1,500 bytes",
		How:    "200 MB; how many blocks they ask for at a time decides, and not the links",
	}
	type way struct{ name, profile, transport, latency string }
	var ways []way
	for _, p := range clients {
		for _, transport := range flowTransports[1:] {
			for _, latency := range []string{"10 ms", "25 ms", "40 ms"} {
				w := way{p.profile + ", " + transport + ", " + latency, p.profile, transport, latency}
				ways = append(ways, w)
				e := Expected{Measure: w.name, Unit: "s", Against: w.name + packets, Within: grainWithin}
				if p.profile == "anacrolix-1.61" && latency == "40 ms" {
					e.Within, e.Note = 0, "963 blocks asked for together overflow the queue, and a run says that segments matter there"
				}
				c.Expected = append(c.Expected, e)
			}
		}
	}
	c.Run = func(ctx context.Context, _ uint64) (map[string]float64, error) {
		out := map[string]float64{}
		for _, w := range ways {
			sets := []string{"network.transport=" + w.transport, "network.latency=" + w.latency, "client.profile=" + w.profile}
			if err := oneFlow(ctx, 125e6, 200e6, sets, w.name, out); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return c
}

// oneFlow plays a flow with segments of a block and of a packet, and notes under a
// name what it came to.
func oneFlow(ctx context.Context, bytesPerSec, size int64, sets []string, name string, out map[string]float64) error {
	piece := int64(256 << 10)
	for piece < size/1000 && piece < 4<<20 {
		piece *= 2
	}
	sets = append(sets, fmt.Sprintf("content.size=%d B", size), fmt.Sprintf("content.piece=%d B", piece))
	for _, link := range []string{"seed.link.up", "seed.link.down", "leecher.link.up", "leecher.link.down"} {
		sets = append(sets, fmt.Sprintf("groups.%s=%d B/s", link, bytesPerSec))
	}
	for _, grain := range []struct{ segment, suffix string }{{"16 KiB", ""}, {"1500 B", packets}} {
		var at []time.Duration // of each piece
		run, err := play(ctx, "links/one-flow.yaml", append(sets, "network.segment="+grain.segment), 1,
			func(p sim.Piece) { at = append(at, p.At) })
		if err != nil {
			return err
		}
		if err := run.allDone(); err != nil {
			return err
		}
		out[name+grain.suffix] = float64(run.Summary.CompletionS.Last)
		half, last := len(at)/2, len(at)-1
		out[name+filled+grain.suffix] = float64(int64(last-half)*piece) / (at[last] - at[half]).Seconds() / float64(bytesPerSec)
	}
	return nil
}

// linkRow is a row of the page's table: what flows over links of a rate and a length
// make of them.
type linkRow struct {
	Rate, Latency string
	Cells         []string // by transport
}

// linkTable lays the results of linkCases out; cases that were not played leave a gap.
func linkTable(results []*Result) []linkRow {
	var out []linkRow
	for _, x := range speeds {
		for _, latency := range lengths {
			row := linkRow{Rate: x.name, Latency: latency}
			for _, transport := range flowTransports {
				row.Cells = append(row.Cells, linkCell(results, linkCase(transport, x.name), latency))
			}
			out = append(out, row)
		}
	}
	return out
}

// linkCell is a flow's share of its link, and how much longer it took with segments of
// a block than with those of a packet.
func linkCell(results []*Result, name, latency string) string {
	for _, r := range results {
		took := slices.IndexFunc(r.Measures, func(f Finding) bool { return f.Measure == latency })
		share := slices.IndexFunc(r.Measures, func(f Finding) bool { return f.Measure == latency+filled })
		if r.Case != name || took < 0 || share < 0 {
			continue
		}
		cell := fmt.Sprintf("%.0f %%, %s", 100*r.Measures[share].Simulated, signed(r.Measures[took].Deviation))
		if !r.Measures[took].Met || !r.Measures[share].Met {
			cell = "**" + cell + "**"
		}
		return cell
	}
	return "-"
}

package validation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"swarmsim/sim"
)

// These cases send one flow over links with many rates and latencies, with the defaults for
// everything else. They check that the flow fills the link, and that segments of a block
// give the same results as packets.

// linkRates are the rates of the links, each with the size of the content in seconds of the
// link's rate.
var linkRates = []struct {
	name       string
	bitsPerSec int64
	seconds    int64
}{{"10 Mbit/s", 10e6, 20}, {"100 Mbit/s", 100e6, 20}, {"1 Gbit/s", 1e9, 20}, {"10 Gbit/s", 10e9, 10}}

// linkLatencies are one-way latencies.
var linkLatencies = []string{"1 ms", "10 ms", "50 ms", "200 ms"}

// flowTransports are the transports of the flow.
var flowTransports = []string{"ideal", "tcp", "utp"}

const (
	maxGoodput       = 1448. / 1500 // share of a link without headers
	minGoodput       = 0.8          // share of a link that a flow must reach
	segmentTolerance = 0.1
)

func linkCases() []Case {
	var out []Case
	for _, transport := range flowTransports {
		for _, x := range linkRates {
			c := Case{
				Name: linkCase(transport, x.name), Kind: "links", Fixed: true,
				About:  fmt.Sprintf("one flow over %s, links of %s", transport, x.name),
				Source: "for times the same flow with segments of 1,500 bytes, for shares the capacity of the link without headers",
				How: fmt.Sprintf("the content takes %d s at the rate of the link; the share of the link is that of its "+
					"second half", x.seconds),
				Run: func(ctx context.Context, _ uint64) (map[string]float64, error) {
					out := map[string]float64{}
					for _, latency := range linkLatencies {
						sets := []string{"network.transport=" + transport, "network.latency=" + latency}
						if err := oneFlow(ctx, x.bitsPerSec/8, x.bitsPerSec/8*x.seconds, sets, latency, out); err != nil {
							return nil, err
						}
					}
					return out, nil
				},
			}
			for _, latency := range linkLatencies {
				c.Expected = append(c.Expected,
					Expected{Measure: latency, Unit: "s", Against: latency + withPackets, Within: segmentTolerance},
					Expected{Measure: latency + shareOfLink, Value: maxGoodput, Within: 1 - minGoodput/maxGoodput})
			}
			out = append(out, c)
		}
	}
	return append(out, clientLinks())
}

// linkCase returns the name of the case of a transport and a rate.
func linkCase(transport, rate string) string {
	return "links-" + transport + "-" + strings.NewReplacer(" ", "", "bit/s", "").Replace(rate)
}

// Suffixes of measures.
const (
	withPackets = ", packets" // with segments of one packet
	shareOfLink = ", share"   // as a share of the link
)

// clientLinks is the case of known clients. The number of their outstanding requests limits
// the rate, so there is no share of the link that they must reach.
func clientLinks() Case {
	c := Case{
		Name: "links-clients", Kind: "links", Fixed: true,
		About:  "one flow between known clients, links of 1 Gbit/s",
		Source: "the same flow with segments of 1,500 bytes",
		How:    "200 MB; the number of outstanding requests limits the rate, not the links",
	}
	type flow struct{ name, profile, transport, latency string }
	var flows []flow
	for _, p := range clients {
		for _, transport := range flowTransports[1:] {
			for _, latency := range []string{"10 ms", "25 ms", "40 ms"} {
				f := flow{p.profile + ", " + transport + ", " + latency, p.profile, transport, latency}
				flows = append(flows, f)
				e := Expected{Measure: f.name, Unit: "s", Against: f.name + withPackets, Within: segmentTolerance}
				if p.profile == "anacrolix-1.61" && latency == "40 ms" {
					e.Within, e.Note = 0, "963 requests at once overflow the queue; a run notes that the segment size matters there"
				}
				c.Expected = append(c.Expected, e)
			}
		}
	}
	c.Run = func(ctx context.Context, _ uint64) (map[string]float64, error) {
		out := map[string]float64{}
		for _, f := range flows {
			sets := []string{"network.transport=" + f.transport, "network.latency=" + f.latency, "client.profile=" + f.profile}
			if err := oneFlow(ctx, 125e6, 200e6, sets, f.name, out); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return c
}

// oneFlow plays a flow with segments of a block and of a packet, and stores its measures in
// out, with a prefix.
func oneFlow(ctx context.Context, bytesPerSec, size int64, sets []string, prefix string, out map[string]float64) error {
	piece := int64(256 << 10)
	for piece < size/1000 && piece < 4<<20 {
		piece *= 2
	}
	sets = append(sets, fmt.Sprintf("content.size=%d B", size), fmt.Sprintf("content.piece=%d B", piece))
	for _, link := range []string{"seed.link.up", "seed.link.down", "leecher.link.up", "leecher.link.down"} {
		sets = append(sets, fmt.Sprintf("groups.%s=%d B/s", link, bytesPerSec))
	}
	for _, size := range []struct{ segment, suffix string }{{"16 KiB", ""}, {"1500 B", withPackets}} {
		var at []time.Duration // of each piece
		run, err := play(ctx, "links/one-flow.yaml", append(sets, "network.segment="+size.segment), 1,
			func(p sim.Piece) { at = append(at, p.At) })
		if err != nil {
			return err
		}
		if err := run.checkCompleted(); err != nil {
			return err
		}
		out[prefix+size.suffix] = float64(run.Summary.CompletionS.Last)
		half, last := len(at)/2, len(at)-1
		seconds := (at[last] - at[half]).Seconds()
		out[prefix+shareOfLink+size.suffix] = float64(int64(last-half)*piece) / seconds / float64(bytesPerSec)
	}
	return nil
}

// linkRow is a row of the page's table: the flows over links with one rate and latency.
type linkRow struct {
	Rate, Latency string
	Cells         []string // by transport
}

// linkTable arranges the results of linkCases in a table, with - for missing ones.
func linkTable(results []*Result) []linkRow {
	var out []linkRow
	for _, x := range linkRates {
		for _, latency := range linkLatencies {
			row := linkRow{Rate: x.name, Latency: latency}
			for _, transport := range flowTransports {
				row.Cells = append(row.Cells, linkCell(results, linkCase(transport, x.name), latency))
			}
			out = append(out, row)
		}
	}
	return out
}

// linkCell returns a flow's share of its link, and the relative difference of its time with
// segments of a block to that with packets.
func linkCell(results []*Result, name, latency string) string {
	for _, r := range results {
		seconds := slices.IndexFunc(r.Measures, func(f Finding) bool { return f.Measure == latency })
		share := slices.IndexFunc(r.Measures, func(f Finding) bool { return f.Measure == latency+shareOfLink })
		if r.Case != name || seconds < 0 || share < 0 {
			continue
		}
		cell := fmt.Sprintf("%.0f %%, %s", 100*r.Measures[share].Simulated, signed(r.Measures[seconds].Deviation))
		if !r.Measures[seconds].Met || !r.Measures[share].Met {
			cell = "**" + cell + "**"
		}
		return cell
	}
	return "-"
}

package validation

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"time"

	"swarmsim/sim"
)

// What a block of 16 KiB costs: its message header, 12 packets' headers, and on
// the receiver's uplink an acknowledgement for every second packet. Formulas
// know only content, so they are given the rates that content gets.
const (
	block    = 16384.0
	framed   = (block + 13 + 12*52) / block
	ackShare = 6 * 52 / block
)

const (
	exact = 0.05 // how near a closed form must be met whose assumptions hold
	shown = 0    // for full protocols beside it, which are only shown
)

func theoryCases() []Case {
	out := []Case{kumarRoss("seed", 1, 1, 10), kumarRoss("downlinks", 20, 4, 1), kumarRoss("swarm", 4, 1, 10), kumarRossProtocol()}
	out = append(out, mundinger(31, 1), mundinger(15, 32), mundingerProtocol())
	out = append(out, qiuSrikant("uplinks", 0.5, 2), qiuSrikant("downlinks", 2, 0.5))
	out = append(out, hajekZhu("grows", 0.5), hajekZhu("shrinks", 0.1))
	for _, p := range []float64{0.0001, 0.0003, 0.001} {
		out = append(out, mathis(p))
	}
	return append(out, pftk(0.003), pftk(0.01), pftkSelective())
}

const (
	ideal    = "rates are those that content gets, next to headers and acknowledgements"
	kumar    = "Kumar and Ross, Peer-Assisted File Distribution (HotWeb 2006): max(F/u_s, F/d, N F/(u_s + N u)); " + ideal
	mundi    = "Mundinger, Weber and Weiss, Optimal Scheduling of Peer-to-Peer File Dissemination (2008): M + floor(log2 N) rounds"
	qiu      = "Qiu and Srikant, Modeling and Performance Analysis of BitTorrent-Like Networks (SIGCOMM 2004), theta = 0, eta = 1; " + ideal
	hajek    = "Hajek and Zhu, The Missing Piece Syndrome in Peer-to-Peer Communication (2010): the one-club grows at lambda - U_s, as nobody stays"
	mathisEt = "Mathis, Semke, Mahdavi and Ott, The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm (1997): MSS/RTT C/sqrt(p), with their C = 1.31 for losses at random; growth counts acknowledged bytes (b = 1)"
	padhye   = "Padhye, Firoiu, Towsley and Kurose, Modeling TCP Throughput (SIGCOMM 1998), b = 1, T0 = 0.3 s"
)

// kumarRoss is the least distribution time, rates in MB/s.
func kumarRoss(what string, seedUp, up, down float64) Case {
	const n = 16
	content := 64 * 1024 * 1024.0
	// A leecher that gets r of content a second spends some of its uplink on
	// acknowledgements: n r framed = u_s + n (u - r acks).
	swarm := 1e6 * (seedUp + n*up) / (n * (framed + ackShare))
	bound := content / min(1e6*seedUp/framed, 1e6*down/framed, swarm)
	sets := []string{set("groups.seed.link.up", seedUp), set("groups.leechers.link.up", up), set("groups.leechers.link.down", down)}
	return Case{
		Name: "kumar-ross-" + what, Kind: "theory", Source: kumar,
		About: fmt.Sprintf("16 peers of %g MB/s up and %g down, a seed of %g MB/s: the %s decide", up, down, seedUp, map[string]string{
			"seed": "seed's uplink must", "downlinks": "downlinks must", "swarm": "uplinks together must"}[what]),
		How:      "everybody serves everybody, the seed sends no piece twice, pieces are a thousandth of the content",
		Expected: []Expected{{Measure: "last", Unit: "s", Value: bound, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return lastOf(ctx, "theory/kumar-ross.yaml", sets, seed)
		},
	}
}

// kumarRossProtocol is the same swarm with the usual client.
func kumarRossProtocol() Case {
	c := kumarRoss("swarm", 4, 1, 10)
	sets := []string{set("groups.seed.link.up", 4), "client={choker: tit-for-tat}", "content.piece=256 KiB"}
	c.Name, c.About = "kumar-ross-protocol", "the same as kumar-ross-swarm with the usual client: tit-for-tat, rarest first, pieces of 256 KiB"
	c.How = "the full protocol: the bound is no more than that"
	c.Expected[0].Within = shown
	c.Expected[0].Note = "a piece can be passed on only once it is whole, the seed repeats pieces that others could have passed on, and the last ones come with uplinks idle"
	c.Run = func(ctx context.Context, seed uint64) (map[string]float64, error) {
		return lastOf(ctx, "theory/kumar-ross.yaml", sets, seed)
	}
	return c
}

func set(field string, megabytes float64) string { return fmt.Sprintf("%s=%g MB/s", field, megabytes) }

func lastOf(ctx context.Context, name string, sets []string, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, name, sets, seed, nil)
	if err != nil {
		return nil, err
	}
	return map[string]float64{"last": float64(run.Summary.CompletionS.Last)}, run.allDone()
}

const (
	roundTime  = 566 * time.Millisecond
	firstRound = 5377 * time.Millisecond
)

// mundinger is the least number of rounds.
func mundinger(n, pieces int) Case {
	rounds := pieces + bits.Len(uint(n)) - 1
	sets := []string{fmt.Sprintf("groups.leechers.count=%d", n), fmt.Sprintf("content.size=%d KiB", 512*pieces)}
	return Case{
		Name: fmt.Sprintf("mundinger-%d-%d", n, pieces), Kind: "theory", Source: mundi, Fixed: true,
		About: fmt.Sprintf("a server and %d peers of equal uplinks, %s: rounds until all have all", n, Plural(pieces, "piece")),
		How: "pieces are sent whole, one at a time, by the binomial pipeline (Ganesan and Seshadri 2005); a round is " +
			"566 ms, of which a piece with its overhead takes 549",
		Expected: []Expected{{Measure: "rounds", Value: float64(rounds), Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			out, err := lastOf(ctx, "theory/mundinger.yaml", sets, seed)
			if err == nil {
				out["rounds"] = (out["last"] - firstRound.Seconds()) / roundTime.Seconds()
			}
			return out, err
		},
	}
}

// mundingerProtocol is the same swarm with the usual client.
func mundingerProtocol() Case {
	c := mundinger(15, 32)
	c.Name, c.About, c.Fixed = "mundinger-protocol", "the same as mundinger-15-32 with the usual client", false
	c.How = "the full protocol has no schedule"
	c.Expected[0].Within = shown
	c.Expected[0].Note = "four slots at a time make every piece four times slower to pass on, and nobody knows who else is about to send it"
	c.Run = func(ctx context.Context, seed uint64) (map[string]float64, error) {
		out, err := lastOf(ctx, "theory/mundinger.yaml", []string{"client={choker: tit-for-tat}", "content.block=16 KiB"}, seed)
		if err == nil {
			out["rounds"] = out["last"] / (512 * 1024 * (framed + ackShare) / 1e6)
		}
		return out, err
	}
	return c
}

// qiuSrikant is the steady state of an open swarm, rates in MB/s.
func qiuSrikant(what string, up, down float64) Case {
	const lambda, gamma = 1.0, 1 / 15.0
	content := 16 * 1024 * 1024.0
	// The model's max(1/c, 1/mu - 1/gamma), with the time that acknowledgements
	// take of an uplink: mu T = 1 - mu/gamma + what they take.
	byUplinks := content*(framed+ackShare)/(up*1e6) - 1/gamma
	t := max(content*framed/(down*1e6), byUplinks)
	sets := []string{set("groups.leechers.link.up", up), set("groups.first.link.up", up),
		set("groups.leechers.link.down", down), set("groups.first.link.down", down)}
	return Case{
		Name: "qiu-srikant-" + what, Kind: "theory", Source: qiu, Seeds: 6,
		About: fmt.Sprintf("an arrival a second, 15 s as a seed, %g MB/s up, %g MB/s down: the %s decide", up, down, what),
		How:   "pieces are blocks, everybody serves everybody it knows, and links carry nothing else; counted from 300 s to 1000 s",
		Expected: []Expected{
			{Measure: "download", Unit: "s", Value: t, Within: exact},
			{Measure: "leechers", Value: lambda * t, Within: exact, Note: "the count follows the arrivals, which differ from run to run: over 700 s by 4 % (one standard deviation)"},
			{Measure: "seeds", Value: lambda / gamma, Within: exact, Note: "likewise"},
		},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return steadyState(ctx, sets, seed)
		},
	}
}

func steadyState(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, "theory/qiu-srikant.yaml", sets, seed, nil)
	if err != nil {
		return nil, err
	}
	const from = 300
	var download, leechers, seeds mean
	for _, row := range run.peers {
		at, done := number(row, "completed_s")
		if took, _ := number(row, "download_s"); done && at >= from {
			download.add(took)
		}
	}
	for _, row := range run.series {
		if at, _ := number(row, "t_s"); at >= from {
			l, _ := number(row, "leechers")
			s, _ := number(row, "seeds")
			leechers.add(l)
			seeds.add(s - 1) // but for the one that keeps the swarm alive
		}
	}
	return map[string]float64{"download": download.value(), "leechers": leechers.value(), "seeds": seeds.value()}, nil
}

// mean is the mean of what is added.
type mean struct{ sum, n float64 }

func (m *mean) add(x float64)  { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 { return m.sum / m.n }

// hajekZhu is the growth of the one-club.
func hajekZhu(what string, lambda float64) Case {
	served := 50e3 / (256 * 1024 * framed)
	sets := []string{fmt.Sprintf("groups.leechers.arrival.rate=%g /s", lambda)}
	return Case{
		Name: "hajek-zhu-" + what, Kind: "theory", Source: hajek,
		About:    fmt.Sprintf("%g arrivals a second, a seed that sends %.3f pieces a second: the one-club %s", lambda, served, what),
		How:      "all begin with the other pieces (picker sequential), whoever completes leaves at once; counted from 600 s to 1600 s, growth against the arrivals that there were",
		Expected: []Expected{{Measure: "growth", Unit: "/s", Value: lambda - served, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return clubGrowth(ctx, sets, lambda, seed)
		},
	}
}

// clubGrowth is the growth of a one-club. What chance brings in arrivals more or
// less than the rate is taken out: it would need hundreds of runs to vanish.
func clubGrowth(ctx context.Context, sets []string, lambda float64, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, "theory/hajek-zhu.yaml", sets, seed, nil)
	if err != nil {
		return nil, err
	}
	const from, until = 600.0, 1600.0
	arrived, first, last := 0.0, 0.0, 0.0
	for _, row := range run.peers {
		if at, came := number(row, "arrived_s"); came && at > from && at <= until {
			arrived++
		}
	}
	for _, row := range run.series {
		at, _ := number(row, "t_s")
		if n, _ := number(row, "leechers"); at == from {
			first = n
		} else if at == until {
			last = n
		}
	}
	return map[string]float64{"growth": (last-first-arrived)/(until-from) + lambda}, nil
}

const roundTrip = 0.1 // s, of theory/single-flow.yaml

// mathis is a connection's rate under random loss, in bytes a second. The
// formula's usual constant, the root of 3/2, is for losses that come at equal
// distances; at random distances it is 1.31 (table 1 of the paper, after Ott,
// Kemperman and Mathis's stationary distribution of the window).
func mathis(p float64) Case {
	return singleFlow(fmt.Sprintf("mathis-%g", p), mathisEt, p, 1448/roundTrip*1.31/math.Sqrt(p))
}

// pftk is the same where timeouts count.
func pftk(p float64) Case {
	const t0 = 0.3 // Linux: round trip and at least 200 ms
	rate := 1448 / (roundTrip*math.Sqrt(2*p/3) + t0*min(1, 3*math.Sqrt(3*p/8))*p*(1+32*p*p))
	return singleFlow(fmt.Sprintf("pftk-%g", p), padhye, p, rate)
}

// pftkSelective is where the model's Reno and a flow with selective
// acknowledgements part.
func pftkSelective() Case {
	c := pftk(0.03)
	c.Expected[0].Within = shown
	c.Expected[0].Note = "the model's Reno knows of one loss a round trip and waits for a timeout where there are more; selective acknowledgements repair them all"
	return c
}

func singleFlow(name, source string, p, rate float64) Case {
	size := min(3000*1448/p, 2<<30)
	sets := []string{fmt.Sprintf("network.loss=%g", p), fmt.Sprintf("content.size=%d MiB", int64(size)>>20)}
	return Case{
		Name: name, Kind: "theory", Source: source,
		About:    fmt.Sprintf("one Reno connection over 100 ms that loses a packet in %.4g", 1/p),
		How:      "a seed and one leecher, links and windows that are never full, packets of 1,500 bytes; counted from a quarter of the content on, when the slow start is forgotten",
		Expected: []Expected{{Measure: "rate", Unit: "B/s", Value: rate, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return longRunRate(ctx, sets, seed)
		},
	}
}

// longRunRate is the rate over the last three quarters of the content.
func longRunRate(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	var at []time.Duration
	run, err := play(ctx, "theory/single-flow.yaml", sets, seed, func(p sim.Piece) { at = append(at, p.At) })
	if err == nil {
		err = run.allDone()
	}
	if err != nil {
		return nil, err
	}
	first := len(at) / 4
	took := at[len(at)-1] - at[first]
	bytes := float64(len(at)-1-first) * float64(run.scenario.Content.Piece)
	return map[string]float64{"rate": bytes / took.Seconds()}, nil
}

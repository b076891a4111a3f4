package validation

import (
	"context"
	"fmt"
	"math"
	"math/bits"
	"time"

	"swarmsim/sim"
)

// The overhead of a block of 16 KiB: its message header, the headers of 12 packets, and, on
// the receiver's uplink, an acknowledgement for every second packet. Models describe content
// only, so they are given the rates that are left for content.
const (
	block    = 16384.0
	framed   = (block + 13 + 12*52) / block
	ackShare = 6 * 52 / block
)

const (
	exact       = 0.05 // tolerance of models whose assumptions hold
	noTolerance = 0    // for the full protocol, beside the model
)

func theoryCases() []Case {
	out := []Case{kumarRoss("seed", 1, 1, 10), kumarRoss("downlinks", 20, 4, 1), kumarRoss("swarm", 4, 1, 10)}
	out = append(out, kumarRossProtocol())
	out = append(out, mundinger(31, 1), mundinger(15, 32), mundingerProtocol())
	out = append(out, qiuSrikant("uplinks", 0.5, 2), qiuSrikant("downlinks", 2, 0.5))
	out = append(out, hajekZhu("grows", 0.5), hajekZhu("shrinks", 0.1))
	for _, p := range []float64{0.0001, 0.0003, 0.001} {
		out = append(out, mathis(p))
	}
	return append(out, pftk(0.003), pftk(0.01), pftkSelective())
}

const (
	ideal = "rates are those left for content after headers and acknowledgements"
	kumar = "Kumar and Ross, Peer-Assisted File Distribution (HotWeb 2006): max(F/u_s, F/d, N F/(u_s + N u)); " + ideal
	mundi = "Mundinger, Weber and Weiss, Optimal Scheduling of Peer-to-Peer File Dissemination (2008): M + " +
		"floor(log2 N) rounds"
	qiu = "Qiu and Srikant, Modeling and Performance Analysis of BitTorrent-Like Networks (SIGCOMM 2004), " +
		"theta = 0, eta = 1; " + ideal
	hajek = "Hajek and Zhu, The Missing Piece Syndrome in Peer-to-Peer Communication (2010): the one-club grows " +
		"at lambda - U_s if all leave at completion"
	mathisEt = "Mathis, Semke, Mahdavi and Ott, The Macroscopic Behavior of the TCP Congestion Avoidance Algorithm " +
		"(1997): MSS/RTT C/sqrt(p), with their C = 1.31 for losses at random; growth counts acknowledged bytes (b = 1)"
	padhye = "Padhye, Firoiu, Towsley and Kurose, Modeling TCP Throughput (SIGCOMM 1998), b = 1, T0 = 0.3 s"
)

// kumarRoss is the lower bound of the distribution time. Rates are in MB/s.
func kumarRoss(what string, seedUp, up, down float64) Case {
	const n = 16
	content := 64 * 1024 * 1024.0
	// A leecher that receives content at rate r uses a part of its uplink for
	// acknowledgements: n r framed = u_s + n (u - r acks).
	swarm := 1e6 * (seedUp + n*up) / (n * (framed + ackShare))
	bound := content / min(1e6*seedUp/framed, 1e6*down/framed, swarm)
	sets := []string{
		set("groups.seed.link.up", seedUp), set("groups.leechers.link.up", up), set("groups.leechers.link.down", down),
	}
	limit := map[string]string{
		"seed": "the seed's uplink", "downlinks": "the downlinks", "swarm": "all uplinks together",
	}[what]
	return Case{
		Name: "kumar-ross-" + what, Kind: "theory", Source: kumar,
		About:    fmt.Sprintf("16 peers of %g MB/s up and %g down, a seed of %g MB/s: limited by %s", up, down, seedUp, limit),
		How:      "every peer unchokes all its neighbours, the seed sends no piece twice, a piece is 1/1000 of the content",
		Expected: []Expected{{Measure: "last", Unit: "s", Value: bound, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return lastOf(ctx, "theory/kumar-ross.yaml", sets, seed)
		},
	}
}

// kumarRossProtocol is the same swarm with the default client.
func kumarRossProtocol() Case {
	c := kumarRoss("swarm", 4, 1, 10)
	sets := []string{set("groups.seed.link.up", 4), "client={choker: tit-for-tat}", "content.piece=256 KiB"}
	c.Name, c.About = "kumar-ross-protocol", "the same as kumar-ross-swarm with the default client: tit-for-tat, "+
		"rarest first, pieces of 256 KiB"
	c.How = "the full protocol, which cannot reach the bound"
	c.Expected[0].Within = noTolerance
	c.Expected[0].Note = "a piece can be uploaded only when it is complete, the seed repeats pieces that leechers " +
		"could upload, and uplinks are idle during the last pieces"
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
	return map[string]float64{"last": float64(run.Summary.CompletionS.Last)}, run.checkCompleted()
}

const (
	roundTime  = 566 * time.Millisecond
	firstRound = 5377 * time.Millisecond
)

// mundinger is the minimum number of rounds.
func mundinger(n, pieces int) Case {
	rounds := pieces + bits.Len(uint(n)) - 1
	sets := []string{fmt.Sprintf("groups.leechers.count=%d", n), fmt.Sprintf("content.size=%d KiB", 512*pieces)}
	return Case{
		Name: fmt.Sprintf("mundinger-%d-%d", n, pieces), Kind: "theory", Source: mundi, Fixed: true,
		About: fmt.Sprintf("a server and %d peers with equal uplinks, %s: rounds until all peers are complete",
			n, Plural(pieces, "piece")),
		How: "pieces are sent whole, one at a time, by the binomial pipeline (Ganesan and Seshadri 2005); " +
			"a round takes 566 ms, of which 549 ms are a piece with its overhead",
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

// mundingerProtocol is the same swarm with the default client.
func mundingerProtocol() Case {
	c := mundinger(15, 32)
	c.Name, c.About, c.Fixed = "mundinger-protocol", "the same as mundinger-15-32 with the default client", false
	c.How = "the full protocol, which has no schedule"
	c.Expected[0].Within = noTolerance
	c.Expected[0].Note = "four concurrent uploads make each of them four times slower, and peers do not know which " +
		"pieces others are about to send"
	c.Run = func(ctx context.Context, seed uint64) (map[string]float64, error) {
		sets := []string{"client={choker: tit-for-tat}", "content.block=16 KiB"}
		out, err := lastOf(ctx, "theory/mundinger.yaml", sets, seed)
		if err == nil {
			out["rounds"] = out["last"] / (512 * 1024 * (framed + ackShare) / 1e6)
		}
		return out, err
	}
	return c
}

// qiuSrikant is the steady state of an open swarm. Rates are in MB/s.
func qiuSrikant(what string, up, down float64) Case {
	const lambda, gamma = 1.0, 1 / 15.0
	content := 16 * 1024 * 1024.0
	// The model's max(1/c, 1/mu - 1/gamma), with the share of the uplink that
	// acknowledgements use: mu T = 1 - mu/gamma + share.
	byUplinks := content*(framed+ackShare)/(up*1e6) - 1/gamma
	t := max(content*framed/(down*1e6), byUplinks)
	sets := []string{set("groups.leechers.link.up", up), set("groups.first.link.up", up),
		set("groups.leechers.link.down", down), set("groups.first.link.down", down)}
	return Case{
		Name: "qiu-srikant-" + what, Kind: "theory", Source: qiu, Seeds: 6,
		About: fmt.Sprintf("1 arrival/s, 15 s as a seed, %g MB/s up, %g MB/s down: limited by the %s", up, down, what),
		How: "pieces are blocks, every peer unchokes all its neighbours, and the links carry nothing else; measured " +
			"from 300 s to 1000 s",
		Expected: []Expected{
			{Measure: "download", Unit: "s", Value: t, Within: exact},
			{Measure: "leechers", Value: lambda * t, Within: exact, Note: "the number follows the arrivals of a run, " +
				"which have a standard deviation of 4 % over 700 s"},
			{Measure: "seeds", Value: lambda / gamma, Within: exact, Note: "as for leechers"},
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
		if seconds, _ := number(row, "download_s"); done && at >= from {
			download.add(seconds)
		}
	}
	for _, row := range run.series {
		if at, _ := number(row, "t_s"); at >= from {
			l, _ := number(row, "leechers")
			s, _ := number(row, "seeds")
			leechers.add(l)
			seeds.add(s - 1) // without the permanent seed
		}
	}
	return map[string]float64{"download": download.value(), "leechers": leechers.value(), "seeds": seeds.value()}, nil
}

// mean is a running mean.
type mean struct{ sum, n float64 }

func (m *mean) add(x float64)  { m.sum, m.n = m.sum+x, m.n+1 }
func (m *mean) value() float64 { return m.sum / m.n }

// hajekZhu is the growth of the one-club: the peers that lack the same single piece.
func hajekZhu(what string, lambda float64) Case {
	served := 50e3 / (256 * 1024 * framed)
	sets := []string{fmt.Sprintf("groups.leechers.arrival.rate=%g /s", lambda)}
	return Case{
		Name: "hajek-zhu-" + what, Kind: "theory", Source: hajek,
		About: fmt.Sprintf("%g arrivals/s, a seed that sends %.3f pieces/s: the one-club %s", lambda, served, what),
		How: "all download the other pieces first (picker sequential), and leave when complete; measured from " +
			"600 s to 1600 s, and corrected for the deviation of the arrivals from their rate",
		Expected: []Expected{{Measure: "growth", Unit: "/s", Value: lambda - served, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return clubGrowth(ctx, sets, lambda, seed)
		},
	}
}

// clubGrowth returns the growth of the one-club, corrected for the random deviation of the
// arrivals from their rate, which would need hundreds of runs to average out.
func clubGrowth(ctx context.Context, sets []string, lambda float64, seed uint64) (map[string]float64, error) {
	run, err := play(ctx, "theory/hajek-zhu.yaml", sets, seed, nil)
	if err != nil {
		return nil, err
	}
	const from, until = 600.0, 1600.0
	arrived, first, last := 0.0, 0.0, 0.0
	for _, row := range run.peers {
		if at, ok := number(row, "arrived_s"); ok && at > from && at <= until {
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

// mathis is the rate of a connection with random loss, in bytes per second. The formula's
// usual constant, sqrt(3/2), is for periodic losses; for random losses it is 1.31 (table 1
// of the paper, after Ott, Kemperman and Mathis's stationary distribution of the window).
func mathis(p float64) Case {
	return singleFlow(fmt.Sprintf("mathis-%g", p), mathisEt, p, 1448/roundTrip*1.31/math.Sqrt(p))
}

// pftk is the same with timeouts.
func pftk(p float64) Case {
	const t0 = 0.3 // s; Linux: the round-trip time plus at least 200 ms
	rate := 1448 / (roundTrip*math.Sqrt(2*p/3) + t0*min(1, 3*math.Sqrt(3*p/8))*p*(1+32*p*p))
	return singleFlow(fmt.Sprintf("pftk-%g", p), padhye, p, rate)
}

// pftkSelective is a loss rate at which the model's Reno and a flow with selective
// acknowledgements (RFC 2018) differ.
func pftkSelective() Case {
	c := pftk(0.03)
	c.Expected[0].Within = noTolerance
	c.Expected[0].Note = "the model's Reno repairs one loss per round trip and waits for a timeout if there are " +
		"more; selective acknowledgements repair all of them"
	return c
}

func singleFlow(name, source string, p, rate float64) Case {
	size := min(3000*1448/p, 2<<30)
	sets := []string{fmt.Sprintf("network.loss=%g", p), fmt.Sprintf("content.size=%d MiB", int64(size)>>20)}
	return Case{
		Name: name, Kind: "theory", Source: source,
		About: fmt.Sprintf("one Reno connection with a round trip of 100 ms, loss of 1 packet in %.4g", 1/p),
		How: "a seed and one leecher, links and windows that never limit the rate, packets of 1,500 bytes; " +
			"measured after the first quarter of the content, when slow start has no more effect",
		Expected: []Expected{{Measure: "rate", Unit: "B/s", Value: rate, Within: exact}},
		Run: func(ctx context.Context, seed uint64) (map[string]float64, error) {
			return longRunRate(ctx, sets, seed)
		},
	}
}

// longRunRate returns the rate over the last three quarters of the content.
func longRunRate(ctx context.Context, sets []string, seed uint64) (map[string]float64, error) {
	var at []time.Duration
	run, err := play(ctx, "theory/single-flow.yaml", sets, seed, func(p sim.Piece) { at = append(at, p.At) })
	if err == nil {
		err = run.checkCompleted()
	}
	if err != nil {
		return nil, err
	}
	first := len(at) / 4
	duration := at[len(at)-1] - at[first]
	bytes := float64(len(at)-1-first) * float64(run.scenario.Content.Piece)
	return map[string]float64{"rate": bytes / duration.Seconds()}, nil
}

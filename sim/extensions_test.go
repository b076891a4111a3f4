package sim

import (
	"strings"
	"testing"
)

// BEP 11: with peer exchange the library's tracker-loss completes although the tracker is gone
// after a minute. Without it, leechers lose all neighbours that have what they lack.
func TestPeerExchangeReplacesTheTracker(t *testing.T) {
	with, _ := play(t, library(t, "tracker-loss"), 2)
	if with.Summary.Unfinished != 0 {
		t.Errorf("with peer exchange %d leechers do not complete", with.Summary.Unfinished)
	}
	without, _ := play(t, library(t, "tracker-loss", "client.pex=false"), 2)
	if n := without.Summary.Unfinished; n < 20 {
		t.Errorf("without peer exchange only %d leechers do not complete", n)
	}
}

// BEP 27: a private torrent has no peer exchange. The record of its swarm is that of one whose clients
// do not have it.
func TestPrivateTorrentIsNotExchanged(t *testing.T) {
	private := []string{"content.private=true", "record.events=true"}
	out, files := play(t, library(t, "tracker-loss", private...), 2)
	if out.Summary.Unfinished == 0 {
		t.Error("all leechers complete")
	}
	_, want := play(t, library(t, "tracker-loss", append(private, "client.pex=false")...), 2)
	for _, name := range []string{"peers.csv", "timeseries.csv", "events.parquet"} {
		if want[name] == nil || files[name].String() != want[name].String() {
			t.Errorf("%s differs", name)
		}
	}
}

// With extensions the record is the same whether messages are passed as values or as their bytes,
// and for any number of workers.
func TestExtensionsAreRepeatable(t *testing.T) {
	sets := []string{"content.size=8 MiB", "client.upload_only=true", "client.dont_have=true", "client.holepunch=true",
		"groups.leechers.nat=0.5", "groups.leechers.count=40", "groups.leechers.arrival.over=20 s", "record.events=true"}
	_, want := play(t, library(t, "tracker-loss", sets...), 1)
	for how, s := range map[string][]string{
		"with two workers": nil, "with real messages": {"wire=real"}, "with real content": {"payload=real"},
	} {
		_, got := play(t, library(t, "tracker-loss", append(s, sets...)...), 2)
		for _, name := range []string{"peers.csv", "timeseries.csv", "events.parquet"} {
			if got[name].String() != want[name].String() {
				t.Errorf("%s %s differs", how, name)
			}
		}
	}
}

// behindNATs is a swarm whose leechers cannot dial each other. Their seed is slow.
const behindNATs = `
name: behind-nats
content: {size: 8 MiB, piece: 128 KiB}
network: {latency: 20 ms to 60 ms}
client: {extensions: true, pex: true, holepunch: true}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 2 Mbit/s, down: 10 Mbit/s}}
  - {name: leechers, count: 12, nat: 1, link: {up: 2 Mbit/s, down: 10 Mbit/s}, arrival: {pattern: spread, over: 5 s}}
stop: {deadline: 1 h}
`

// BEP 55: leechers behind NATs, of which each can only dial the seed, connect to one another by way of
// it, and so need less of its uplink.
func TestHolepunchConnectsPeersBehindNATs(t *testing.T) {
	for transport, network := range map[string]string{"ideal": "{latency: 20 ms to 60 ms}", "utp": "{transport: utp, latency: 20 ms to 60 ms}"} {
		text := strings.Replace(behindNATs, "{latency: 20 ms to 60 ms}", network, 1)
		with, _ := play(t, load(t, text), 1)
		without, _ := play(t, load(t, text, "client.holepunch=false"), 1)
		if with.Summary.Unfinished+without.Summary.Unfinished != 0 {
			t.Errorf("%s: %d and %d leechers do not complete", transport, with.Summary.Unfinished, without.Summary.Unfinished)
		}
		a, b := with.Summary.CompletionS.Mean, without.Summary.CompletionS.Mean
		if a > b/2 {
			t.Errorf("%s: with holepunch leechers take %.0f s, without %.0f s", transport, a, b)
		}
	}
}

// Peer exchange makes the overlay chain-like (Al Hamra, Legout and Barakat, arXiv 0707.1820, 2007):
// peers learn of those near them, so that with as many neighbours each the paths are longer and a
// peer's neighbours are more often neighbours of each other than where the tracker names peers
// at random.
func TestPeerExchangeClustersTheOverlay(t *testing.T) {
	const text = `
name: overlay
content: {size: 8 MiB, piece: 128 KiB}
network: {latency: 20 ms to 60 ms}
client: {extensions: true, connections: {dial_target: 30, max: 55, min_peers: 20}}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 20 Mbit/s, down: 100 Mbit/s}}
  - name: leechers
    count: 400
    arrival: {pattern: poisson, rate: 4 /s}
    link: {up: 256 kbit/s, down: 2 Mbit/s}
record: {graph: half}
stop: {deadline: 1 h}
`
	tracked, _ := play(t, load(t, text), 2)
	exchanged, _ := play(t, load(t, text, "client.pex=true", "tracker.max_peers=3", "tracker.min_interval=30 min"), 2)
	a, b := tracked.Summary.Graph, exchanged.Summary.Graph
	if b.DegreeMean < 0.8*a.DegreeMean {
		t.Errorf("with peer exchange a peer has %.1f neighbours, without %.1f", b.DegreeMean, a.DegreeMean)
	}
	if b.Clustering < 1.5*a.Clustering || b.Path < 1.1*a.Path || b.Diameter < a.Diameter {
		t.Errorf("with peer exchange the clustering is %.3f, paths are %.2f long and at most %d; without %.3f, %.2f and %d",
			b.Clustering, b.Path, b.Diameter, a.Clustering, a.Path, a.Diameter)
	}
	t.Logf("clustering %.3f and %.3f, paths %.2f and %.2f, diameter %d and %d, neighbours %.1f and %.1f", a.Clustering,
		b.Clustering, a.Path, b.Path, a.Diameter, b.Diameter, a.DegreeMean, b.DegreeMean)
}

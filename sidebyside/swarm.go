package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing/fstest"
	"time"

	"swarmsim/sidebyside/memnet"
	"swarmsim/sim"
	"swarmsim/sim/scenario"
)

// flags are the command line's flags.
type flags struct {
	peers, seeds                           int
	real                                   bool
	size, piece, up, seedUp, down, latency string
}

// swarm is what all subjects run: a scenario, and its numbers, which are read back from it so that the
// two cannot differ.
type swarm struct {
	scenario     *scenario.Scenario
	leechers     int
	connections  int
	size, piece  int64
	seed, others memnet.Link
	net          memnet.Config
}

// text is the scenario. The tracker returns all peers and no peer refuses a connection, because the
// full client's peers know all others too; each pair has one connection.
const text = `
name: side-by-side
content: {size: %s, piece: %s}
tracker: {max_peers: %d}
network: {latency: %s}
client:
%s  connections: {dial_target: %[6]d, max: %[6]d, numwant: %[3]d, allow_duplicates: false}
groups:
  - {name: seed, count: 1, seed: true, link: {up: %[7]s, down: %[8]s}}
  - {name: leechers, count: %[9]d, link: {up: %[10]s, down: %[8]s}}
stop: {deadline: 2 h}
`

// connections returns the connection limit of a peer: the full client's default, or the number of
// peers if that is more.
func (f flags) connections() int { return max(50, f.peers) }

// swarm checks the flags and returns the swarm. client is the indented lines of the scenario's client
// section.
func (f flags) swarm(client string) (*swarm, error) {
	if f.seedUp == "" {
		f.seedUp = f.up
	}
	if f.peers < 1 || f.peers > 999 || f.seeds < 1 {
		return nil, errors.New("--peers must be 1 to 999, and --seeds at least 1")
	}
	source := fmt.Sprintf(text, f.size, f.piece, f.peers+1, f.latency, client,
		f.connections(), f.seedUp, f.down, f.peers, f.up)
	s, err := scenario.Load(scenario.Source{
		Text:      []byte(source),
		Shown:     "the scenario of the flags",
		Files:     fstest.MapFS{},
		Dir:       ".",
		Catalogue: sim.Catalogue(),
	})
	if err != nil {
		return nil, err
	}
	low, high, _ := s.Network.Latency.Range()
	seed, seedOK := fixed(s.Groups[0].Link)
	others, othersOK := fixed(s.Groups[1].Link)
	if low != high || !seedOK || !othersOK {
		return nil, errors.New("rates and the latency must be single values, not ranges")
	}
	return &swarm{
		scenario: s, leechers: f.peers, connections: f.connections(),
		size: int64(s.Content.Size), piece: int64(s.Content.Piece),
		seed: seed, others: others, net: network(low, &s.Network),
	}, nil
}

// fixed returns a link, and reports whether its rates are single values.
func fixed(l scenario.Link) (memnet.Link, bool) {
	r := rand.New(rand.NewPCG(1, 1))
	up, down := l.Up.Draw(r), l.Down.Draw(r)
	same := l.Up == scenario.FixedRate(scenario.Rate(up)) && l.Down == scenario.FixedRate(scenario.Rate(down))
	return memnet.Link{UpBytesPerSec: up, DownBytesPerSec: down}, same
}

// network returns the scenario's network. A segment may be longer by 1/64, as in sim/netem, so that it
// has room for a block and its header.
func network(latency time.Duration, n *scenario.Network) memnet.Config {
	return memnet.Config{Latency: latency, Window: int(n.Window), Segment: int(n.Segment + n.Segment/64)}
}

// blocks returns how many useful blocks the whole swarm receives.
func (s *swarm) blocks() int64 {
	const block = 16 << 10
	perPiece := (s.piece + block - 1) / block
	rest := (s.size%s.piece + block - 1) / block
	return int64(s.leechers) * (s.size/s.piece*perPiece + rest)
}

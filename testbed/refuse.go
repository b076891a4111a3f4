package testbed

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"swarmsim/sim/scenario"
	"swarmsim/testbed/recorder"
)

// MaxPeers bounds the peers of a scenario that is played with real clients.
const MaxPeers = 200

// blockLength is that of all real clients.
const blockLength = recorder.BlockLength

// RefusedError lists what a scenario has that cannot be played with real clients.
type RefusedError struct{ Reasons []string }

func (e *RefusedError) Error() string {
	return "this scenario cannot be played with real clients:\n  " + strings.Join(e.Reasons, "\n  ")
}

// refusal collects reasons.
type refusal struct{ reasons []string }

// add adds a reason, once: groups share a client.
func (r *refusal) add(field, format string, args ...any) {
	if reason := field + ": " + fmt.Sprintf(format, args...); !slices.Contains(r.reasons, reason) {
		r.reasons = append(r.reasons, reason)
	}
}

func (r *refusal) err() error {
	if len(r.reasons) == 0 {
		return nil
	}
	return &RefusedError{r.reasons}
}

// minNetworkBits is the longest prefix whose addresses suffice for MaxPeers and the tracker.
const minNetworkBits = 24

func (r *refusal) checkNetwork(n netip.Prefix) {
	if !n.Addr().Is4() || n.Bits() > minNetworkBits || n.Bits() < 8 || n.Addr().IsLoopback() || n.Addr().IsMulticast() {
		r.add("--network", "%v is not an IPv4 prefix of 8 to %d bits outside 127.0.0.0/8, such as %v", n, minNetworkBits, DefaultNetwork)
	}
}

// checkScenario refuses what processes and the emulator have no equivalent of.
func (r *refusal) checkScenario(s *scenario.Scenario) {
	n := &s.Network
	switch {
	case n.Transport == scenario.TransportIdeal:
		r.add("network.transport", "ideal has no equivalent in the kernel; use --set network.transport=tcp")
	case n.Transport == scenario.TransportUTP:
		r.add("network.transport", "utp cannot be played, since clients use TCP beside it; use --set network.transport=tcp")
	}
	if len(n.Routers) > 0 {
		r.add("network.routers", "the emulator has access links and paths, and no shared bottlenecks")
	}
	if s.Content.Torrent != "" {
		r.add("content.torrent", "has no bytes to distribute; give content.path or content.size")
	}
	if s.Content.Block != blockLength {
		r.add("content.block", "real clients request blocks of 16 KiB, not of %v", s.Content.Block)
	}
	if s.Playback.Rate > 0 {
		r.add("playback", "is not measured")
	}
	if s.Tracker.PeerSelection != scenario.SelectAll {
		r.add("tracker.peer_selection", "the tracker returns all peers, not only %s", s.Tracker.PeerSelection)
	}
	if len(s.Events) > 0 {
		r.add("events", "scripted events are not played")
	}
	for _, f := range []struct {
		name  string
		given bool
	}{{"events", s.Record.Events}, {"interest", s.Record.Interest}, {"graph", s.Record.Graph != ""}} {
		if f.given {
			r.add("record."+f.name, "real clients do not report it")
		}
	}
	for i := range s.Groups {
		r.checkGroup(&s.Groups[i], fmt.Sprintf("groups.%s", s.Groups[i].Name))
	}
	if peers := s.Peers(); peers > MaxPeers {
		r.add("groups", "%d peers are more processes than a machine plays in real time; at most %d", peers, MaxPeers)
	}
}

func (r *refusal) checkGroup(g *scenario.Group, field string) {
	for _, f := range []struct {
		name  string
		given bool
		why   string
	}{
		{"nat", g.NAT > 0, "the emulator has no address translation"},
		{"sybils", g.Sybils > 0, "real clients do not misbehave"},
		{"corrupt", g.Corrupt > 0, "real clients do not misbehave"},
		{"seed_ratio", g.SeedRatio > 0, "is not played; give stay, a time"},
	} {
		if f.given {
			r.add(field+"."+f.name, "%s", f.why)
		}
	}
}

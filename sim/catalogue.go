package sim

import (
	"reflect"

	"swarmsim/client"
	"swarmsim/client/assign"
	"swarmsim/client/backlog"
	"swarmsim/client/choke"
	"swarmsim/client/pick"
	"swarmsim/client/reveal"
	"swarmsim/registry"
	"swarmsim/sim/adversary"
	"swarmsim/sim/record"
	"swarmsim/sim/scenario"
)

// Catalogue is what scenarios may name: the strategies of the client and the
// measures of the summary. It is the same at every call, and only to be read.
func Catalogue() scenario.Catalogue { return catalogue }

var catalogue = newCatalogue()

func newCatalogue() scenario.Catalogue {
	c := scenario.Catalogue{Measures: record.Measures(),
		GroupMeasures: record.GroupMeasures(), SeedMeasures: record.SeedMeasures(), AreaMeasures: record.AreaMeasures(),
		ScaleDefaults: backlog.ScaleDefaults, MaxOutstanding: backlog.MaxOutstanding, RefillBatch: backlog.RefillBatch,
	}
	c.Chokers = named(choke.Strategies())
	c.Pickers = named(pick.Strategies())
	c.Backlogs = named(backlog.Strategies())
	c.EventLoops = named(client.Loops())
	c.Assignments = named(assign.Rules())
	c.EndGames = named(assign.EndGames())
	c.Reveals = named(reveal.Strategies())
	return c
}

// named returns what the scenario language needs to know of a list of strategies.
func named[T any](list registry.List[T]) []scenario.Named {
	var out []scenario.Named
	for _, e := range list {
		out = append(out, scenario.Named{Name: e.Name, About: e.About, Defaults: e.Defaults})
	}
	return out
}

func newBacklog(s scenario.Strategy) backlog.Rule {
	return backlog.Strategies().New(s.Name, s.Settings)
}

func newChoker(s scenario.Strategy) choke.Choker { return choke.Strategies().New(s.Name, s.Settings) }

func newPicker(s scenario.Strategy) pick.Picker { return pick.Strategies().New(s.Name, s.Settings) }

func newLoop(s scenario.Strategy) client.Loop { return client.Loops().New(s.Name, s.Settings) }

func newAssignment(s scenario.Strategy) assign.Rule { return assign.Rules().New(s.Name, s.Settings) }

func newEndGame(s scenario.Strategy) assign.EndGame { return assign.EndGames().New(s.Name, s.Settings) }

func newReveal(s scenario.Strategy) reveal.Strategy {
	return reveal.Strategies().New(s.Name, s.Settings)
}

// newChokers makes a client's two chokers. Where they are the same one goes on
// as the peer becomes a seed, with all it remembers.
func newChokers(c *scenario.Client) (leeching, seeding choke.Choker) {
	leeching = newChoker(c.Choker)
	if reflect.DeepEqual(c.Choker, c.SeedChoker) {
		return leeching, leeching
	}
	return leeching, newChoker(c.SeedChoker)
}

// settings translates a scenario's client.
func settings(c *scenario.Client) client.Settings {
	s := client.DefaultSettings()
	s.Rechoke, s.FirstRound, s.Snub, s.KeepAlive = c.RechokeInterval.Std(), c.FirstRechoke.Std(), c.SnubTimeout.Std(), c.KeepAliveInterval.Std()
	s.AdaptiveTimeout = c.RequestTimeout == scenario.RequestTimeoutAdaptive
	s.Idle, s.Inactive, s.Handshake = c.IdleTimeout.Std(), c.InactivityTimeout.Std(), c.HandshakeTimeout.Std()
	s.ChokeAtRounds, s.ChokeOnRelease = c.Unchoke == scenario.UnchokePeriodic || c.Unchoke == scenario.UnchokeOnRelease, c.Unchoke == scenario.UnchokeOnRelease
	s.ChokeOnInterest, s.InterestAtRounds = c.Unchoke == scenario.UnchokeOnInterest, c.Interest == scenario.InterestPeriodic
	s.ChokeAtBlocks, s.KeepWhenChoked, s.DiscardUnasked = c.Unchoke == scenario.UnchokePerBlock, c.RequestsOnChoke == scenario.ChokeKeeps, c.RequestsOnChoke == scenario.ChokeDiscardsLateBlocks
	s.Fast, s.AllowedFast, s.FastOnInterest, s.NoAllowedFast = c.FastExtension, c.AllowedFastSetSize, c.AllowedFastSent == scenario.AllowedFastOnInterest, c.IgnoreAllowedFast
	s.FastDerivation = derivations[c.AllowedFastDerivation]
	s.AnswerCancels, s.CountCancels = c.OnCancel != scenario.CancelSilent, c.OnCancel == scenario.CancelAwaitReject
	s.MaxPeerRequests = c.Upload.MaxPendingRequests
	s.ReadDelay, s.MaxUnverified = c.Upload.ReadDelay.Std(), int64(c.MaxUnverified)
	s.FileEndsFirst, s.Suggest, s.NoParole = c.FirstLastPiecePriority, c.SuggestPieces, !c.ParoleMode
	s.RateWindow = c.RateWindow.Std()
	s.SendQueueBlocks, s.SendQueueTime, s.ServeAnyOrder = c.Upload.SendBufferBlocks, c.Upload.SendBufferTime.Std(), c.Upload.Order == scenario.OrderRandom
	s.AllowDuplicates = c.Connections.AllowDuplicates
	s.DialTarget, s.MaxConnections, s.MinPeers, s.NumWant = c.Connections.DialTarget, c.Connections.Max, c.Connections.MinPeers, c.Connections.NumWant
	return s
}

var derivations = map[scenario.FastDerivation]client.AllowedFastDerivation{
	scenario.DeriveBEP6:         client.DeriveBEP6,
	scenario.DeriveAddressClass: client.DeriveAddressClass,
	scenario.DeriveWholeAddress: client.DeriveWholeAddress,
}

// behaviour translates the misbehaviour of a group's client.
func behaviour(c *scenario.Client, corrupt float64) adversary.Behaviour {
	m := &c.Misbehaviour
	return adversary.Behaviour{
		Corrupt:          corrupt,
		OverReport:       m.OverReport,
		Reply:            replies[m.OverReportReply],
		UnderReport:      m.UnderReport,
		PeerRate:         float64(m.PeerRateLimit),
		AnnounceInterval: m.ForcedAnnounceInterval.Std(),
	}
}

var replies = map[scenario.OverReportReply]adversary.Reply{
	scenario.ReplyReject:  adversary.Reject,
	scenario.ReplyGarbage: adversary.Garbage,
}

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
	"swarmsim/sim/measure"
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

// newPicker creates a picker. One that is an oracle reads the copies in the whole swarm.
func newPicker(s scenario.Strategy, copies *measure.Copies) pick.Picker {
	p := pick.Strategies().New(s.Name, s.Settings)
	if o, ok := p.(pick.Oracle); ok {
		o.UseSwarm(copies.Of, copies.Index)
	}
	return p
}

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
	return client.Settings{
		Choking: client.ChokingSettings{
			Interval:         c.RechokeInterval.Std(),
			FirstRound:       c.FirstRechoke.Std(),
			RateWindow:       c.RateWindow.Std(),
			Unchoke:          unchokeModes[c.Unchoke],
			InterestAtRounds: c.Interest == scenario.InterestPeriodic,
		},
		Requests: client.RequestSettings{
			SnubTimeout:     c.SnubTimeout.Std(),
			AdaptiveTimeout: c.RequestTimeout == scenario.RequestTimeoutAdaptive,
			MaxUnverified:   int64(c.MaxUnverified),
			FileEndsFirst:   c.FirstLastPiecePriority,
			Parole:          c.ParoleMode,
		},
		Upload: client.UploadSettings{
			QueueBlocks: c.Upload.SendBufferBlocks,
			QueueTime:   c.Upload.SendBufferTime.Std(),
			MaxRequests: c.Upload.MaxPendingRequests,
			AnyOrder:    c.Upload.Order == scenario.OrderRandom,
			ReadDelay:   c.Upload.ReadDelay.Std(),
		},
		Fast: client.FastSettings{
			Enabled:        c.FastExtension,
			KeepWhenChoked: c.RequestsOnChoke == scenario.ChokeKeeps,
			AnswerCancels:  c.OnCancel != scenario.CancelSilent,
			CountCancels:   c.OnCancel == scenario.CancelAwaitReject,
			DiscardLate:    c.RequestsOnChoke == scenario.ChokeDiscardsLateBlocks,
			SetSize:        c.AllowedFastSetSize,
			Derivation:     derivations[c.AllowedFastDerivation],
			OnInterest:     c.AllowedFastSent == scenario.AllowedFastOnInterest,
			IgnoreSet:      c.IgnoreAllowedFast,
			Suggest:        c.SuggestPieces,
		},
		Extensions: client.ExtensionSettings{
			Enabled:    c.Extensions,
			PEX:        c.PEX,
			DontHave:   c.DontHave,
			Holepunch:  c.Holepunch,
			UploadOnly: c.UploadOnly,
		},
		Connections: client.ConnectionSettings{
			DialTarget:        c.Connections.DialTarget,
			Max:               c.Connections.Max,
			MinPeers:          c.Connections.MinPeers,
			NumWant:           c.Connections.NumWant,
			CanonicalPriority: c.Connections.CanonicalPriority,
			AllowDuplicates:   c.Connections.AllowDuplicates,
		},
		Timeouts: client.TimeoutSettings{
			Handshake: c.HandshakeTimeout.Std(),
			KeepAlive: c.KeepAliveInterval.Std(),
			Idle:      c.IdleTimeout.Std(),
			Inactive:  c.InactivityTimeout.Std(),
		},
	}
}

var derivations = map[scenario.FastDerivation]client.AllowedFastDerivation{
	scenario.DeriveBEP6:         client.DeriveBEP6,
	scenario.DeriveAddressClass: client.DeriveAddressClass,
	scenario.DeriveWholeAddress: client.DeriveWholeAddress,
}

var unchokeModes = map[scenario.UnchokeTiming]client.UnchokeMode{
	scenario.UnchokeImmediate:  client.UnchokeImmediately,
	scenario.UnchokeOnInterest: client.UnchokeOnInterest,
	scenario.UnchokeOnRelease:  client.UnchokeOnRelease,
	scenario.UnchokePeriodic:   client.UnchokeAtRounds,
	scenario.UnchokePerBlock:   client.UnchokePerBlock,
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
